/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-describe-window.c: the window in which a picture becomes words.  One
 * side shows what the model sees, the other what it wrote, for a person to
 * correct.  Nothing is saved unless the user asks for it.
 *
 * Longer than 500 lines, as the window passes messages between its panes and
 * its owner, each in a function of a few lines.
 */

#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-ask-pane.h"
#include "ui/describe/pisces-check-pane.h"
#include "ui/describe/pisces-describe-window-private.h"
#include "ui/describe/pisces-texts-pane.h"
#include "ui/widgets/pisces-context-field.h"
#include "ui/widgets/pisces-help-window.h"
#include "ui/widgets/pisces-job-row.h"
#include "ui/widgets/pisces-message-bar.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-status-line.h"
#include "ui/widgets/pisces-ui.h"

/* How many descriptions are tried to find the best one.  */
#define N_BEST 3

enum
{
  DESCRIBE_REQUESTED,
  SOURCE_CHANGED,
  REWRITE_REQUESTED,
  ASK_REQUESTED,
  REBUILD_REQUESTED,
  STOP_REQUESTED,
  SAVE_REQUESTED,
  DECORATIVE_REQUESTED,
  USE_AS_PROMPT,
  DELETE_DRAFT,
  SETTINGS_CHANGED,
  UNLOAD_REQUESTED,
  N_SIGNALS
};

static gboolean pisces_describe_window_key_press (GtkWidget            *widget,
                                                  GdkEventKey          *event);
static void     describe_window_update           (PiscesDescribeWindow *window);
static void     on_source                        (PiscesDescribeWindow *window);
static void     on_look_closer                   (PiscesDescribeWindow *window);
static void     describe_window_on_start         (PiscesDescribeWindow *window);
static void     describe_window_on_stop          (PiscesDescribeWindow *window);
static void     on_rewrite                       (PiscesDescribeWindow *window,
                                                  guint                 what,
                                                  gint                  change);
static void     describe_window_on_save          (PiscesDescribeWindow *window,
                                                  GPtrArray            *texts);
static void     on_decorative                    (PiscesDescribeWindow *window,
                                                  gboolean              decorative);
static void     on_use_as_prompt                 (PiscesDescribeWindow *window,
                                                  const gchar          *text);
static void     on_ask                           (PiscesDescribeWindow *window,
                                                  const gchar          *question);
static void     on_use_answer                    (PiscesDescribeWindow *window,
                                                  const gchar          *answer);
static void     on_rebuild                       (PiscesDescribeWindow *window);
static void     on_best                          (PiscesDescribeWindow *window);
static void     describe_window_on_unload        (PiscesDescribeWindow *window);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesDescribeWindow, pisces_describe_window,
                     GTK_TYPE_WINDOW)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesDescribeWindow, \
                                        child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_describe_window_class_init (PiscesDescribeWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->key_press_event = pisces_describe_window_key_press;
  widget_class->delete_event    = pisces_describe_questions_on_delete_event;

  signals[DESCRIBE_REQUESTED] = SIGNAL ("describe-requested", 1, G_TYPE_UINT);
  signals[STOP_REQUESTED]     = SIGNAL ("stop-requested", 0);
  signals[SOURCE_CHANGED]     = SIGNAL ("source-changed", 0);
  signals[REWRITE_REQUESTED]  = SIGNAL ("rewrite-requested",
                                        2, G_TYPE_UINT, G_TYPE_INT);
  signals[ASK_REQUESTED]      = SIGNAL ("ask-requested", 1, G_TYPE_STRING);
  signals[REBUILD_REQUESTED]  = SIGNAL ("rebuild-requested", 1, G_TYPE_UINT);
  signals[SAVE_REQUESTED]     = SIGNAL ("save-requested",
                                        1, G_TYPE_PTR_ARRAY);
  signals[DECORATIVE_REQUESTED] = SIGNAL ("decorative-requested",
                                          1, G_TYPE_BOOLEAN);
  signals[USE_AS_PROMPT]      = SIGNAL ("use-as-prompt", 1, G_TYPE_STRING);
  signals[DELETE_DRAFT]       = SIGNAL ("delete-draft", 1, G_TYPE_POINTER);
  signals[SETTINGS_CHANGED]   = SIGNAL ("settings-changed", 0);
  signals[UNLOAD_REQUESTED]   = SIGNAL ("unload-requested", 0);

  g_type_ensure (PISCES_TYPE_CONTEXT_FIELD);
  g_type_ensure (PISCES_TYPE_JOB_ROW);
  g_type_ensure (PISCES_TYPE_MESSAGE_BAR);
  g_type_ensure (PISCES_TYPE_PICTURE_VIEW);
  g_type_ensure (PISCES_TYPE_STATUS_LINE);
  g_type_ensure (PISCES_TYPE_TEXTS_PANE);
  g_type_ensure (PISCES_TYPE_ASK_PANE);
  g_type_ensure (PISCES_TYPE_CHECK_PANE);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-describe-window.ui");
  BIND (message_bar);
  BIND (image_name);
  BIND (view);
  BIND (view_note);
  BIND (source);
  BIND (context);
  BIND (look_closer);
  BIND (job_row);
  BIND (pages);
  BIND (texts);
  BIND (ask);
  BIND (check);
  BIND (status_line);
  CALLBACK (describe_window_update);
  gtk_widget_class_bind_template_callback_full (
    widget_class, "on_delete_draft", G_CALLBACK (pisces_describe_questions_on_delete_draft));
  CALLBACK (on_source);
  CALLBACK (on_look_closer);
  CALLBACK (on_rewrite);
  CALLBACK (on_decorative);
  CALLBACK (on_ask);
  CALLBACK (on_use_answer);
  CALLBACK (on_rebuild);
  CALLBACK (on_best);
  CALLBACK (describe_window_on_start);
  CALLBACK (describe_window_on_stop);
  CALLBACK (describe_window_on_save);
  CALLBACK (on_use_as_prompt);
  CALLBACK (describe_window_on_unload);
}

