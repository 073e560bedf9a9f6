/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-describe-questions.c: what the Describe Image window asks before it
 * closes with texts that are not saved, and before it deletes texts.
 */

#include "ui/describe/pisces-describe-window-private.h"
#include "ui/describe/pisces-texts-question.h"
#include "ui/widgets/pisces-job-row.h"

static void on_close_answer  (PiscesDescribeWindow *window,
                              gint                  response);
static void on_delete_answer (PiscesDescribeWindow *window,
                              gint                  response);


/*  public functions  */

/**
 * pisces_describe_window_has_unsaved_texts:
 *
 * Returns: whether there is a text that the image does not have yet.
 */
gboolean
pisces_describe_window_has_unsaved_texts (PiscesDescribeWindow *window)
{
  g_autoptr (GPtrArray) unsaved = NULL;

  g_return_val_if_fail (PISCES_IS_DESCRIBE_WINDOW (window), FALSE);

  unsaved = pisces_texts_pane_get_unsaved (PISCES_TEXTS_PANE (window->texts));

  return (unsaved->len > 0 ||
          pisces_keywords_field_get_changes (
            pisces_texts_pane_get_keywords (PISCES_TEXTS_PANE (window->texts)), NULL, NULL)) &&
         ! pisces_texts_pane_get_decorative (PISCES_TEXTS_PANE (window->texts));
}

gboolean
pisces_describe_questions_on_delete_event (GtkWidget   *widget,
                                           GdkEventAny *event)
{
  PiscesDescribeWindow *window = PISCES_DESCRIBE_WINDOW (widget);

  if (window->question)
    return TRUE;

  if (pisces_job_row_get_running (PISCES_JOB_ROW (window->job_row)) ||
      ! pisces_describe_window_has_unsaved_texts (window))
    {
      gtk_widget_hide (widget);
      return TRUE;
    }

  window->question = pisces_texts_question_new_close (GTK_WINDOW (window),
                                                      window->is_open);
  g_signal_connect_swapped (window->question, "response",
                            G_CALLBACK (on_close_answer), window);
  gtk_window_present (GTK_WINDOW (window->question));

  return TRUE;
}

/* Answers the texts pane's "delete-draft".  */
void
pisces_describe_questions_on_delete_draft (PiscesDescribeWindow *window,
                                           PiscesTextDraft      *draft)
{
  if (window->question)
    return;

  window->draft    = draft;
  window->question = pisces_texts_question_new_delete (GTK_WINDOW (window),
                                                       draft->name);
  g_signal_connect_swapped (window->question, "response",
                            G_CALLBACK (on_delete_answer), window);
  gtk_window_present (GTK_WINDOW (window->question));
}


/*  private functions  */

/* If saving failed, the window stays open and shows the reason.  */
static void
on_close_answer (PiscesDescribeWindow *window,
                 gint                  response)
{
  PiscesTextsPane *pane = PISCES_TEXTS_PANE (window->texts);

  g_clear_pointer (&window->question, gtk_widget_destroy);

  if (response == PISCES_TEXTS_SAVE)
    pisces_texts_pane_save (pane);
  else if (response == PISCES_TEXTS_DISCARD)
    pisces_texts_pane_discard (pane);
  else if (response != PISCES_TEXTS_KEEP)
    return;

  if (response == PISCES_TEXTS_KEEP ||
      ! pisces_describe_window_has_unsaved_texts (window))
    gtk_widget_hide (GTK_WIDGET (window));
}

static void
on_delete_answer (PiscesDescribeWindow *window,
                  gint                  response)
{
  g_clear_pointer (&window->question, gtk_widget_destroy);

  if (response == PISCES_TEXTS_DISCARD)
    g_signal_emit_by_name (window, "delete-draft", window->draft);
}
