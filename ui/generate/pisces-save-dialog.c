/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-save-dialog.c: asks where to save a picture as PNG, and saves it.
 * The plug-in goes on while the dialog is open, and the window may show
 * another picture when the answer comes, so the dialog keeps its own
 * reference.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-save-dialog.h"
#include "ui/widgets/pisces-short-text.h"

#define DIALOG_KEY      "pisces-save-dialog"
#define NAME_LENGTH_MAX 40   /* length of a file name, in characters */

typedef struct
{
  PiscesPicture          *picture;
  PiscesPictureFileFlags  flags;
  PiscesSaveFailedFunc    failed;
} Saving;

static void     on_answer   (GtkNativeDialog  *dialog,
                             gint              answer,
                             GtkWidget        *parent);
static gboolean save_dialog_save (GtkNativeDialog  *dialog,
                                  GError          **error);
static void     saving_free (gpointer          data);

/**
 * pisces_save_dialog_open:
 * @parent: a widget of the window that asks.  While its dialog is open, no
 *   other one is opened for it.
 * @picture: the picture with its image; the dialog keeps a reference.
 * @flags: what the file should say about the picture.
 * @failed: called if the file could not be written.
 */
void
pisces_save_dialog_open (GtkWidget              *parent,
                         PiscesPicture          *picture,
                         PiscesPictureFileFlags  flags,
                         PiscesSaveFailedFunc    failed)
{
  GtkNativeDialog  *dialog = g_object_get_data (G_OBJECT (parent), DIALOG_KEY);
  g_autofree gchar *name   = NULL;
  Saving           *saving;

  if (dialog)
    {
      gtk_native_dialog_show (dialog);
      return;
    }

  dialog = GTK_NATIVE_DIALOG (
    gtk_file_chooser_native_new (_("Save as PNG"),
                                 GTK_WINDOW (gtk_widget_get_toplevel (parent)),
                                 GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL));
  name   = pisces_save_dialog_make_name (picture);
  saving = g_new0 (Saving, 1);

  saving->picture = pisces_picture_ref (picture);
  saving->flags   = flags;
  saving->failed  = failed;
  g_object_set_data_full (G_OBJECT (dialog), DIALOG_KEY, saving, saving_free);

  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (dialog),
                                                  TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (dialog, TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), parent,
                           0);

  g_object_set_data_full (G_OBJECT (parent), DIALOG_KEY, dialog,
                          g_object_unref);
  gtk_native_dialog_show (dialog);
}

static void
on_answer (GtkNativeDialog *dialog,
           gint             answer,
           GtkWidget       *parent)
{
  g_autoptr (GtkNativeDialog)  held   = g_object_ref (dialog);
  Saving                      *saving = g_object_get_data (G_OBJECT (dialog),
                                                           DIALOG_KEY);
  g_autoptr (GError)           error  = NULL;

  g_object_set_data (G_OBJECT (parent), DIALOG_KEY, NULL);

  if (answer == GTK_RESPONSE_ACCEPT && ! save_dialog_save (dialog, &error))
    saving->failed (parent, error->message);
}

static gboolean
save_dialog_save (GtkNativeDialog  *dialog,
                  GError          **error)
{
  Saving           *saving = g_object_get_data (G_OBJECT (dialog), DIALOG_KEY);
  g_autofree gchar *path   =
    gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (dialog));

  if (path)
    return pisces_picture_save (saving->picture, saving->flags, path, error);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("The picture can only be saved in a folder of this "
                         "computer. Choose another one."));
  return FALSE;
}

/**
 * pisces_save_dialog_make_name:
 * @picture: a picture.
 *
 * Returns: (transfer full): a name for its file: the prompt's beginning and
 *   the seed, using only characters that every file system accepts.
 */
gchar *
pisces_save_dialog_make_name (PiscesPicture *picture)
{
  g_autofree gchar *start = pisces_short_prompt (picture->prompt,
                                                 NAME_LENGTH_MAX);

  g_strdelimit (start, "/\\:*?\"<>|", ' ');
  g_strstrip (start);
  /* A leading dot would make the file hidden.  */
  if (*start == '.')
    *start = ' ';

  return g_strdup_printf ("%s %u.png", g_strstrip (start), picture->seed);
}

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  pisces_picture_unref (saving->picture);
  g_free (saving);
}
