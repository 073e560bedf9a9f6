/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-row.c: the start and stop of a job, and between the two how far
 * it is, with the keys that all windows with jobs have in common.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-job-row.h"
#include "ui/widgets/pisces-stage.h"
#include "ui/widgets/pisces-ui.h"

/* Who presses Escape when the job has just ended meant to stop it.  */
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
  gint64     ended;       /* the last job, by the monotonic clock            */
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
 * @label: what the start button says, with a mnemonic.
 * @hint: the keys, shown while nothing runs.
 */
void
pisces_job_row_set_label (PiscesJobRow *row,
                          const gchar  *label,
                          const gchar  *hint)
{
  gtk_button_set_label (GTK_BUTTON (row->start), label);
  gtk_label_set_text (GTK_LABEL (row->hint), hint);
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
 * @queues: whether further jobs may be started while one runs.  How far each
 *   of them is, is then shown elsewhere.
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
 * @count: of how many pictures; 1 where they are not counted.
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
 * @words: what is being done; while it is being stopped that is said instead.
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
 * @event: a key press that came to the window of this row, before any other
 *   widget has seen it.
 *
 * Ctrl+Enter starts, Escape stops a job that runs and else closes the window, as
 * Ctrl+W does.
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
      /* An input method may need it, to drop what is being composed, or a
       * search, to end.
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

/* The focus moves on before its button becomes insensitive, else it would be
 * lost.  Stop stays sensitive while stopping, for the same reason.
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
