/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replace-file.h: a file is replaced by a changed copy of itself, or left as
 * it is.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PiscesChangeFunc:
 * @original: path of the file as it is; not to be touched.
 * @copy: path of its copy, to be changed.
 *
 * Returns: %TRUE if the copy may take the original's place.
 */
typedef gboolean (* PiscesChangeFunc) (const gchar  *original,
                                       const gchar  *copy,
                                       gpointer      user_data,
                                       GError      **error);

gboolean pisces_replace_file (const gchar       *path,
                              PiscesChangeFunc   change,
                              gpointer           user_data,
                              GError           **error);

G_END_DECLS
