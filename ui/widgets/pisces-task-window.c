/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-task-window.c: a small window for a job that belongs to no other
 * window: its progress, a way to stop it, and a sentence at the end if there
 * is something to say.  GIMP's own progress bar is not used, because its
 * Cancel button kills the whole plug-in, and all other jobs with it.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-short-text.h"
#include "ui/widgets/pisces-stage.h"
#include "ui/widgets/pisces-task-window.h"
#include "ui/widgets/pisces-time-left.h"
#include "ui/widgets/pisces-ui.h"

enum
{
  STOP_REQUESTED,
  N_SIGNALS
};

typedef enum
{
  TASK_RUNNING,
  TASK_STOPPING,
  TASK_ENDED
} TaskState;

struct _PiscesTaskWindow
{
  GtkWindow       parent_instance;

  GtkWidget      *what;
  GtkWidget      *stack;
  GtkWidget      *stage;
  GtkWidget      *time_left;
  GtkWidget      *progress_bar;
  GtkWidget      *icon;
  GtkWidget      *sentence;
  GtkWidget      *stop;
  GtkWidget      *close;

  TaskState       state;
  PiscesTimeLeft  left;
  guint           countdown;   /* timeout between two progress reports, or 0 */
};

static void          pisces_task_window_dispose   (GObject          *object);
static gboolean      pisces_task_window_delete    (GtkWidget        *widget,
                                                   GdkEventAny      *event);
static gboolean      pisces_task_window_key_press (GtkWidget        *widget,
                                                   GdkEventKey      *event);
static void          show_time_left               (PiscesTaskWindow *window);
static gboolean      count_down                   (gpointer          data);
static const gchar * icon_for_type                (GtkMessageType    type);
static void          task_window_on_stop          (PiscesTaskWindow *window);
static void          task_window_on_close         (PiscesTaskWindow *window);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesTaskWindow, pisces_task_window, GTK_TYPE_WINDOW)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesTaskWindow, child)

static void
pisces_task_window_class_init (PiscesTaskWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pisces_task_window_dispose;
  widget_class->delete_event      = pisces_task_window_delete;
  widget_class->key_press_event   = pisces_task_window_key_press;

  signals[STOP_REQUESTED] =
    g_signal_new ("stop-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-task-window.ui");
  BIND (what);
  BIND (stack);
  BIND (stage);
  BIND (time_left);
  BIND (progress_bar);
  BIND (icon);
  BIND (sentence);
  BIND (stop);
  BIND (close);
  gtk_widget_class_bind_template_callback (widget_class, task_window_on_stop);
  gtk_widget_class_bind_template_callback (widget_class, task_window_on_close);
}

static void
pisces_task_window_init (PiscesTaskWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  gtk_label_set_text (GTK_LABEL (window->stage),
                      _("Waiting for another job"));
}

/**
 * pisces_task_window_new:
 * @title: the title of the window.
 * @what: what the job works on, such as a prompt; of any length.
 *
 * Returns: (transfer none): a window, not yet shown.  It destroys itself at
 *   the end of the job, or after the user has closed the final message.
 */
GtkWidget *
pisces_task_window_new (const gchar *title,
                        const gchar *what)
{
  PiscesTaskWindow *window = g_object_new (PISCES_TYPE_TASK_WINDOW, NULL);
  g_autofree gchar *line   = pisces_short_text (what, PISCES_SHORT_TEXT_LINE);

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_label_set_text (GTK_LABEL (window->what), line);
  gtk_widget_set_tooltip_text (window->what, line);

  return GTK_WIDGET (window);
}

void
pisces_task_window_show_progress (PiscesTaskWindow     *window,
                                  const PiscesProgress *progress)
{
  g_autofree gchar *words = NULL;

  g_return_if_fail (PISCES_IS_TASK_WINDOW (window));

  if (window->state != TASK_RUNNING)
    return;

  words = pisces_stage_to_words (progress->stage, 0, 1);
  gtk_label_set_text (GTK_LABEL (window->stage), words);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (window->progress_bar),
                                 CLAMP (progress->fraction, 0.0, 1.0));

  if (progress->stage > PISCES_STAGE_LOADING)
    pisces_time_left_update (&window->left, progress->fraction,
                             g_get_monotonic_time ());
  show_time_left (window);

  if (! window->countdown)
    window->countdown = g_timeout_add_seconds (1, count_down, window);
}

