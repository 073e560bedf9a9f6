/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-task-window.h: a small window for a job that belongs to no other
 * window: its progress, a way to stop it, and a sentence at the end if there
 * is something to say.
 *
 * Signals:
 *
 *   "stop-requested" (window, user_data): also emitted when the window is
 *     closed; call pisces_task_window_end() when the job has ended
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
