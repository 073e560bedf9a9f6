/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-table.h: a table of picture files: a thumbnail, the name, the
 * text and the state of each.
 *
 * Signals:
 *
 *   "selection-changed" (table, user_data)
 *   "activated"         (table, user_data): Enter, or a double click.
 *   "remove-requested"  (table, user_data): the Delete key.
 *   "thumbnail-wanted"  (table, PiscesFileItem *item, user_data)
 *     The row has come into view.  Emitted once for each file.  Answer with
 *     pisces_file_item_set_thumbnail().
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/files/pisces-file-list.h"

G_BEGIN_DECLS

/* In device pixels.  */
#define PISCES_FILES_THUMBNAIL_WIDTH  72
#define PISCES_FILES_THUMBNAIL_HEIGHT 48

#define PISCES_TYPE_FILES_TABLE (pisces_files_table_get_type ())
G_DECLARE_FINAL_TYPE (PiscesFilesTable, pisces_files_table,
                      PISCES, FILES_TABLE, GtkScrolledWindow)

void             pisces_files_table_set_list     (PiscesFilesTable *table,
                                                  PiscesFileList   *list);
GPtrArray      * pisces_files_table_get_selected (PiscesFilesTable *table);
void             pisces_files_table_select       (PiscesFilesTable *table,
                                                  PiscesFileItem   *item);
gboolean         pisces_files_table_move         (PiscesFilesTable *table,
                                                  gint              step);

G_END_DECLS
