/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replace-file.h: replaces a file with a new one of the same name, owner and
 * permissions, or leaves it unchanged.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PiscesReplaceFlags:
 * @PISCES_REPLACE_KEEP_TIME: the new file keeps the time of the last change.
 */
typedef enum
{
  PISCES_REPLACE_DEFAULT   = 0,
  PISCES_REPLACE_KEEP_TIME = 1 << 0
} PiscesReplaceFlags;

/**
 * PiscesChangeFunc:
 * @original: the path of the present file, which must not be changed.
 * @copy: the path of an empty file beside it, which nobody else may read.
 *   Write the complete contents into it, without replacing it.
 *
 * Returns: %TRUE if the copy may replace the original.
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
