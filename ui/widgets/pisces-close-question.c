/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-close-question.c: asks what should happen to the jobs when their
 * window is closed.  The dialog does not run a main loop of its own, so the
 * jobs go on while the user thinks.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-close-question.h"
#include "ui/widgets/pisces-ui.h"

static gchar * question (guint n_jobs);

/**
 * pisces_close_question_new:
 * @window: the window that is being closed.
 * @n_jobs: how many jobs are running or waiting.
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
  /* Without a name, GTK's accessibility would call the dialog "Question".  */
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
 * @dialog: a dialog that is shown.
 * @n_jobs: how many jobs there are now.
 *
 * The dialog stays open when the last job has ended: if it disappeared while
 * the user was about to click, the click would hit the window behind it.
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