static void
pisces_describe_window_init (PiscesDescribeWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  pisces_help_add (GTK_WINDOW (window), PISCES_HELP_DESCRIBE);
  pisces_job_row_set_label (PISCES_JOB_ROW (window->job_row), _("_Describe"),
                            _("Ctrl+Enter describes, Escape stops"));
  pisces_ui_set_name (window->source, _("What to describe"));
  pisces_ui_set_name (window->pages, _("Words about the picture"));
  gtk_combo_box_set_active (GTK_COMBO_BOX (window->source), 0);

  pisces_describe_window_set_image (window, NULL, NULL);
}

/**
 * pisces_describe_window_new:
 *
 * Returns: (transfer none): a window, not yet shown; GTK owns it until
 *   gtk_widget_destroy().
 */
GtkWidget *
pisces_describe_window_new (void)
{
  return g_object_new (PISCES_TYPE_DESCRIBE_WINDOW, NULL);
}

/**
 * pisces_describe_window_set_image:
 * @image: (nullable) (transfer none): exactly what the model will see; %NULL
 *   where there is nothing to see.  Then nothing can be described or saved,
 *   but the texts stay.
 * @image_name: (nullable): the name the user knows; %NULL if the image has
 *   been closed.
 *
 * If it is another image, call pisces_describe_window_set_texts() next.
 */
void
pisces_describe_window_set_image (PiscesDescribeWindow *window,
                                  PiscesImage          *image,
                                  const gchar          *image_name)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  window->is_open   = image_name != NULL;
  window->has_image = image != NULL;
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (window->view), image);
  pisces_check_pane_set_original (PISCES_CHECK_PANE (window->check), image);
  pisces_ui_set_name (window->view, _("What the model sees"));

  gtk_label_set_text (GTK_LABEL (window->image_name),
                      image_name ? image_name : _("No image"));
  gtk_widget_set_tooltip_text (window->image_name, image_name);
  gtk_label_set_text (GTK_LABEL (window->view_note),
                      image_name && ! image ? "" :
                      image ?
                      _("This is what the model sees. It stays on this "
                        "computer.") :
                      _("The image is closed. Open one and choose Image ▸ "
                        "Describe Image there."));
  describe_window_update (window);
}

/**
 * pisces_describe_window_get_source:
 *
 * Returns: what the user wants to have described.
 */
PiscesDescribeSource
pisces_describe_window_get_source (PiscesDescribeWindow *window)
{
  g_return_val_if_fail (PISCES_IS_DESCRIBE_WINDOW (window),
                        PISCES_DESCRIBE_VISIBLE);

  return MAX (0, gtk_combo_box_get_active (GTK_COMBO_BOX (window->source)));
}

/**
 * pisces_describe_window_set_texts:
 * @short_text: (nullable): in the default language.
 * @long_text: (nullable): the same.
 * @kind: where the texts come from.  What the model wrote goes into the
 *   language that is shown, and %NULL leaves a text as it is; for texts that
 *   are saved in the image, %NULL means an empty text.
 */
