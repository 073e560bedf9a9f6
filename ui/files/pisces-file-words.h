/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-words.h: tells the user in words what has happened to picture
 * files.
 */

#pragma once

#include "ui/files/pisces-file-list.h"

G_BEGIN_DECLS

gchar * pisces_file_item_get_words (PiscesFileItem *item);
gchar * pisces_file_list_get_words (PiscesFileList *list,
                                    guint           n_saving);

G_END_DECLS
