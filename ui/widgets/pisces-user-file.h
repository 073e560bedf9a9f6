/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-user-file.h: small text files of the user, in which nothing may be
 * lost.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean   pisces_user_file_read      (const gchar  *path,
                                       gchar       **contents,
                                       gsize        *length,
                                       GError      **error);
gboolean   pisces_user_file_write     (const gchar  *path,
                                       const gchar  *contents,
                                       gsize         length,
                                       GError      **error);
gchar    * pisces_user_file_set_aside (const gchar  *path,
                                       GError      **error);

GKeyFile * pisces_user_file_load_keys (const gchar  *path,
                                       GError      **error);
void       pisces_user_file_merge_keys
                                      (const gchar  *path,
                                       GKeyFile     *file,
                                       GHashTable   *known);
gboolean   pisces_user_file_store_keys
                                      (const gchar  *path,
                                       GKeyFile     *file,
                                       GError      **error);

G_END_DECLS
