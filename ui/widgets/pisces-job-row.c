/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-row.c: the buttons that start and stop a job, its progress
 * between them, and the keys that all windows with jobs share.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-job-row.h"
#include "ui/widgets/pisces-stage.h"
#include "ui/widgets/pisces-ui.h"

/* A user who presses Escape just after the job has ended meant to stop it, not
 * to close the window.  */
#define ESCAPE_DELAY G_TIME_SPAN_SECOND

enum
{
  START,
  STOP,
  N_SIGNALS
};

struct _PiscesJobRow
{
  GtkBox     parent_instance;

  GtkWidget *stack;
  GtkWidget *hint;
  GtkWidget *stage;
  GtkWidget *progress_bar;
  GtkWidget *stop;
  GtkWidget *start;

  gboolean   running;
  gint64     ended;       /* when the last job ended, monotonic clock        */
  gboolean   stopping;
  gboolean   can_start;
  gboolean   queues;
};

static void job_row_update   (PiscesJobRow *row);
static void job_row_on_start (PiscesJobRow *row);
static void job_row_on_stop  (PiscesJobRow *row);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesJobRow, pisces_job_row, GTK_TYPE_BOX)

static void
pisces_job_row_class_init (PiscesJobRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  signals[START] =
    g_signal_new ("start", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STOP] =
    g_signal_new ("stop", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-job-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PiscesJobRow, stack);
  gtk_widget_class_bind_template_child (widget_class, PiscesJobRow, hint);
  gtk_widget_class_bind_template_child (widget_class, PiscesJobRow, stage);
  gtk_widget_class_bind_template_child (widget_class, PiscesJobRow,
                                        progress_bar);
  gtk_widget_class_bind_template_child (widget_class, PiscesJobRow, stop);
  gtk_widget_class_bind_template_child (widget_class, PiscesJobRow, start);
  gtk_widget_class_bind_template_callback (widget_class, job_row_on_start);
  gtk_widget_class_bind_template_callback (widget_class, job_row_on_stop);
}

static void
pisces_job_row_init (PiscesJobRow *row)
{
  gtk_widget_init_template (GTK_WIDGET (row));

  row->can_start = TRUE;
}

/**
 * pisces_job_row_set_label:
 * @label: the text of the start button, with a mnemonic.
 * @hint: which keys there are; shown while no job is running.
 */
void
pisces_job_row_set_label (PiscesJobRow *row,
                          const gchar  *label,
                          const gchar  *hint)
{
  gtk_button_set_label (GTK_BUTTON (row->start), label);
  gtk_label_set_text (GTK_LABEL (row->hint), hint);
}

/* @tooltip: (nullable): what the start button does, if its label is not enough.  */
void
pisces_job_row_set_tooltip (PiscesJobRow *row,
                            const gchar  *tooltip)
{
  gtk_widget_set_tooltip_text (row->start, tooltip);
  atk_object_set_description (gtk_widget_get_accessible (row->start),
                              tooltip ? tooltip : "");
}

void
pisces_job_row_set_can_start (PiscesJobRow *row,
                              gboolean      can_start)
{
  row->can_start = can_start;
  job_row_update (row);
}

/**
 * pisces_job_row_set_queues:
 * @queues: whether further jobs may be started while one runs.  The progress
 *   of each is then shown elsewhere.
 */
void
pisces_job_row_set_queues (PiscesJobRow *row,
                           gboolean      queues)
{
  row->queues = queues;
  job_row_update (row);
}

void
pisces_job_row_set_running (PiscesJobRow *row,
                            gboolean      running)
{
  if (running == row->running)
    return;

  row->running  = running;
  if (! running)
    row->ended = g_get_monotonic_time ();
  row->stopping = FALSE;

  if (running)
    {
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (row->progress_bar), 0.0);
      gtk_label_set_text (GTK_LABEL (row->stage), _("Starting"));
    }

  job_row_update (row);
}

