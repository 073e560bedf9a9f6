/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-generate-window.c: the window in which words become pictures: the
 * prompt on one side, the results on the other.  This file connects the two.
 * It knows requests and pictures, but neither the engine nor GIMP.
 *
 * Longer than 500 lines, as the window passes messages between its panes and
 * its owner, each in a function of a few lines.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-generate-window-private.h"
#include "ui/generate/pisces-prompt-pane.h"
#include "ui/generate/pisces-reference-pane.h"
#include "ui/generate/pisces-result-actions.h"
#include "ui/generate/pisces-result-pane.h"
#include "ui/widgets/pisces-close-question.h"
#include "ui/widgets/pisces-help-window.h"
#include "ui/widgets/pisces-job-list.h"
#include "ui/widgets/pisces-job-row.h"
#include "ui/widgets/pisces-message-bar.h"
#include "ui/widgets/pisces-status-line.h"
#include "ui/widgets/pisces-ui.h"

#define SETTINGS_DELAY_MS 500

enum
{
  GENERATE_REQUESTED,
  FILL_REQUESTED,
  ADD_REQUESTED,
  PLACE_CHANGED,
  TARGET_CHOSEN,
  UNLOAD_REQUESTED,
  SETTINGS_CHANGED,
  N_SIGNALS
};

static void     pisces_generate_window_dispose   (GObject              *object);
static void     pisces_generate_window_finalize  (GObject              *object);
static gboolean pisces_generate_window_key_press (GtkWidget            *widget,
                                                  GdkEventKey          *event);
static gboolean pisces_generate_window_delete    (GtkWidget            *widget,
                                                  GdkEventAny          *event);
static PiscesJobItem * first_job                 (PiscesGenerateWindow *window);
static void     show_jobs                        (PiscesGenerateWindow *window);
static void     close_window                     (PiscesGenerateWindow *window);
static void     on_job_progress                  (PiscesGenerateWindow *window,
                                                  const PiscesProgress *progress,
                                                  PiscesJobItem        *job);
static void     on_job_ended                     (PiscesGenerateWindow *window,
                                                  PiscesJobItem        *job);
static void     generate_window_on_close_answer  (PiscesGenerateWindow *window,
                                                  gint                  answer);
static void     show_plan                        (PiscesGenerateWindow *window);
static gboolean emit_settings_changed            (gpointer              data);
static void     generate_window_on_changed       (PiscesGenerateWindow *window);
static void     generate_window_on_written       (PiscesGenerateWindow *window);
static void     generate_window_on_start         (PiscesGenerateWindow *window);
static void     generate_window_on_stop          (PiscesGenerateWindow *window);
static void     generate_window_on_selected      (PiscesGenerateWindow *window);
static void     generate_window_on_add           (PiscesGenerateWindow *window,
                                                  PiscesPicture        *picture);
static void     on_place                         (PiscesGenerateWindow *window);
static void     on_target                        (PiscesGenerateWindow *window,
                                                  gint                  image_id);
static void     generate_window_on_use           (PiscesGenerateWindow *window,
                                                  PiscesPicture        *picture);
static void     on_request                       (PiscesGenerateWindow *window,
                                                  PiscesGenerateRequest *request);
static void     generate_window_on_unload        (PiscesGenerateWindow *window);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesGenerateWindow, pisces_generate_window,
                     GTK_TYPE_WINDOW)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesGenerateWindow, \
                                        child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_generate_window_class_init (PiscesGenerateWindowClass *class)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose         = pisces_generate_window_dispose;
  object_class->finalize        = pisces_generate_window_finalize;
  widget_class->key_press_event = pisces_generate_window_key_press;
  widget_class->delete_event    = pisces_generate_window_delete;

  signals[GENERATE_REQUESTED] = SIGNAL ("generate-requested",
                                        1, G_TYPE_POINTER);
  signals[FILL_REQUESTED]     = SIGNAL ("fill-requested", 1, G_TYPE_POINTER);
  signals[ADD_REQUESTED]      = SIGNAL ("add-requested", 1, G_TYPE_POINTER);
  signals[PLACE_CHANGED]      = SIGNAL ("place-changed", 0);
  signals[TARGET_CHOSEN]      = SIGNAL ("target-chosen", 1, G_TYPE_INT);
  signals[UNLOAD_REQUESTED]   = SIGNAL ("unload-requested", 0);
  signals[SETTINGS_CHANGED]   = SIGNAL ("settings-changed", 0);

  g_type_ensure (PISCES_TYPE_JOB_LIST);
  g_type_ensure (PISCES_TYPE_JOB_ROW);
  g_type_ensure (PISCES_TYPE_MESSAGE_BAR);
  g_type_ensure (PISCES_TYPE_PROMPT_PANE);
  g_type_ensure (PISCES_TYPE_REFERENCE_PANE);
  g_type_ensure (PISCES_TYPE_RESULT_PANE);
  g_type_ensure (PISCES_TYPE_STATUS_LINE);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-generate-window.ui");
  BIND (message_bar);
  BIND (paned);
  BIND (prompt_pane);
  BIND (reference_pane);
  BIND (job_list);
  BIND (job_row);
  BIND (result_pane);
  BIND (status_line);
  CALLBACK (generate_window_on_written);
  CALLBACK (generate_window_on_start);
  CALLBACK (generate_window_on_stop);
  CALLBACK (generate_window_on_selected);
  CALLBACK (generate_window_on_add);
  CALLBACK (generate_window_on_use);
  CALLBACK (on_request);
  CALLBACK (generate_window_on_unload);
}

