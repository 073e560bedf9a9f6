/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-list.h: the running and waiting jobs, one row each, the first on
 * top.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_JOB_LIST (pisces_job_list_get_type ())
G_DECLARE_FINAL_TYPE (PiscesJobList, pisces_job_list,
                      PISCES, JOB_LIST, GtkScrolledWindow)

GtkWidget * pisces_job_list_new       (void);

void        pisces_job_list_set_model (PiscesJobList *list,
                                       GListModel    *jobs);

G_END_DECLS
