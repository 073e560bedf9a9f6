/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-question.c: asks what should happen to unsaved texts when their
 * window is closed, or when their files are removed from the list.
 */

#include <glib/gi18n-lib.h>

#include "ui/files/pisces-files-question.h"
#include "ui/widgets/pisces-ui.h"

static GtkWidget *
make (GtkWindow   *window,
      const gchar *title,
      const gchar *question,
      const gchar *more)
{
  GtkWidget *dialog;

  dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL,
                                   GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                                   "%s", question);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog),
                                            "%s", more);
  gtk_window_set_title (GTK_WINDOW (dialog), title);
  /* Without a name, GTK's accessibility would call the dialog "Question".  */
  pisces_ui_set_name (dialog, title);

  return dialog;
}

/**
 * pisces_files_question_new_close:
 * @window: the window that is being closed.
 * @n_texts: how many texts are not saved.
 *
 * Returns: (transfer none): a dialog, not yet shown, that emits "response";
 *   the caller destroys it.
 */
GtkWidget *
pisces_files_question_new_close (GtkWindow *window,
                                 guint      n_texts)
{
  g_autofree gchar *question = NULL;
  GtkWidget        *dialog;

  question = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "%u text is not saved. "
                                           "Save it in its file?",
                                           "%u texts are not saved. "
                                           "Save them in their files?",
                                           n_texts), n_texts);
  dialog = make (window, _("Close Describe Files"), question,
                 _("Discarded texts are lost."));
  gtk_dialog_add_buttons (GTK_DIALOG (dialog),
                          _("_Keep Window Open"), GTK_RESPONSE_CANCEL,
                          _("_Discard"),          PISCES_FILES_DISCARD,
                          _("_Save All"),         PISCES_FILES_SAVE,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), PISCES_FILES_SAVE);

  return dialog;
}

/**
 * pisces_files_question_new_remove:
 * @window: the window that shows the list.
 * @n_texts: how many texts are not saved.
 *
 * Returns: (transfer none): the same as from
 *   pisces_files_question_new_close().
 */
GtkWidget *
pisces_files_question_new_remove (GtkWindow *window,
                                  guint      n_texts)
{
  g_autofree gchar *question = NULL;
  GtkWidget        *dialog;

  question = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "%u text is not saved. "
                                           "Take its file off the list?",
                                           "%u texts are not saved. "
                                           "Take their files off the list?",
                                           n_texts), n_texts);
  dialog = make (window, _("Remove from List"), question,
                 _("The files stay where they are, but the texts are lost."));
  gtk_dialog_add_buttons (GTK_DIALOG (dialog),
                          _("_Keep"),   GTK_RESPONSE_CANCEL,
                          _("_Remove"), PISCES_FILES_DISCARD,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);

  return dialog;
}
