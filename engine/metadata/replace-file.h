/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replace-file.h: a file is replaced by a new one of the same name, owner and
 * rights, or left as it is.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PiscesReplaceFlags:
 * @PISCES_REPLACE_KEEP_TIME: the new file has the old one's time of change.
 */
typedef enum
{
  PISCES_REPLACE_DEFAULT   = 0,
  PISCES_REPLACE_KEEP_TIME = 1 << 0
} PiscesReplaceFlags;

/**
 * PiscesChangeFunc:
 * @original: path of the file as it is; not to be touched.
 * @copy: path of an empty file beside it, which nobody else may read; to be
 *   written whole, in place.
 *
 * Returns: %TRUE if the copy may take the original's place.
 */
typedef gboolean (* PiscesChangeFunc) (const gchar  *original,
                                       const gchar  *copy,
                                       gpointer      user_data,
                                       GError      **error);

gboolean pisces_replace_file       (const gchar         *path,
                                    const gchar         *version,
                                    PiscesReplaceFlags   flags,
                                    PiscesChangeFunc     change,
                                    gpointer             user_data,
                                    GError             **error);
gboolean pisces_replace_file_check (const gchar         *path,
                                    GError             **error);

G_END_DECLS
