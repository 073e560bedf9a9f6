/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-texts-question.c: asks what should happen to an image's unsaved texts
 * when their window is closed, and confirms before kept texts are deleted.
 */

#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-texts-question.h"
#include "ui/widgets/pisces-ui.h"

static GtkWidget *
texts_question_make (GtkWindow   *window,
                     const gchar *title,
                     const gchar *question,
                     const gchar *more)
{
  GtkWidget *dialog;

  dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL |
                                   GTK_DIALOG_DESTROY_WITH_PARENT,
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
 * pisces_texts_question_new_close:
 * @window: the window that is being closed.
 * @has_image: whether the image is open, so that the texts can be saved in it.
 *   If not, the dialog offers to keep them.
 *
 * Returns: (transfer none): a dialog, not yet shown, that emits "response";
 *   the caller destroys it.
 */
GtkWidget *
pisces_texts_question_new_close (GtkWindow *window,
                                 gboolean   has_image)
{
  GtkWidget *dialog;

  dialog = texts_question_make (window, _("Close Describe Image"),
                                has_image ?
                                _("The texts are not saved in the image. "
                                  "Save them?") :
                                _("The image is closed, and its texts are not "
                                  "saved in it. Keep them?"),
                                has_image ?
                                _("Discarded texts are lost.") :
                                _("Kept texts come back when the same file is "
                                  "described, and are found under “Kept "
                                  "Texts” in the window of any image. "
                                  "Discarded texts are lost."));
  gtk_dialog_add_buttons (GTK_DIALOG (dialog),
                          _("_Keep Window Open"), GTK_RESPONSE_CANCEL,
                          _("_Discard"),          PISCES_TEXTS_DISCARD,
                          has_image ? _("_Save to Image") : _("Keep _Texts"),
                          has_image ? PISCES_TEXTS_SAVE : PISCES_TEXTS_KEEP,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog),
                                   has_image ? PISCES_TEXTS_SAVE :
                                               PISCES_TEXTS_KEEP);

  return dialog;
}

/**
 * pisces_texts_question_new_delete:
 * @window: the window that offers the kept texts.
 * @image_name: the name of the image that they belong to.
 *
 * Returns: (transfer none): the same as from
 *   pisces_texts_question_new_close().
 */
GtkWidget *
pisces_texts_question_new_delete (GtkWindow   *window,
                                  const gchar *image_name)
{
  g_autofree gchar *question = NULL;
  GtkWidget        *dialog;

  question = g_strdup_printf (_("Delete the texts that are kept of %s?"),
                              image_name);
  dialog = texts_question_make (window, _("Delete Kept Texts"), question,
                                _("They are saved in no image."));
  gtk_dialog_add_buttons (GTK_DIALOG (dialog),
                          _("_Keep"),   GTK_RESPONSE_CANCEL,
                          _("_Delete"), PISCES_TEXTS_DISCARD,
                          NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);

  return dialog;
}
