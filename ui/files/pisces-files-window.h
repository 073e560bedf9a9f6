/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-window.h: the window in which many picture files get their
 * alternative texts and keywords: described by the model, corrected by a person,
 * saved in the files.  It asks its owner for work by signals, and itself changes only
 * the texts in the list; it knows neither the engine nor GIMP, and reads no
 * file.
 *
 * Signals:
 *
 *   "files-chosen"       (window, GStrv paths, user_data)
 *     Paths of files and folders that are to be added to the list.
 *   "describe-requested" (window, gboolean overwrite, user_data)
 *     Describe the files that wait; with @overwrite, also those that already
 *     have a text.  Answer with pisces_files_window_set_running().
 *   "stop-requested"     (window, user_data)
 *   "save-requested"     (window, GPtrArray *items, user_data)
 *     @items (element-type PiscesFileItem) with texts or keywords that are not
 *     saved.
 *   "language-changed"   (window, user_data)
 *     See pisces_files_window_get_language().
 *   "settings-changed"   (window, user_data)
 *     What pisces_files_window_get_settings() gives is worth keeping.
 *   "thumbnail-wanted"   (window, PiscesFileItem *item, user_data)
 *   "unload-requested"   (window, user_data)
 *
 * Closing the window only hides it.  If texts are not saved, it asks first.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/files/pisces-file-list.h"

G_BEGIN_DECLS

#define PISCES_TYPE_FILES_WINDOW (pisces_files_window_get_type ())
G_DECLARE_FINAL_TYPE (PiscesFilesWindow, pisces_files_window,
                      PISCES, FILES_WINDOW, GtkWindow)

GtkWidget   * pisces_files_window_new           (PiscesFileList       *list);

const gchar * pisces_files_window_get_language  (PiscesFilesWindow    *window);
void          pisces_files_window_set_language  (PiscesFilesWindow    *window,
                                                 const gchar          *language);
gboolean      pisces_files_window_get_keep_time (PiscesFilesWindow    *window);
void          pisces_files_window_set_abilities (PiscesFilesWindow    *window,
                                                 const PiscesAbilities *abilities);
PiscesDescribeRequest *
              pisces_files_window_make_request  (PiscesFilesWindow    *window,
                                                 PiscesImage          *image,
                                                 const gchar          *language);
void          pisces_files_window_get_settings  (PiscesFilesWindow    *window,
                                                 GKeyFile             *settings);
void          pisces_files_window_set_settings  (PiscesFilesWindow    *window,
                                                 GKeyFile             *settings);
void          pisces_files_window_set_running   (PiscesFilesWindow    *window,
                                                 gboolean              running);
gboolean      pisces_files_window_get_running   (PiscesFilesWindow    *window);
void          pisces_files_window_show_progress (PiscesFilesWindow    *window,
                                                 guint                 n_done,
                                                 guint                 n_all,
                                                 gdouble               fraction);
void          pisces_files_window_set_saving    (PiscesFilesWindow    *window,
                                                 guint                 n_left);

void          pisces_files_window_show_message  (PiscesFilesWindow    *window,
                                                 GtkMessageType        type,
                                                 const gchar          *text);
void          pisces_files_window_set_status    (PiscesFilesWindow    *window,
                                                 const PiscesStatus   *status);

G_END_DECLS