static void
pisces_generate_window_init (PiscesGenerateWindow *window)
{
  GActionGroup *results;

  gtk_widget_init_template (GTK_WIDGET (window));
  pisces_help_add (GTK_WINDOW (window), PISCES_HELP_GENERATE);

  window->place_pane = pisces_result_pane_get_place_pane (
    PISCES_RESULT_PANE (window->result_pane));
  g_signal_connect_object (window->place_pane, "changed",
                           G_CALLBACK (on_place), window, G_CONNECT_SWAPPED);

  g_signal_connect_object (pisces_result_pane_get_target_combo (
                             PISCES_RESULT_PANE (window->result_pane)),
                           "chosen", G_CALLBACK (on_target), window,
                           G_CONNECT_SWAPPED);

  results = gtk_widget_get_action_group (window->result_pane, "results");
  g_signal_connect_object (results, "action-state-changed",
                           G_CALLBACK (generate_window_on_changed), window,
                           G_CONNECT_SWAPPED);

  g_signal_connect_object (pisces_result_pane_get_vary_strength (
                             PISCES_RESULT_PANE (window->result_pane)),
                           "changed", G_CALLBACK (generate_window_on_changed), window,
                           G_CONNECT_SWAPPED);

  window->jobs = g_list_store_new (PISCES_TYPE_JOB_ITEM);
  pisces_job_list_set_model (PISCES_JOB_LIST (window->job_list),
                             G_LIST_MODEL (window->jobs));
  pisces_job_row_set_queues (PISCES_JOB_ROW (window->job_row), TRUE);
  pisces_job_row_set_label (PISCES_JOB_ROW (window->job_row), _("_Generate"),
                            _("Ctrl+Enter generates, Escape stops"));
  pisces_prompt_pane_focus_prompt (PISCES_PROMPT_PANE (window->prompt_pane));
  pisces_reference_pane_take_drops (
    PISCES_REFERENCE_PANE (window->reference_pane), GTK_WIDGET (window));
  window->live_drafts = pisces_live_drafts_new (
    GTK_WIDGET (window), PISCES_PROMPT_PANE (window->prompt_pane),
    PISCES_REFERENCE_PANE (window->reference_pane),
    PISCES_RESULT_PANE (window->result_pane));
}

/* Returns: (transfer none): not yet shown; GTK owns it until destroyed. */
GtkWidget *
pisces_generate_window_new (void)
{
  return g_object_new (PISCES_TYPE_GENERATE_WINDOW, NULL);
}

/**
 * pisces_generate_window_add_job:
 * @job: (transfer none): the job that was queued for a "generate-requested".
 *
 * Shows the job until it ends, and adds its pictures to the others as they
 * arrive.
 */
void
pisces_generate_window_add_job (PiscesGenerateWindow *window,
                                PiscesJobItem        *job)
{
  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));
  g_return_if_fail (PISCES_IS_JOB_ITEM (job));

  g_signal_connect_object (job, "progress", G_CALLBACK (on_job_progress),
                           window, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "ended", G_CALLBACK (on_job_ended),
                           window, G_CONNECT_SWAPPED);
  g_list_store_append (window->jobs, job);
  show_jobs (window);
}

/**
 * pisces_generate_window_get_n_jobs:
 *
 * Returns: how many jobs are running or waiting.
 */
