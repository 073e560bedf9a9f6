/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-list-row.c: one job in the list of jobs: its picture so far, its
 * prompt, what it is doing, the time that is left, and a button that stops or
 * removes it.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-job-list-row.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-short-text.h"
#include "ui/widgets/pisces-time-left.h"
#include "ui/widgets/pisces-ui.h"

struct _PiscesJobListRow
{
  GtkListBoxRow  parent_instance;

  GtkWidget     *job_preview;
  GtkWidget     *job_prompt;
  GtkWidget     *job_stage;
  GtkWidget     *job_time_left;
  GtkWidget     *job_progress_bar;
  GtkWidget     *job_stop;

  PiscesJobItem *item;
  guint          countdown;   /* timeout between two progress reports, or 0 */
};

static void     pisces_job_list_row_dispose (GObject          *object);
static void     job_list_row_update         (PiscesJobListRow *row);
static void     name_button                 (PiscesJobListRow *row);
static void     show_time_left              (PiscesJobListRow *row);
static gboolean count_down                  (gpointer          data);
static void     job_list_row_on_stop        (PiscesJobListRow *row);

G_DEFINE_FINAL_TYPE (PiscesJobListRow, pisces_job_list_row,
                     GTK_TYPE_LIST_BOX_ROW)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesJobListRow, child)

static void
pisces_job_list_row_class_init (PiscesJobListRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pisces_job_list_row_dispose;

  g_type_ensure (PISCES_TYPE_PICTURE_VIEW);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-job-list-row.ui");
  BIND (job_preview);
  BIND (job_prompt);
  BIND (job_stage);
  BIND (job_time_left);
  BIND (job_progress_bar);
  BIND (job_stop);
  gtk_widget_class_bind_template_callback (widget_class, job_list_row_on_stop);
}

static void
pisces_job_list_row_init (PiscesJobListRow *row)
{
  gtk_widget_init_template (GTK_WIDGET (row));
}

/**
 * pisces_job_list_row_new:
 * @item: the job, to which the row keeps a reference.
 */
GtkWidget *
pisces_job_list_row_new (PiscesJobItem *item)
{
  PiscesJobListRow  *row    = g_object_new (PISCES_TYPE_JOB_LIST_ROW, NULL);
  const gchar       *text   = pisces_job_item_get_request (item)->prompt;
  g_autofree gchar  *line   = pisces_short_prompt (text, PISCES_SHORT_TEXT_LINE);
  g_autofree gchar  *prompt = pisces_short_prompt (text, PISCES_SHORT_TEXT_TOOLTIP);

  row->item = g_object_ref (item);

  gtk_label_set_text (GTK_LABEL (row->job_prompt), line);
  gtk_widget_set_tooltip_text (row->job_prompt, prompt);
  pisces_ui_set_name (GTK_WIDGET (row), prompt);

  g_signal_connect_object (item, "changed",
                           G_CALLBACK (job_list_row_update), row,
                           G_CONNECT_SWAPPED);
  job_list_row_update (row);

  return GTK_WIDGET (row);
}

static void
pisces_job_list_row_dispose (GObject *object)
{
  PiscesJobListRow *row = PISCES_JOB_LIST_ROW (object);

  g_clear_handle_id (&row->countdown, g_source_remove);
  g_clear_object (&row->item);

  G_OBJECT_CLASS (pisces_job_list_row_parent_class)->dispose (object);
}

static void
job_list_row_update (PiscesJobListRow *row)
{
  PiscesJobState    state    = pisces_job_item_get_state (row->item);
  gdouble           fraction = pisces_job_item_get_fraction (row->item);
  g_autofree gchar *words    = pisces_job_item_get_words (row->item);

  gtk_label_set_text (GTK_LABEL (row->job_stage), words);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (row->job_progress_bar),
                                 fraction);
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (row->job_preview),
                                 pisces_job_item_get_preview (row->item));
  name_button (row);
  show_time_left (row);

  if (state != PISCES_JOB_RUNNING)
    g_clear_handle_id (&row->countdown, g_source_remove);
  else if (row->countdown == 0)
    row->countdown = g_timeout_add_seconds (1, count_down, row);
}

/* The name of the button says what it does to the job: stop or remove it.  */
static void
name_button (PiscesJobListRow *row)
{
  const gchar      *prompt = gtk_label_get_text (GTK_LABEL (row->job_prompt));
  const gchar      *format;
  g_autofree gchar *name   = NULL;

  if (pisces_job_item_get_state (row->item) == PISCES_JOB_WAITING)
    /* Translators: a prompt that waits in the queue. */
    format = _("Remove “%s”");
  else
    /* Translators: a prompt that is being drawn. */
    format = _("Stop “%s”");

  name = g_strdup_printf (format, prompt);
  pisces_ui_set_name (row->job_stop, name);
  gtk_widget_set_tooltip_text (row->job_stop, name);
}

static void
show_time_left (PiscesJobListRow *row)
{
  gint              seconds = pisces_job_item_get_seconds_left (row->item);
  g_autofree gchar *words   = pisces_time_left_to_words (seconds);

  gtk_label_set_text (GTK_LABEL (row->job_time_left), words);
}

static gboolean
count_down (gpointer data)
{
  show_time_left (data);

  return G_SOURCE_CONTINUE;
}

static void
job_list_row_on_stop (PiscesJobListRow *row)
{
  pisces_job_item_stop (row->item);
}
