/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-privacy-question.c: asks whether prompts that are already in the
 * image should be removed from it.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-privacy-question.h"
#include "ui/widgets/pisces-ui.h"

/**
 * pisces_privacy_question_new:
 * @window: the window that the dialog belongs to.
 * @held: sentences that say what the image contains.
 *
 * Returns: (transfer none): a dialog, not yet shown, that emits "response";
 *   the caller destroys it.
 */
GtkWidget *
pisces_privacy_question_new (GtkWindow   *window,
                             const gchar *held)
{
  GtkWidget *dialog;

  dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL,
                                   GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                                   "%s",
                                   _("Remove the prompts that are already in the image?"));
  gtk_message_dialog_format_secondary_text (
    GTK_MESSAGE_DIALOG (dialog), "%s\n\n%s", held,
    _("Without them, the file does not say what was asked for. The pictures "
      "stay on this computer, and the layers look as before, but cannot be "
      "drawn again from their prompts."));
  gtk_window_set_title (GTK_WINDOW (dialog), _("Keep Prompts out of the File"));
  /* Without a name, GTK's accessibility would call the dialog "Question".  */
  pisces_ui_set_name (dialog, _("Keep Prompts out of the File"));

  gtk_dialog_add_buttons (GTK_DIALOG (dialog),
                          _("_Leave Them In"), GTK_RESPONSE_CANCEL,
                          _("_Take Them Out"), PISCES_PRIVACY_REMOVE,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), PISCES_PRIVACY_REMOVE);

  return dialog;
}
