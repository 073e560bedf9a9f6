/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-job-item.c: one job of the queue, as the user sees it.  The code that
 * runs the job reports its progress and its end here, and watches the
 * cancellable; the widgets that show it listen to the signals.  Neither side
 * knows the other.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-job-item.h"
#include "ui/widgets/pisces-stage.h"
#include "ui/widgets/pisces-time-left.h"

enum
{
  CHANGED,
  PROGRESS,
  ENDED,
  N_SIGNALS
};

struct _PiscesJobItem
{
  GObject                parent_instance;

  PiscesGenerateRequest *request;
  gint32                 image_id;
  GCancellable          *cancellable;
  PiscesJobState         state;

  PiscesStage            stage;
  guint                  index;
  gdouble                fraction;
  PiscesTimeLeft         time_left;
  gchar                 *plan;      /* the plan of the picture that is being
                                     * made */
  PiscesImage           *preview;   /* that picture, unfinished          */
};

static void pisces_job_item_finalize (GObject *object);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesJobItem, pisces_job_item, G_TYPE_OBJECT)

static void
pisces_job_item_class_init (PiscesJobItemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_job_item_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PROGRESS] =
    g_signal_new ("progress", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ENDED] =
    g_signal_new ("ended", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_job_item_init (PiscesJobItem *item)
{
  item->cancellable = g_cancellable_new ();
}

/**
 * pisces_job_item_new:
 * @request: what is asked for; it is copied.
 *
 * Returns: (transfer full): a waiting job.
 */
PiscesJobItem *
pisces_job_item_new (const PiscesGenerateRequest *request)
{
  PiscesJobItem *item = g_object_new (PISCES_TYPE_JOB_ITEM, NULL);

  item->request = pisces_generate_request_copy (request);

  return item;
}

/**
 * pisces_job_item_set_image_id:
 * @image_id: a number, chosen by the code that runs the job, for the image
 *   that the pictures belong to. 0, the initial value, stands for the image
 *   that is shown.
 *
 * The user may switch to another image before the job ends, so the code that
 * runs the job adds the pictures to their image.
 */
void
pisces_job_item_set_image_id (PiscesJobItem *item,
                              gint32         image_id)
{
  g_return_if_fail (PISCES_IS_JOB_ITEM (item));

  item->image_id = image_id;
}

gint32
pisces_job_item_get_image_id (PiscesJobItem *item)
{
  return item->image_id;
}

const PiscesGenerateRequest *
pisces_job_item_get_request (PiscesJobItem *item)
{
  return item->request;
}

/**
 * pisces_job_item_get_cancellable:
 *
 * Returns: (transfer none): a cancellable to pass to the engine.
 */
GCancellable *
pisces_job_item_get_cancellable (PiscesJobItem *item)
{
  return item->cancellable;
}

PiscesJobState
pisces_job_item_get_state (PiscesJobItem *item)
{
  return item->state;
}

gdouble
pisces_job_item_get_fraction (PiscesJobItem *item)
{
  return item->fraction;
}

/**
 * pisces_job_item_get_seconds_left:
 *
 * Returns: an estimate, counting down; -1 while it is not known.
 */
gint
pisces_job_item_get_seconds_left (PiscesJobItem *item)
{
  if (item->state != PISCES_JOB_RUNNING)
    return -1;

  return pisces_time_left_seconds (&item->time_left, g_get_monotonic_time ());
}

/**
 * pisces_job_item_get_plan:
 *
 * Returns: (nullable): the plan of the picture that is being made, as far as
 *   it is written.
 */
const gchar *
pisces_job_item_get_plan (PiscesJobItem *item)
{
  return item->plan;
}

/**
 * pisces_job_item_get_preview:
 *
 * Returns: (nullable) (transfer none): the unfinished picture.
 */
PiscesImage *
pisces_job_item_get_preview (PiscesJobItem *item)
{
  return item->preview;
}

/**
 * pisces_job_item_get_words:
 *
 * Returns: (transfer full): what the job is doing, in words for the user.
 */
gchar *
pisces_job_item_get_words (PiscesJobItem *item)
{
  switch (item->state)
    {
    case PISCES_JOB_WAITING:
      return g_strdup (_("Waiting"));
    case PISCES_JOB_STOPPING:
      return g_strdup (_("Stopping"));
    case PISCES_JOB_ENDED:
      return g_strdup (_("Ended"));
    case PISCES_JOB_RUNNING:
      break;
    }

  return pisces_stage_to_words (item->stage, item->index, item->request->count);
}

/**
 * pisces_job_item_show_progress:
 * @progress: as the engine gave it.
 *
 * Ignored if the job has already ended.
 */
void
pisces_job_item_show_progress (PiscesJobItem        *item,
                               const PiscesProgress *progress)
{
  g_return_if_fail (PISCES_IS_JOB_ITEM (item));
  g_return_if_fail (progress != NULL);

  if (item->state == PISCES_JOB_ENDED)
    return;

  if (item->state == PISCES_JOB_WAITING &&
      progress->stage != PISCES_STAGE_WAITING)
    item->state = PISCES_JOB_RUNNING;

  if (progress->picture || progress->index != item->index)
    g_clear_pointer (&item->preview, pisces_image_unref);

  item->stage    = progress->stage;
  item->index    = progress->index;
  item->fraction = CLAMP (progress->fraction, 0.0, 1.0);

  if (progress->stage > PISCES_STAGE_LOADING)
    pisces_time_left_update (&item->time_left, item->fraction,
                             g_get_monotonic_time ());

  if (progress->text && progress->stage == PISCES_STAGE_PLANNING)
    {
      g_free (item->plan);
      item->plan = g_strdup (progress->text);
    }

  if (progress->preview)
    {
      g_clear_pointer (&item->preview, pisces_image_unref);
      item->preview = pisces_image_ref (progress->preview);
    }

  g_signal_emit (item, signals[CHANGED], 0);
  g_signal_emit (item, signals[PROGRESS], 0, progress);
}

/**
 * pisces_job_item_stop:
 *
 * Asks the job to end; pisces_job_item_end() is called when it has.
 */
void
pisces_job_item_stop (PiscesJobItem *item)
{
  g_return_if_fail (PISCES_IS_JOB_ITEM (item));

  if (item->state == PISCES_JOB_STOPPING || item->state == PISCES_JOB_ENDED)
    return;

  item->state = PISCES_JOB_STOPPING;
  g_signal_emit (item, signals[CHANGED], 0);
  g_cancellable_cancel (item->cancellable);
}

/**
 * pisces_job_item_end:
 *
 * The job has ended: done, failed or stopped.
 */
void
pisces_job_item_end (PiscesJobItem *item)
{
  g_return_if_fail (PISCES_IS_JOB_ITEM (item));

  if (item->state == PISCES_JOB_ENDED)
    return;

  item->state = PISCES_JOB_ENDED;
  g_signal_emit (item, signals[CHANGED], 0);
  g_signal_emit (item, signals[ENDED], 0);
}

static void
pisces_job_item_finalize (GObject *object)
{
  PiscesJobItem *item = PISCES_JOB_ITEM (object);

  g_clear_pointer (&item->request, pisces_generate_request_free);
  g_clear_pointer (&item->preview, pisces_image_unref);
  g_clear_object (&item->cancellable);
  g_free (item->plan);

  G_OBJECT_CLASS (pisces_job_item_parent_class)->finalize (object);
}
