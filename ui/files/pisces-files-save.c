/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-save.c: chooses which texts of the list are saved.  Texts about
 * pictures that the model does not know are saved only after a question.
 */

#include "ui/files/pisces-file-item.h"
#include "ui/files/pisces-files-save.h"
#include "ui/widgets/pisces-doubt-question.h"

typedef struct
{
  GPtrArray           *items;
  PiscesFilesSaveFunc  save;
  gpointer             user_data;
} Question;

static guint  count_doubtful  (PiscesFileItem *item);
static void   on_response     (GtkDialog      *dialog,
                               gint            response,
                               Question       *question);
static void   question_free   (gpointer        data,
                               GClosure       *closure);


/**
 * pisces_files_save_ask:
 * @window: the window that shows the list.
 * @items: (element-type PiscesFileItem): the files that the user wants to
 *   save; those that are already saved are left out.
 * @save: called once, with @window as user data; immediately if there is
 *   nothing to ask.
 *
 * Returns: (transfer none) (nullable): the dialog with the question; the
 *   caller destroys it, in @save at the latest.
 */
GtkWidget *
pisces_files_save_ask (GtkWindow           *window,
                       GPtrArray           *items,
                       PiscesFilesSaveFunc  save)
{
  g_autoptr (GPtrArray) unsaved    = NULL;
  guint                 n_doubtful = 0;
  guint                 n_texts    = 0;
  Question             *question;
  GtkWidget            *dialog;

  unsaved = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < items->len; i++)
    if (pisces_file_item_get_unsaved (items->pdata[i]))
      {
        g_ptr_array_add (unsaved, g_object_ref (items->pdata[i]));
        n_doubtful += count_doubtful (items->pdata[i]);
        n_texts    += pisces_file_item_count_unsaved (items->pdata[i]);
      }

  if (n_doubtful == 0)
    {
      save (unsaved, window);
      return NULL;
    }

  question = g_new0 (Question, 1);
  question->items     = g_steal_pointer (&unsaved);
  question->save      = save;
  question->user_data = window;

  dialog = pisces_doubt_question_new (window, n_doubtful,
                                      n_texts - n_doubtful);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response),
                         question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));

  return dialog;
}


/*  private functions  */

/* Counts the doubtful texts among the unsaved ones, in all languages.  Keywords go
 * with a text, so they count only where no text is doubtful.  */
static guint
count_doubtful (PiscesFileItem *item)
{
  g_autoptr (GPtrArray) texts = pisces_file_item_get_unsaved_texts (item);
  guint                 n     = 0;

  for (guint i = 0; i < texts->len; i++)
    n += ((const PiscesFileText *) texts->pdata[i])->doubtful;

  if (n == 0 && pisces_file_keywords_get_doubtful (pisces_file_item_get_keywords (item)))
    return 1;

  return n;
}

/* If a file has a doubtful text, none of its texts is saved for now.  */
static void
on_response (GtkDialog *dialog,
             gint       response,
             Question  *question)
{
  g_autoptr (GPtrArray) items     = g_ptr_array_ref (question->items);
  PiscesFilesSaveFunc   save      = question->save;
  gpointer              user_data = question->user_data;

  if (response == PISCES_DOUBT_SAVE_OTHERS)
    for (guint i = items->len; i > 0; i--)
      if (count_doubtful (items->pdata[i - 1]) > 0)
        g_ptr_array_remove_index (items, i - 1);

  save (response == PISCES_DOUBT_SAVE_OTHERS ||
        response == PISCES_DOUBT_SAVE_ALL ? items : NULL, user_data);
}

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_ptr_array_unref (question->items);
  g_free (question);
}
