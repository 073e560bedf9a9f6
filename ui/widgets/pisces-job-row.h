/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-row.h: the buttons that start and stop a job, and its progress
 * between them.
 *
 * Signals:
 *
 *   "start" (row, user_data)
 *   "stop"  (row, user_data): at most once for each job, unless several can be
 *     queued
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_JOB_ROW (pisces_job_row_get_type ())
G_DECLARE_FINAL_TYPE (PiscesJobRow, pisces_job_row,
                      PISCES, JOB_ROW, GtkBox)

void     pisces_job_row_set_label     (PiscesJobRow         *row,
                                       const gchar          *label,
                                       const gchar          *hint);
void     pisces_job_row_set_tooltip   (PiscesJobRow         *row,
                                       const gchar          *tooltip);
void     pisces_job_row_set_can_start (PiscesJobRow         *row,
                                       gboolean              can_start);
void     pisces_job_row_set_queues    (PiscesJobRow         *row,
                                       gboolean              queues);
void     pisces_job_row_set_running   (PiscesJobRow         *row,
                                       gboolean              running);
gboolean pisces_job_row_get_running   (PiscesJobRow         *row);
void     pisces_job_row_show_progress (PiscesJobRow         *row,
                                       const PiscesProgress *progress,
                                       guint                 count);
void     pisces_job_row_show_words    (PiscesJobRow         *row,
                                       const gchar          *words,
                                       gdouble               fraction);

gboolean pisces_job_row_handle_key    (PiscesJobRow         *row,
                                       GdkEventKey          *event);

G_END_DECLS
