/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-list.h: the picture files that are being described, in the order
 * in which the user added them.  Needs no display.
 *
 * A #GListModel of #PiscesFileItem.
 *
 * Signals: "changed" (list, PiscesFileItem *item, user_data): one item has
 * changed.
 */

#pragma once

#include <gio/gio.h>

#include "ui/files/pisces-file-item.h"

G_BEGIN_DECLS

#define PISCES_TYPE_FILE_LIST (pisces_file_list_get_type ())
G_DECLARE_FINAL_TYPE (PiscesFileList, pisces_file_list,
                      PISCES, FILE_LIST, GObject)

PiscesFileList * pisces_file_list_new          (void);

guint            pisces_file_list_add          (PiscesFileList   *list,
                                                GPtrArray        *paths);
void             pisces_file_list_remove       (PiscesFileList   *list,
                                                GPtrArray        *items);
void             pisces_file_list_clear        (PiscesFileList   *list);
PiscesFileItem * pisces_file_list_find         (PiscesFileList   *list,
                                                const gchar      *path);
PiscesFileItem * pisces_file_list_find_state   (PiscesFileList   *list,
                                                PiscesFileState   state);
PiscesFileItem * pisces_file_list_find_unknown (PiscesFileList   *list);
void             pisces_file_list_set_language (PiscesFileList   *list,
                                                const gchar      *language);
guint            pisces_file_list_queue        (PiscesFileList   *list,
                                                gboolean          overwrite);
guint            pisces_file_list_count        (PiscesFileList   *list,
                                                PiscesFileState   state);
GPtrArray      * pisces_file_list_get_unsaved  (PiscesFileList   *list);
guint            pisces_file_list_count_unsaved
                                               (PiscesFileList   *list);

void             pisces_file_list_keep         (PiscesFileList   *list,
                                                GKeyFile         *file);
void             pisces_file_list_call_back    (PiscesFileList   *list,
                                                GKeyFile         *file);

G_END_DECLS
