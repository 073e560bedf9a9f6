/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-close-question.h: asks what should happen to the jobs when their
 * window is closed.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* After any other response, the window stays open.  */
enum
{
  PISCES_CLOSE_STOP = 1,
  PISCES_CLOSE_LEAVE_RUNNING
};

GtkWidget * pisces_close_question_new (GtkWindow *window,
                                       guint      n_jobs);
void        pisces_close_question_set_n_jobs
                                      (GtkWidget *dialog,
                                       guint      n_jobs);

G_END_DECLS
