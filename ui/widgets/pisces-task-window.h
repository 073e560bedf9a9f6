/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-task-window.h: a small window of one job that belongs to no other
 * window: how far it is, a way to stop it, and at its end a sentence where
 * there is something to say.
 *
 * Signals:
 *
 *   "stop-requested" (window, user_data): answer, when the job has ended, with
 *                    pisces_task_window_end(); so does closing the window
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_TASK_WINDOW (pisces_task_window_get_type ())
G_DECLARE_FINAL_TYPE (PiscesTaskWindow, pisces_task_window,
                      PISCES, TASK_WINDOW, GtkWindow)

GtkWidget * pisces_task_window_new           (const gchar          *title,
                                              const gchar          *what);
void        pisces_task_window_show_progress (PiscesTaskWindow     *window,
                                              const PiscesProgress *progress);
void        pisces_task_window_end           (PiscesTaskWindow     *window,
                                              GtkMessageType        type,
                                              const gchar          *sentence);

G_END_DECLS
