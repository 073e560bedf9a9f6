/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-item.h: one job of the queue, as the user sees it: what was asked
 * for, its progress, and a way to stop it.  Needs no display.
 *
 * Signals:
 *
 *   "changed"  (item, user_data): something that is shown has changed
 *   "progress" (item, const PiscesProgress *progress, user_data): after the
 *     item has been updated; @progress is valid during the signal only
 *   "ended"    (item, user_data): once, however the job ends
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_JOB_ITEM (pisces_job_item_get_type ())
G_DECLARE_FINAL_TYPE (PiscesJobItem, pisces_job_item,
                      PISCES, JOB_ITEM, GObject)

/**
 * PiscesJobState:
 * @PISCES_JOB_WAITING: other jobs come first.
 * @PISCES_JOB_RUNNING: it has reported progress.
 * @PISCES_JOB_STOPPING: the user stopped it; it will end in a moment.
 * @PISCES_JOB_ENDED: it is done, failed or stopped.
 */
typedef enum
{
  PISCES_JOB_WAITING,
  PISCES_JOB_RUNNING,
  PISCES_JOB_STOPPING,
  PISCES_JOB_ENDED
} PiscesJobState;

PiscesJobItem               * pisces_job_item_new              (const PiscesGenerateRequest *request);

void                          pisces_job_item_set_image_id     (PiscesJobItem               *item,
                                                                gint32                       image_id);
gint32                        pisces_job_item_get_image_id     (PiscesJobItem               *item);
const PiscesGenerateRequest * pisces_job_item_get_request      (PiscesJobItem               *item);
GCancellable                * pisces_job_item_get_cancellable  (PiscesJobItem               *item);
PiscesJobState                pisces_job_item_get_state        (PiscesJobItem               *item);
gdouble                       pisces_job_item_get_fraction     (PiscesJobItem               *item);
gint                          pisces_job_item_get_seconds_left (PiscesJobItem               *item);
const gchar                 * pisces_job_item_get_plan         (PiscesJobItem               *item);
PiscesImage                 * pisces_job_item_get_preview      (PiscesJobItem               *item);
gchar                       * pisces_job_item_get_words        (PiscesJobItem               *item);

void                          pisces_job_item_show_progress    (PiscesJobItem               *item,
                                                                const PiscesProgress        *progress);
void                          pisces_job_item_stop             (PiscesJobItem               *item);
void                          pisces_job_item_end              (PiscesJobItem               *item);

G_END_DECLS