void
pisces_describe_window_set_texts (PiscesDescribeWindow *window,
                                  const gchar          *short_text,
                                  const gchar          *long_text,
                                  PiscesTextsKind       kind)
{
  g_autoptr (GPtrArray) texts = NULL;

  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  if (kind != PISCES_TEXTS_SAVED)
    {
      pisces_texts_pane_write (PISCES_TEXTS_PANE (window->texts),
                               short_text, long_text,
                               kind == PISCES_TEXTS_DOUBTFUL);
    }
  else
    {
      texts = pisces_alt_texts_new ();
      pisces_alt_texts_add (texts, PISCES_ALT_TEXT_DEFAULT,
                            short_text, long_text);
      pisces_describe_window_set_saved_texts (window, texts, FALSE);
    }

  describe_window_update (window);
}

/**
 * pisces_describe_window_set_saved_texts:
 * @texts: (element-type PiscesAltText): the texts that are saved in the image;
 *   what the window had before is forgotten.
 * @decorative: whether the image is marked as decoration.
 */
void
pisces_describe_window_set_saved_texts (PiscesDescribeWindow *window,
                                        GPtrArray            *texts,
                                        gboolean              decorative)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_texts_pane_set_saved_texts (PISCES_TEXTS_PANE (window->texts),
                                     texts, decorative);
  describe_window_update (window);
}

/**
 * pisces_describe_window_get_text:
 * @which: %PISCES_DESCRIBE_SHORT or %PISCES_DESCRIBE_LONG.
 *
 * Returns: (transfer full): the text as it is now.
 */
gchar *
pisces_describe_window_get_text (PiscesDescribeWindow *window,
                                 PiscesDescribeFlags   which)
{
  return pisces_texts_pane_get_text (PISCES_TEXTS_PANE (window->texts), which);
}

/**
 * pisces_describe_window_get_texts_pane:
 *
 * Returns: (transfer none): the pane with the texts, for calls that concern
 *   the texts only.
 */
PiscesTextsPane *
pisces_describe_window_get_texts_pane (PiscesDescribeWindow *window)
{
  return PISCES_TEXTS_PANE (window->texts);
}

/* Shows the answer to a question that "ask-requested" passed on.  */
void
pisces_describe_window_add_answer (PiscesDescribeWindow *window,
                                   const gchar          *question,
                                   const gchar          *answer)
{
  pisces_ask_pane_add_answer (PISCES_ASK_PANE (window->ask), question, answer);
}

/**
 * pisces_describe_window_get_check_pane:
 *
 * Returns: (transfer none): where the answers to "rebuild-requested" are shown.
 */
PiscesCheckPane *
pisces_describe_window_get_check_pane (PiscesDescribeWindow *window)
{
  return PISCES_CHECK_PANE (window->check);
}

/**
 * pisces_describe_window_set_running:
 * @running: %TRUE when the requested job has begun, %FALSE when it has ended
 *   for any reason.  The text that was written until then stays.
 */
void
pisces_describe_window_set_running (PiscesDescribeWindow *window,
                                    gboolean              running)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_job_row_set_running (PISCES_JOB_ROW (window->job_row), running);

  if (! running)
    pisces_texts_pane_end_stream (PISCES_TEXTS_PANE (window->texts));

  describe_window_update (window);
}

gboolean
pisces_describe_window_get_running (PiscesDescribeWindow *window)
{
  g_return_val_if_fail (PISCES_IS_DESCRIBE_WINDOW (window), FALSE);

  return pisces_job_row_get_running (PISCES_JOB_ROW (window->job_row));
}

/**
 * pisces_describe_window_show_progress:
 * @progress: (transfer none): as the engine gave it.  Its text goes into the
 *   short field if its index is 0, and into the long one if it is 1: the
 *   engine writes the texts in this order.
 */
void
pisces_describe_window_show_progress (PiscesDescribeWindow *window,
                                      const PiscesProgress *progress)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));
  g_return_if_fail (progress != NULL);

  /* This report comes from a job that has already ended.  */
  if (! pisces_describe_window_get_running (window))
    return;

  pisces_job_row_show_progress (PISCES_JOB_ROW (window->job_row), progress, 1);

  /* The keywords come last, and are shown when they are complete.  */
  if (progress->text && progress->stage == PISCES_STAGE_WRITING && progress->index < 2)
    pisces_texts_pane_stream (PISCES_TEXTS_PANE (window->texts),
                              progress->index, progress->text,
                              progress->doubt != NULL);
}

/**
 * pisces_describe_window_set_saved:
 *
 * Says that the texts are in the image, until one of them changes.
 */
void
pisces_describe_window_set_saved (PiscesDescribeWindow *window)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_texts_pane_set_saved (PISCES_TEXTS_PANE (window->texts));
}