gboolean
pisces_job_row_get_running (PiscesJobRow *row)
{
  return row->running;
}

/**
 * pisces_job_row_show_progress:
 * @count: how many pictures there will be; 1 if they are not counted.
 */
void
pisces_job_row_show_progress (PiscesJobRow         *row,
                              const PiscesProgress *progress,
                              guint                 count)
{
  g_autofree gchar *words = pisces_stage_to_words (progress->stage,
                                                   progress->index, count);

  pisces_job_row_show_words (row, words, progress->fraction);
}

/**
 * pisces_job_row_show_words:
 * @words: what the job is doing.  While it is being stopped, the row says that
 *   instead.
 * @fraction: how much of it is done, 0 to 1.
 */
void
pisces_job_row_show_words (PiscesJobRow *row,
                           const gchar  *words,
                           gdouble       fraction)
{
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (row->progress_bar),
                                 CLAMP (fraction, 0.0, 1.0));
  if (! row->stopping)
    gtk_label_set_text (GTK_LABEL (row->stage), words);
}

/**
 * pisces_job_row_handle_key:
 * @event: a key press in the window of this row, before other widgets get it.
 *
 * Ctrl+Enter starts a job.  Escape stops a running job; if there is none, it
 * closes the window, as Ctrl+W does.
 *
 * Returns: whether the key was one of these.
 */
gboolean
pisces_job_row_handle_key (PiscesJobRow *row,
                           GdkEventKey  *event)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (row)));

  if (pisces_ui_is_key (event, GDK_KEY_Return, GDK_CONTROL_MASK) ||
      pisces_ui_is_key (event, GDK_KEY_KP_Enter, GDK_CONTROL_MASK))
    {
      if (gtk_widget_is_sensitive (row->start))
        job_row_on_start (row);

      return TRUE;
    }

  if (pisces_ui_is_key (event, GDK_KEY_w, GDK_CONTROL_MASK))
    {
      gtk_window_close (window);

      return TRUE;
    }

  if (pisces_ui_is_key (event, GDK_KEY_Escape, 0))
    {
      /* The focused widget gets Escape first: an input method may need it to
       * drop unfinished characters, and a search field to end the search.
       */
      if (gtk_window_propagate_key_event (window, event))
        return TRUE;

      if (row->running)
        job_row_on_stop (row);
      else if (g_get_monotonic_time () >= row->ended + ESCAPE_DELAY)
        gtk_window_close (window);

      return TRUE;
    }

  return FALSE;
}

/* Moves the focus before its button becomes insensitive, because it would be
 * lost otherwise.  For the same reason Stop stays sensitive while the job is
 * being stopped.
 */
static void
job_row_update (PiscesJobRow *row)
{
  gboolean can_start = row->can_start && (row->queues || ! row->running);

  if (can_start)
    gtk_widget_set_sensitive (row->start, TRUE);
  if (row->running)
    gtk_widget_set_sensitive (row->stop, TRUE);

  if (gtk_widget_is_focus (row->start) && ! can_start && row->running)
    gtk_widget_grab_focus (row->stop);
  else if (gtk_widget_is_focus (row->stop) && ! row->running)
    gtk_widget_grab_focus (row->start);

  gtk_widget_set_sensitive (row->start, can_start);
  gtk_widget_set_sensitive (row->stop, row->running);

  gtk_stack_set_visible_child_name (GTK_STACK (row->stack),
                                    row->running && ! row->queues ?
                                    "running" : "idle");
  gtk_widget_set_visible (row->stack, ! (row->running && row->queues));
}

static void
job_row_on_start (PiscesJobRow *row)
{
  g_signal_emit (row, signals[START], 0);
}

static void
job_row_on_stop (PiscesJobRow *row)
{
  if (! row->running || row->stopping)
    return;

  row->stopping = ! row->queues;
  gtk_label_set_text (GTK_LABEL (row->stage), _("Stopping"));

  g_signal_emit (row, signals[STOP], 0);
}
