/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-close-question.c: what is to become of the jobs when their window is
 * closed.  A dialog that does not wait in a loop of its own: the jobs go on
 * while the user thinks.
 */

#include <glib/gi18n-lib.h>

#include "ui/pisces-close-question.h"
#include "ui/pisces-ui.h"

/**
 * pisces_close_question_new:
 * @window: what is being closed.
 * @n_jobs: how many jobs run and wait.
 *
 * Returns: (transfer none): a dialog, not yet shown, that emits "response";
 *   the caller destroys it.
 */
GtkWidget *
pisces_close_question_new (GtkWindow *window,
                           guint      n_jobs)
{
  GtkWidget *dialog;

  dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL,
                                   GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                                   g_dngettext (GETTEXT_PACKAGE,
                                                "%u job has not ended yet. "
                                                "Should it go on?",
                                                "%u jobs have not ended yet. "
                                                "Should they go on?",
                                                n_jobs), n_jobs);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s",
                                            _("What is drawn meanwhile is "
                                              "here when you open this "
                                              "window again."));
  gtk_window_set_title (GTK_WINDOW (dialog), _("Close Generate Layer"));
  /* GTK would have it called "Question".  */
  pisces_ui_set_name (dialog, _("Close Generate Layer"));

  gtk_dialog_add_buttons (GTK_DIALOG (dialog),
                          _("_Keep Window Open"), GTK_RESPONSE_CANCEL,
                          _("_Stop"),             PISCES_CLOSE_STOP,
                          _("_Leave Running"),    PISCES_CLOSE_LEAVE_RUNNING,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog),
                                   PISCES_CLOSE_LEAVE_RUNNING);

  return dialog;
}
