/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-doubt-question.c: asks whether to save texts about pictures that the
 * model does not know.  People who hear such a text cannot compare it with the
 * picture, so it is saved only if a person decides so.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-doubt-question.h"
#include "ui/widgets/pisces-ui.h"

/**
 * pisces_doubt_question_new:
 * @window: the window with the texts.
 * @n_doubtful: how many texts are doubtful, 1 or more.
 * @n_others: how many other texts are to be saved with them.
 *
 * Returns: (transfer none): a dialog, not yet shown, that emits "response";
 *   the caller destroys it.
 */
GtkWidget *
pisces_doubt_question_new (GtkWindow *window,
                           guint      n_doubtful,
                           guint      n_others)
{
  g_autofree gchar *question = NULL;
  GtkWidget        *dialog;

  question = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "%u text is probably wrong. Save it "
                                           "all the same?",
                                           "%u texts are probably wrong. Save "
                                           "them all the same?", n_doubtful),
                              n_doubtful);
  dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL,
                                   GTK_MESSAGE_WARNING, GTK_BUTTONS_NONE,
                                   "%s", question);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s",
                                            _("The model does not know such "
                                              "pictures, and people who cannot "
                                              "see them would believe the "
                                              "text. Write it yourself, or "
                                              "choose a model that knows more "
                                              "in Models and Memory."));
  gtk_window_set_title (GTK_WINDOW (dialog), _("Save Doubtful Texts"));
  /* Without a name, GTK's accessibility would call the dialog "Warning".  */
  pisces_ui_set_name (dialog, _("Save Doubtful Texts"));

  gtk_dialog_add_button (GTK_DIALOG (dialog), _("_Cancel"),
                         GTK_RESPONSE_CANCEL);
  if (n_others > 0)
    gtk_dialog_add_button (GTK_DIALOG (dialog), _("Save the _Others"),
                           PISCES_DOUBT_SAVE_OTHERS);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _("_Save All the Same"),
                         PISCES_DOUBT_SAVE_ALL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog),
                                   n_others > 0 ? PISCES_DOUBT_SAVE_OTHERS :
                                                  GTK_RESPONSE_CANCEL);

  return dialog;
}
