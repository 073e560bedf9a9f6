/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-describe-window.c: the window in which a picture becomes words: what
 * the model sees on one side, what it wrote and a person corrects on the
 * other.  Nothing is saved unless the user asks for it.
 */

#include <glib/gi18n-lib.h>

#include "ui/pisces-describe-window.h"
#include "ui/pisces-job-row.h"
#include "ui/pisces-message-bar.h"
#include "ui/pisces-picture-view.h"
#include "ui/pisces-status-line.h"
#include "ui/pisces-text-field.h"
#include "ui/pisces-ui.h"

/* Screen readers read an alternative text in one go: 125 characters is the
 * common advice, and above 250 some cut it off.
 */
#define SHORT_TARGET 125
#define SHORT_LIMIT  250

enum
{
  DESCRIBE_REQUESTED,
  STOP_REQUESTED,
  SAVE_REQUESTED,
  USE_AS_PROMPT,
  UNLOAD_REQUESTED,
  N_SIGNALS
};

struct _PiscesDescribeWindow
{
  GtkWindow  parent_instance;

  GtkWidget *message_bar;
  GtkWidget *image_name;
  GtkWidget *view;
  GtkWidget *view_note;
  GtkWidget *job_row;
  GtkWidget *short_field;
  GtkWidget *long_field;
  GtkWidget *saved;
  GtkWidget *use_as_prompt;
  GtkWidget *save;
  GtkWidget *status_line;

  gboolean   unsaved;   /* a text is not as it is in the image */
};

static gboolean pisces_describe_window_key_press (GtkWidget            *widget,
                                                  GdkEventKey          *event);
static void     update                           (PiscesDescribeWindow *window);
static void     on_changed                       (PiscesDescribeWindow *window);
static void     on_start                         (PiscesDescribeWindow *window);
static void     on_stop                          (PiscesDescribeWindow *window);
static void     on_save                          (PiscesDescribeWindow *window);
static void     on_use_as_prompt                 (PiscesDescribeWindow *window);
static void     on_unload                        (PiscesDescribeWindow *window);

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

  signals[DESCRIBE_REQUESTED] = SIGNAL ("describe-requested", 1, G_TYPE_UINT);
  signals[STOP_REQUESTED]     = SIGNAL ("stop-requested", 0);
  signals[SAVE_REQUESTED]     = SIGNAL ("save-requested",
                                        2, G_TYPE_STRING, G_TYPE_STRING);
  signals[USE_AS_PROMPT]      = SIGNAL ("use-as-prompt", 1, G_TYPE_STRING);
  signals[UNLOAD_REQUESTED]   = SIGNAL ("unload-requested", 0);

  g_type_ensure (PISCES_TYPE_JOB_ROW);
  g_type_ensure (PISCES_TYPE_MESSAGE_BAR);
  g_type_ensure (PISCES_TYPE_PICTURE_VIEW);
  g_type_ensure (PISCES_TYPE_STATUS_LINE);
  g_type_ensure (PISCES_TYPE_TEXT_FIELD);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-describe-window.ui");
  BIND (message_bar);
  BIND (image_name);
  BIND (view);
  BIND (view_note);
  BIND (job_row);
  BIND (short_field);
  BIND (long_field);
  BIND (saved);
  BIND (use_as_prompt);
  BIND (save);
  BIND (status_line);
  CALLBACK (on_changed);
  CALLBACK (on_start);
  CALLBACK (on_stop);
  CALLBACK (on_save);
  CALLBACK (on_use_as_prompt);
  CALLBACK (on_unload);
}

static void
pisces_describe_window_init (PiscesDescribeWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  g_signal_connect (window, "delete-event",
                    G_CALLBACK (gtk_widget_hide_on_delete), NULL);

  pisces_job_row_set_label (PISCES_JOB_ROW (window->job_row), _("_Describe"),
                            _("Ctrl+Enter describes, Escape stops"));
  pisces_text_field_set_words (PISCES_TEXT_FIELD (window->short_field),
                               _("Short alt _text"),
                               _("_Copy"), _("Copy the short alt text"),
                               _("_Bring Back My Text"));
  pisces_text_field_set_limits (PISCES_TEXT_FIELD (window->short_field),
                                SHORT_TARGET, SHORT_LIMIT);
  pisces_text_field_set_words (PISCES_TEXT_FIELD (window->long_field),
                               _("_Long description"),
                               _("C_opy"), _("Copy the long description"),
                               _("Bring Bac_k My Text"));

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
 *   where there is nothing to see: then nothing can be described or saved, but
 *   the texts stay.
 * @image_name: (nullable): what the user calls it; %NULL where it has been
 *   closed.
 *
 * Follow with pisces_describe_window_set_texts() where it is another image.
 */
void
pisces_describe_window_set_image (PiscesDescribeWindow *window,
                                  PiscesImage          *image,
                                  const gchar          *image_name)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (window->view), image);
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
  update (window);
}

/**
 * pisces_describe_window_set_texts:
 * @short_text: (nullable): %NULL is the empty text.
 * @long_text: (nullable): %NULL is the empty text.
 * @machine_made: %TRUE for what the model wrote, %FALSE for what is saved in
 *   the image.
 */