guint
pisces_generate_window_get_n_jobs (PiscesGenerateWindow *window)
{
  g_return_val_if_fail (PISCES_IS_GENERATE_WINDOW (window), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (window->jobs));
}

/**
 * pisces_generate_window_add_picture:
 * @picture: (transfer none): a finished picture.  One that is already there is
 *   not added again, so the caller may pass the pictures of both the progress
 *   and the result.
 */
void
pisces_generate_window_add_picture (PiscesGenerateWindow *window,
                                    PiscesPicture        *picture)
{
  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));
  g_return_if_fail (picture != NULL && picture->image != NULL);

  pisces_result_pane_add_picture (PISCES_RESULT_PANE (window->result_pane),
                                  picture, NULL, 0);
}

/**
 * pisces_generate_window_show_message:
 * @text: (nullable): a whole sentence; %NULL hides the last one.
 */
void
pisces_generate_window_show_message (PiscesGenerateWindow *window,
                                     GtkMessageType        type,
                                     const gchar          *text)
{
  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));

  pisces_message_bar_show (PISCES_MESSAGE_BAR (window->message_bar),
                           type, text);
}

/* @status: (nullable): %NULL where it is not known. */
void
pisces_generate_window_set_status (PiscesGenerateWindow *window,
                                   const PiscesStatus   *status)
{
  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));

  pisces_status_line_set_status (PISCES_STATUS_LINE (window->status_line),
                                 status);
}

/* @prompt: (nullable): replaces the prompt in the field.  */
void
pisces_generate_window_set_prompt (PiscesGenerateWindow *window,
                                   const gchar          *prompt)
{
  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));

  pisces_prompt_pane_set_prompt (PISCES_PROMPT_PANE (window->prompt_pane),
                                 prompt);
  pisces_prompt_pane_focus_prompt (PISCES_PROMPT_PANE (window->prompt_pane));
}

/* Returns: (transfer none): the pane in which the prompt is written.  It emits
 *   the requests for plans and asks which words the model knows.
 */
PiscesPromptPane *
pisces_generate_window_get_prompt_pane (PiscesGenerateWindow *window)
{
  return PISCES_PROMPT_PANE (window->prompt_pane);
}

/* Returns: (transfer none): what is drawn while the user writes.  */
PiscesLiveDrafts *
pisces_generate_window_get_live_drafts (PiscesGenerateWindow *window)
{
  return window->live_drafts;
}

/* Returns: (transfer none): the pane with the reference picture.  */
PiscesReferencePane *
pisces_generate_window_get_reference_pane (PiscesGenerateWindow *window)
{
  return PISCES_REFERENCE_PANE (window->reference_pane);
}

/* Returns: (transfer none): the pane with the pictures, a PiscesResultPane.  */
GtkWidget *
pisces_generate_window_get_results (PiscesGenerateWindow *window)
{
  return window->result_pane;
}

static void
pisces_generate_window_dispose (GObject *object)
{
  PiscesGenerateWindow *window = PISCES_GENERATE_WINDOW (object);

  g_clear_object (&window->live_drafts);
  g_clear_handle_id (&window->settings_source, g_source_remove);
  g_clear_pointer (&window->close_question, gtk_widget_destroy);

  G_OBJECT_CLASS (pisces_generate_window_parent_class)->dispose (object);
}

static void
pisces_generate_window_finalize (GObject *object)
{
  PiscesGenerateWindow *window = PISCES_GENERATE_WINDOW (object);

  g_clear_object (&window->jobs);

  G_OBJECT_CLASS (pisces_generate_window_parent_class)->finalize (object);
}

static gboolean
pisces_generate_window_key_press (GtkWidget   *widget,
                                  GdkEventKey *event)
{
  PiscesGenerateWindow *window = PISCES_GENERATE_WINDOW (widget);

  if (pisces_prompt_pane_handle_key (PISCES_PROMPT_PANE (window->prompt_pane),
                                     event) ||
      pisces_job_row_handle_key (PISCES_JOB_ROW (window->job_row), event))
    return TRUE;

  return GTK_WIDGET_CLASS (pisces_generate_window_parent_class)->
    key_press_event (widget, event);
}

static gboolean
pisces_generate_window_delete (GtkWidget   *widget,
                               GdkEventAny *event)
{
  PiscesGenerateWindow *window = PISCES_GENERATE_WINDOW (widget);
  guint                 n_jobs = pisces_generate_window_get_n_jobs (window);

  if (n_jobs == 0)
    {
      close_window (window);
    }
  else if (! window->close_question)
    {
      window->close_question =
        pisces_close_question_new (GTK_WINDOW (window), n_jobs);
      g_signal_connect_swapped (window->close_question, "response",
                                G_CALLBACK (generate_window_on_close_answer), window);
      gtk_window_present (GTK_WINDOW (window->close_question));
    }

  return TRUE;
}

