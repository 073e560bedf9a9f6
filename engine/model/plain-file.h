/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plain-file.h: reads the files of a model folder, which strangers made.  Only
 * regular files are opened, and opening never waits.  If another program
 * changes or shortens a file in the meantime, there is an error, whether it is
 * read or mapped.  Knows nothing of what is in them.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PiscesPlainFile PiscesPlainFile;

PiscesPlainFile * pisces_plain_file_open      (const gchar      *path,
                                               GError          **error);
void              pisces_plain_file_close     (PiscesPlainFile  *file);
guint64           pisces_plain_file_n_bytes   (PiscesPlainFile  *file);
gboolean          pisces_plain_file_read      (PiscesPlainFile  *file,
                                               guint64           offset,
                                               gpointer          buffer,
                                               gsize             n_bytes,
                                               GError          **error);
const guint8    * pisces_plain_file_map       (PiscesPlainFile  *file);
gboolean          pisces_plain_file_check     (PiscesPlainFile  *file,
                                               GError          **error);
gchar           * pisces_plain_file_contents  (const gchar      *path,
                                               gsize             max_bytes,
                                               gsize            *n_bytes,
                                               GError          **error);
gboolean          pisces_plain_file_check_pointer
                                              (const gchar      *path,
                                               gconstpointer     bytes,
                                               gsize             n_bytes,
                                               GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesPlainFile, pisces_plain_file_close)

G_END_DECLS
