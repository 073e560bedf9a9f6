/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-list.c: the running and waiting jobs, one row each, the first on
 * top.  The list grows to a few rows and then scrolls, so that a long queue
 * leaves room for the prompt.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-job-item.h"
#include "ui/widgets/pisces-job-list-row.h"
#include "ui/widgets/pisces-job-list.h"
#include "ui/widgets/pisces-ui.h"

/* Two and a half rows: half a row shows that there are more below.  */
#define HEIGHT_MAX_ROWS 2.5

struct _PiscesJobList
{
  GtkScrolledWindow  parent_instance;

  GtkWidget         *box;
};

static GtkWidget * make_row (gpointer       item,
                             gpointer       data);
static void        limit    (PiscesJobList *list,
                             GtkWidget     *row);

G_DEFINE_FINAL_TYPE (PiscesJobList, pisces_job_list, GTK_TYPE_SCROLLED_WINDOW)

static void
pisces_job_list_class_init (PiscesJobListClass *class)
{
}

static void
pisces_job_list_init (PiscesJobList *list)
{
  GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW (list);

  list->box = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list->box),
                                   GTK_SELECTION_NONE);
  pisces_ui_set_name (list->box, _("Jobs"));

  gtk_scrolled_window_set_policy (scrolled, GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_shadow_type (scrolled, GTK_SHADOW_IN);
  gtk_scrolled_window_set_propagate_natural_height (scrolled, TRUE);
  gtk_container_add (GTK_CONTAINER (list), list->box);
  gtk_widget_show (list->box);
}

GtkWidget *
pisces_job_list_new (void)
{
  return g_object_new (PISCES_TYPE_JOB_LIST, NULL);
}

/**
 * pisces_job_list_set_model:
 * @jobs: (nullable): the jobs, as #PiscesJobItem.
 */
void
pisces_job_list_set_model (PiscesJobList *list,
                           GListModel    *jobs)
{
  gtk_list_box_bind_model (GTK_LIST_BOX (list->box), jobs, make_row,
                           list, NULL);
}

static GtkWidget *
make_row (gpointer item,
          gpointer data)
{
  GtkWidget *row = pisces_job_list_row_new (PISCES_JOB_ITEM (item));

  limit (data, row);

  return row;
}

/* The limit is in rows, because a row is higher with a larger font.  */
static void
limit (PiscesJobList *list,
       GtkWidget     *row)
{
  gint height = 0;

  gtk_widget_get_preferred_height (row, NULL, &height);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (list),
                                              (gint) (height *
                                                      HEIGHT_MAX_ROWS));
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (list),
                                              height);
}