/**
 * pisces_task_window_end:
 * @type: how serious it is.
 * @sentence: (nullable): what the user should know, in whole sentences; %NULL:
 *   nothing, and the window is destroyed.
 */
void
pisces_task_window_end (PiscesTaskWindow *window,
                        GtkMessageType    type,
                        const gchar      *sentence)
{
  g_autofree gchar *shown = NULL;

  g_return_if_fail (PISCES_IS_TASK_WINDOW (window));

  window->state = TASK_ENDED;
  g_clear_handle_id (&window->countdown, g_source_remove);

  /* If the user has closed the window, do not show it again.  */
  if (! sentence || ! gtk_widget_get_visible (GTK_WIDGET (window)))
    {
      gtk_widget_destroy (GTK_WIDGET (window));
      return;
    }

  gtk_image_set_from_icon_name (GTK_IMAGE (window->icon), icon_for_type (type),
                                GTK_ICON_SIZE_DIALOG);
  shown = g_utf8_make_valid (sentence, -1);
  gtk_label_set_text (GTK_LABEL (window->sentence), shown);
  gtk_stack_set_visible_child_name (GTK_STACK (window->stack), "end");
  gtk_widget_hide (window->stop);
  gtk_widget_show (window->close);
  gtk_widget_grab_focus (window->close);
}

static void
pisces_task_window_dispose (GObject *object)
{
  PiscesTaskWindow *window = PISCES_TASK_WINDOW (object);

  g_clear_handle_id (&window->countdown, g_source_remove);

  G_OBJECT_CLASS (pisces_task_window_parent_class)->dispose (object);
}

/* Closing the window while the job runs stops the job.  */
static gboolean
pisces_task_window_delete (GtkWidget   *widget,
                           GdkEventAny *event)
{
  PiscesTaskWindow *window = PISCES_TASK_WINDOW (widget);

  if (window->state == TASK_ENDED)
    {
      gtk_widget_destroy (widget);
      return TRUE;
    }

  gtk_widget_hide (widget);
  task_window_on_stop (window);

  return TRUE;
}

static gboolean
pisces_task_window_key_press (GtkWidget   *widget,
                              GdkEventKey *event)
{
  PiscesTaskWindow *window = PISCES_TASK_WINDOW (widget);

  if (event->keyval != GDK_KEY_Escape)
    return GTK_WIDGET_CLASS (pisces_task_window_parent_class)->
      key_press_event (widget, event);

  if (window->state == TASK_ENDED)
    gtk_widget_destroy (widget);
  else
    task_window_on_stop (window);

  return TRUE;
}

static void
show_time_left (PiscesTaskWindow *window)
{
  gint              seconds = pisces_time_left_seconds (&window->left,
                                                        g_get_monotonic_time ());
  g_autofree gchar *words   = pisces_time_left_to_words (seconds);

  gtk_label_set_text (GTK_LABEL (window->time_left), words);
}

static gboolean
count_down (gpointer data)
{
  show_time_left (data);

  return G_SOURCE_CONTINUE;
}

static const gchar *
icon_for_type (GtkMessageType type)
{
  switch (type)
    {
    case GTK_MESSAGE_ERROR:
      return "dialog-error";
    case GTK_MESSAGE_WARNING:
      return "dialog-warning";
    default:
      return "dialog-information";
    }
}

static void
task_window_on_stop (PiscesTaskWindow *window)
{
  if (window->state != TASK_RUNNING)
    return;

  window->state = TASK_STOPPING;
  gtk_label_set_text (GTK_LABEL (window->stage), _("Stopping"));
  gtk_label_set_text (GTK_LABEL (window->time_left), "");
  gtk_widget_set_sensitive (window->stop, FALSE);
  g_clear_handle_id (&window->countdown, g_source_remove);
  g_signal_emit (window, signals[STOP_REQUESTED], 0);
}

static void
task_window_on_close (PiscesTaskWindow *window)
{
  gtk_widget_destroy (GTK_WIDGET (window));
}
