/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * made-files.h: keeps a list of the files that a run has created, so that a
 * run that fails can delete them, and only them.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GArray   * pisces_made_files_new    (void);
void       pisces_made_files_note   (GArray       *made,
                                     const gchar  *path);
void       pisces_made_files_remove (GArray       *made);

gboolean   pisces_path_is_taken     (const gchar  *path);
gboolean   pisces_path_rename_new   (const gchar  *old_path,
                                     const gchar  *new_path);

G_END_DECLS