void
pisces_describe_window_set_texts (PiscesDescribeWindow *window,
                                  const gchar          *short_text,
                                  const gchar          *long_text,
                                  gboolean              machine_made)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_text_field_set_text (PISCES_TEXT_FIELD (window->short_field),
                              short_text, machine_made);
  pisces_text_field_set_text (PISCES_TEXT_FIELD (window->long_field),
                              long_text, machine_made);

  window->unsaved = machine_made;
  gtk_label_set_text (GTK_LABEL (window->saved), "");
  update (window);
}

/**
 * pisces_describe_window_has_unsaved_texts:
 *
 * Returns: whether there is a text that is not saved in the image, so that
 *   another image should not take its place without a question.
 */
gboolean
pisces_describe_window_has_unsaved_texts (PiscesDescribeWindow *window)
{
  g_autofree gchar *short_text = NULL;
  g_autofree gchar *long_text  = NULL;

  g_return_val_if_fail (PISCES_IS_DESCRIBE_WINDOW (window), FALSE);

  short_text =
    pisces_text_field_get_text (PISCES_TEXT_FIELD (window->short_field));
  long_text =
    pisces_text_field_get_text (PISCES_TEXT_FIELD (window->long_field));

  return window->unsaved && (*short_text || *long_text);
}

/**
 * pisces_describe_window_set_running:
 * @running: %TRUE when the job that was asked for is under way, %FALSE when
 *   it has ended in any way; what was written until then stays.
 */
void
pisces_describe_window_set_running (PiscesDescribeWindow *window,
                                    gboolean              running)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));

  pisces_job_row_set_running (PISCES_JOB_ROW (window->job_row), running);

  if (! running)
    {
      pisces_text_field_end_stream (PISCES_TEXT_FIELD (window->short_field));
      pisces_text_field_end_stream (PISCES_TEXT_FIELD (window->long_field));
    }

  update (window);
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
 *   short field where its index is 0, into the long one where it is 1, as the
 *   engine writes what was asked for in that order.
 */
void
pisces_describe_window_show_progress (PiscesDescribeWindow *window,
                                      const PiscesProgress *progress)
{
  g_return_if_fail (PISCES_IS_DESCRIBE_WINDOW (window));
  g_return_if_fail (progress != NULL);

  /* A late word of a job that has ended. */
  if (! pisces_describe_window_get_running (window))
    return;

  pisces_job_row_show_progress (PISCES_JOB_ROW (window->job_row), progress, 1);

  if (progress->text && progress->stage == PISCES_STAGE_WRITING)
    {
      GtkWidget *field = progress->index == 0 ? window->short_field :
                                                window->long_field;

      pisces_text_field_stream (PISCES_TEXT_FIELD (field), progress->text);
      window->unsaved = TRUE;
      gtk_label_set_text (GTK_LABEL (window->saved), "");
      update (window);
    }
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

  window->unsaved = FALSE;
  gtk_label_set_text (GTK_LABEL (window->saved),
                      _("Saved in the image."));
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
update (PiscesDescribeWindow *window)
{
  gboolean          running    = pisces_describe_window_get_running (window);
  gboolean          has_image  = FALSE;
  g_autofree gchar *short_text = NULL;
  g_autofree gchar *long_text  = NULL;

  has_image =
    pisces_picture_view_get_image (PISCES_PICTURE_VIEW (window->view)) != NULL;
  short_text =
    pisces_text_field_get_text (PISCES_TEXT_FIELD (window->short_field));
  long_text =
    pisces_text_field_get_text (PISCES_TEXT_FIELD (window->long_field));

  pisces_job_row_set_can_start (PISCES_JOB_ROW (window->job_row), has_image);
  gtk_widget_set_sensitive (window->save, has_image && ! running);
  gtk_widget_set_sensitive (window->use_as_prompt, *short_text || *long_text);
}

static void
on_changed (PiscesDescribeWindow *window)
{
  window->unsaved = TRUE;
  gtk_label_set_text (GTK_LABEL (window->saved), "");
  update (window);
}

static void
on_start (PiscesDescribeWindow *window)
{
  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  g_signal_emit (window, signals[DESCRIBE_REQUESTED], 0,
                 (guint) (PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG));
}

static void
on_stop (PiscesDescribeWindow *window)
{
  g_signal_emit (window, signals[STOP_REQUESTED], 0);
}

static void
on_save (PiscesDescribeWindow *window)
{
  g_autofree gchar *short_text = NULL;
  g_autofree gchar *long_text  = NULL;

  short_text =
    pisces_text_field_get_text (PISCES_TEXT_FIELD (window->short_field));
  long_text =
    pisces_text_field_get_text (PISCES_TEXT_FIELD (window->long_field));

  g_signal_emit (window, signals[SAVE_REQUESTED], 0, short_text, long_text);
}

static void
on_use_as_prompt (PiscesDescribeWindow *window)
{
  g_autofree gchar *text = NULL;

  text = pisces_text_field_get_text (PISCES_TEXT_FIELD (window->long_field));
  if (*text == '\0')
    {
      g_free (text);
      text =
        pisces_text_field_get_text (PISCES_TEXT_FIELD (window->short_field));
    }

  g_signal_emit (window, signals[USE_AS_PROMPT], 0, text);
}

static void
on_unload (PiscesDescribeWindow *window)
{
  g_signal_emit (window, signals[UNLOAD_REQUESTED], 0);
}
