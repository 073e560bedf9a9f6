/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-close-question.c: what is to become of the jobs when their window is
 * closed.  A dialog that does not wait in a loop of its own: the jobs go on
 * while the user thinks.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-close-question.h"
#include "ui/widgets/pisces-ui.h"

static gchar * question (guint n_jobs);

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
                                   NULL);
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
  pisces_close_question_set_n_jobs (dialog, n_jobs);

  return dialog;
}

/**
 * pisces_close_question_set_n_jobs:
 * @dialog: a question that is being asked.
 * @n_jobs: how many jobs there are now.
 *
 * The question stays when the last job has ended: a dialog that goes away
 * under the user's hands would let a click fall on what lies behind it.
 */
void
pisces_close_question_set_n_jobs (GtkWidget *dialog,
                                  guint      n_jobs)
{
  g_autofree gchar *text  = question (n_jobs);
  GtkWidget        *leave = gtk_dialog_get_widget_for_response (
                              GTK_DIALOG (dialog), PISCES_CLOSE_LEAVE_RUNNING);

  g_object_set (dialog, "text", text, NULL);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (dialog), PISCES_CLOSE_STOP,
                                     n_jobs > 0);
  gtk_button_set_label (GTK_BUTTON (leave),
                        n_jobs > 0 ? _("_Leave Running") : _("_Close Window"));
}

static gchar *
question (guint n_jobs)
{
  if (n_jobs == 0)
    return g_strdup (_("All jobs have ended. Close the window?"));

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%u job has not ended yet. Should it "
                                       "go on?",
                                       "%u jobs have not ended yet. Should "
                                       "they go on?",
                                       n_jobs), n_jobs);
}
