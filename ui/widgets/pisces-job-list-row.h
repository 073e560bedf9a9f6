/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-list-row.h: one job in the list of jobs.
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/widgets/pisces-job-item.h"

G_BEGIN_DECLS

#define PISCES_TYPE_JOB_LIST_ROW (pisces_job_list_row_get_type ())
G_DECLARE_FINAL_TYPE (PiscesJobListRow, pisces_job_list_row,
                      PISCES, JOB_LIST_ROW, GtkListBoxRow)

GtkWidget * pisces_job_list_row_new (PiscesJobItem *item);

G_END_DECLS