static PiscesJobItem *
first_job (PiscesGenerateWindow *window)
{
  g_autoptr (PiscesJobItem) job = NULL;

  job = g_list_model_get_item (G_LIST_MODEL (window->jobs), 0);

  return job;   /* the list keeps a reference */
}

/* Jobs run in the order of the list, so the running one is the first.  */
static void
show_jobs (PiscesGenerateWindow *window)
{
  PiscesResultPane *result_pane = PISCES_RESULT_PANE (window->result_pane);
  PiscesJobItem    *job         = first_job (window);

  gtk_widget_set_visible (window->job_list, job != NULL);
  pisces_job_row_set_running (PISCES_JOB_ROW (window->job_row), job != NULL);

  if (job != window->shown_job)
    {
      window->shown_job = job;
      pisces_result_pane_set_running (result_pane, job ?
                                      pisces_job_item_get_request (job)->prompt :
                                      NULL);
      if (job)
        pisces_result_pane_set_preview (result_pane,
                                        pisces_job_item_get_preview (job));
      show_plan (window);
    }

  /* The focus was on a button of a job that has been removed.  */
  if (gtk_window_get_focus (GTK_WINDOW (window)) == NULL)
    pisces_prompt_pane_focus_prompt (PISCES_PROMPT_PANE (window->prompt_pane));
}

static void
close_window (PiscesGenerateWindow *window)
{
  g_clear_pointer (&window->close_question, gtk_widget_destroy);
  g_clear_handle_id (&window->settings_source, g_source_remove);
  g_signal_emit (window, signals[SETTINGS_CHANGED], 0);
  gtk_widget_hide (GTK_WIDGET (window));
}

static void
on_job_progress (PiscesGenerateWindow *window,
                 const PiscesProgress *progress,
                 PiscesJobItem        *job)
{
  if (job == window->shown_job)
    {
      if (progress->text && progress->stage == PISCES_STAGE_PLANNING)
        show_plan (window);
      if (progress->preview)
        pisces_result_pane_set_preview (PISCES_RESULT_PANE (window->result_pane),
                                        progress->preview);
    }

  /* A job with an image ID may belong to another image than the one shown.  */
  if (progress->picture && pisces_job_item_get_image_id (job) == 0)
    pisces_generate_window_add_picture (window, progress->picture);
}

static void
on_job_ended (PiscesGenerateWindow *window,
              PiscesJobItem        *job)
{
  guint position;

  if (g_list_store_find (window->jobs, job, &position))
    g_list_store_remove (window->jobs, position);

  show_jobs (window);

  if (window->close_question)
    pisces_close_question_set_n_jobs (window->close_question,
                                      pisces_generate_window_get_n_jobs (window));
}

static void
generate_window_on_close_answer (PiscesGenerateWindow *window,
                                 gint                  answer)
{
  g_clear_pointer (&window->close_question, gtk_widget_destroy);

  if (answer == PISCES_CLOSE_STOP)
    for (guint i = pisces_generate_window_get_n_jobs (window); i > 0; i--)
      {
        g_autoptr (PiscesJobItem) job = NULL;

        /* The last one first, so that no waiting job begins meanwhile.  */
        job = g_list_model_get_item (G_LIST_MODEL (window->jobs), i - 1);
        pisces_job_item_stop (job);
      }

  if (answer == PISCES_CLOSE_STOP || answer == PISCES_CLOSE_LEAVE_RUNNING)
    close_window (window);
}

/* Shows the plan of the selected picture.  */
static void
show_plan (PiscesGenerateWindow *window)
{
  PiscesResultPane *result_pane = PISCES_RESULT_PANE (window->result_pane);
  PiscesPicture    *picture;
  PiscesJobItem    *job         = first_job (window);
  const gchar      *plan        = NULL;

  picture = pisces_result_pane_get_picture (result_pane);
  if (picture)
    {
      pisces_prompt_pane_show_plan (PISCES_PROMPT_PANE (window->prompt_pane),
                                    picture->plan);
      return;
    }

  if (job && pisces_result_pane_is_following (result_pane))
    plan = pisces_job_item_get_plan (job);

  pisces_prompt_pane_stream_plan (PISCES_PROMPT_PANE (window->prompt_pane),
                                  plan);
}