/**
 * pisces_describe_window_show_message:
 * @text: (nullable): a whole sentence; %NULL hides the last one.
 */
void
pisces_describe_window_show_message (PiscesDescribeWindow *window,
                                     GtkMessageType        type,
                                     const gchar          *text)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_message_bar_show (PISCES_MESSAGE_BAR (window->message_bar),
                           type, text);
}

/**
 * pisces_describe_window_set_status:
 * @status: (nullable): %NULL where it is not known.
 */
void
pisces_describe_window_set_status (PiscesDescribeWindow *window,
                                   const PiscesStatus   *status)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_status_line_set_status (PISCES_STATUS_LINE (window->status_line),
                                 status);
}

static gboolean
pisces_describe_window_key_press (GtkWidget   *widget,
                                  GdkEventKey *event)
{
  PiscesDescribeWindow *window = PISCES_DESCRIBE_WINDOW (widget);

  if (pisces_job_row_handle_key (PISCES_JOB_ROW (window->job_row), event))
    return TRUE;

  return GTK_WIDGET_CLASS (pisces_describe_window_parent_class)->
    key_press_event (widget, event);
}

static void
describe_window_update (PiscesDescribeWindow *window)
{
  gboolean          running    = pisces_describe_window_get_running (window);
  gboolean          idle       = window->has_image && ! running;
  g_autofree gchar *short_text = NULL;
  g_autofree gchar *long_text  = NULL;

  short_text = pisces_describe_window_get_text (window, PISCES_DESCRIBE_SHORT);
  long_text  = pisces_describe_window_get_text (window, PISCES_DESCRIBE_LONG);

  /* Stays usable without a picture, because another source may have one.  */
  gtk_widget_set_sensitive (window->source, ! running);
  pisces_job_row_set_can_start (PISCES_JOB_ROW (window->job_row),
                                window->has_image);
  pisces_texts_pane_set_usable (PISCES_TEXTS_PANE (window->texts),
                                window->is_open, window->has_image, running);
  pisces_ask_pane_set_can_ask (PISCES_ASK_PANE (window->ask), idle);
  pisces_check_pane_set_usable (PISCES_CHECK_PANE (window->check),
                                idle && (*short_text || *long_text), idle);
}

static void
on_source (PiscesDescribeWindow *window)
{
  g_signal_emit (window, signals[SOURCE_CHANGED], 0);
}

static void
on_look_closer (PiscesDescribeWindow *window)
{
  g_signal_emit (window, signals[SETTINGS_CHANGED], 0);
}

static void
describe_window_on_start (PiscesDescribeWindow *window)
{
  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  gtk_notebook_set_current_page (GTK_NOTEBOOK (window->pages), 0);
  g_signal_emit (window, signals[DESCRIBE_REQUESTED], 0,
                 (guint) (PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG |
                          PISCES_DESCRIBE_KEYWORDS));
}

static void
describe_window_on_stop (PiscesDescribeWindow *window)
{
  g_signal_emit (window, signals[STOP_REQUESTED], 0);
}

static void
on_rewrite (PiscesDescribeWindow *window,
            guint                 what,
            gint                  change)
{
  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  g_signal_emit (window, signals[REWRITE_REQUESTED], 0, what, change);
}

static void
describe_window_on_save (PiscesDescribeWindow *window,
                         GPtrArray            *texts)
{
  g_signal_emit (window, signals[SAVE_REQUESTED], 0, texts);
}

static void
on_decorative (PiscesDescribeWindow *window,
               gboolean              decorative)
{
  g_signal_emit (window, signals[DECORATIVE_REQUESTED], 0, decorative);
}

static void
on_use_as_prompt (PiscesDescribeWindow *window,
                  const gchar          *text)
{
  g_signal_emit (window, signals[USE_AS_PROMPT], 0, text);
}

static void
on_ask (PiscesDescribeWindow *window,
        const gchar          *question)
{
  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  g_signal_emit (window, signals[ASK_REQUESTED], 0, question);
}

static void
on_use_answer (PiscesDescribeWindow *window,
               const gchar          *answer)
{
  pisces_texts_pane_append (PISCES_TEXTS_PANE (window->texts), answer);
}

static void
on_rebuild (PiscesDescribeWindow *window)
{
  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  g_signal_emit (window, signals[REBUILD_REQUESTED], 0, 1);
}

static void
on_best (PiscesDescribeWindow *window)
{
  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  g_signal_emit (window, signals[REBUILD_REQUESTED], 0, N_BEST);
}

static void
describe_window_on_unload (PiscesDescribeWindow *window)
{
  g_signal_emit (window, signals[UNLOAD_REQUESTED], 0);
}