static gboolean
emit_settings_changed (gpointer data)
{
  PiscesGenerateWindow *window = data;

  window->settings_source = 0;
  g_signal_emit (window, signals[SETTINGS_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* The delay runs from the first change and is not restarted by later ones: if
 * GIMP ends while the user types, only the last moment's text is lost.
 */
static void
generate_window_on_changed (PiscesGenerateWindow *window)
{
  if (! window->settings_source)
    window->settings_source = g_timeout_add (SETTINGS_DELAY_MS,
                                             emit_settings_changed, window);
}

static void
generate_window_on_written (PiscesGenerateWindow *window)
{
  generate_window_on_changed (window);
  if (window->live_drafts)
    pisces_live_drafts_changed (window->live_drafts);
}

static void
generate_window_on_start (PiscesGenerateWindow *window)
{
  PiscesPromptPane                 *prompt_pane;
  g_autoptr (PiscesGenerateRequest) request = NULL;

  prompt_pane = PISCES_PROMPT_PANE (window->prompt_pane);
  request     = pisces_prompt_pane_make_request (
    prompt_pane, pisces_live_drafts_keeps_seed (window->live_drafts));

  if (! request)
    {
      pisces_generate_window_show_message (window, GTK_MESSAGE_INFO,
                                           _("The prompt is empty. Write what "
                                             "you want to see, then generate."));
      pisces_prompt_pane_focus_prompt (prompt_pane);
      return;
    }

  pisces_reference_pane_apply (PISCES_REFERENCE_PANE (window->reference_pane),
                               request);
  pisces_live_drafts_settle (window->live_drafts);
  /* GIMP ends plug-ins without notice, so save the prompt before the work
   * begins.  */
  g_clear_handle_id (&window->settings_source, g_source_remove);
  emit_settings_changed (window);

  if (pisces_generate_window_is_filling (window) ||
      pisces_generate_window_is_changing (window))
    {
      pisces_generate_window_show_message (window, GTK_MESSAGE_INFO, NULL);
      g_signal_emit (window, signals[FILL_REQUESTED], 0, request);
    }
  else
    {
      on_request (window, request);
    }
}

/* The request comes from the prompt, or from a picture to vary or redraw.  */
static void
on_request (PiscesGenerateWindow  *window,
            PiscesGenerateRequest *request)
{
  pisces_generate_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  g_signal_emit (window, signals[GENERATE_REQUESTED], 0, request);
}

static void
generate_window_on_stop (PiscesGenerateWindow *window)
{
  PiscesJobItem *job = first_job (window);

  if (job)
    pisces_job_item_stop (job);
}

/* A draft in place of another one of the same size changes no place.  GIMP is not
 * asked for it then, because GIMP may be busy, and the user is writing.  */
static void
generate_window_on_selected (PiscesGenerateWindow *window)
{
  PiscesResultPane *pane    = PISCES_RESULT_PANE (window->result_pane);
  PiscesPicture    *picture = pisces_result_pane_get_picture (pane);
  gint              width   = 0;

  if (picture && picture == pisces_result_pane_get_draft (pane))
    width = picture->image->width;

  show_plan (window);
  if (width == 0 || width != window->draft_width)
    g_signal_emit (window, signals[PLACE_CHANGED], 0);
  window->draft_width = width;
}

static void
generate_window_on_add (PiscesGenerateWindow *window,
                        PiscesPicture        *picture)
{
  g_signal_emit (window, signals[ADD_REQUESTED], 0, picture);
}

static void
on_place (PiscesGenerateWindow *window)
{
  pisces_generate_window_show_place (window);
  generate_window_on_changed (window);
  g_signal_emit (window, signals[PLACE_CHANGED], 0);
}

static void
on_target (PiscesGenerateWindow *window,
           gint                  image_id)
{
  g_signal_emit (window, signals[TARGET_CHOSEN], 0, image_id);
}

static void
generate_window_on_use (PiscesGenerateWindow *window,
                        PiscesPicture        *picture)
{
  PiscesPromptPane *prompt_pane = PISCES_PROMPT_PANE (window->prompt_pane);

  pisces_prompt_pane_use_picture (prompt_pane, picture);
  pisces_prompt_pane_focus_prompt (prompt_pane);
}

static void
generate_window_on_unload (PiscesGenerateWindow *window)
{
  g_signal_emit (window, signals[UNLOAD_REQUESTED], 0);
}
