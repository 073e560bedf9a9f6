/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * job.c: one job of the engine: its data, and how its progress reaches the
 * caller's thread.
 */

#include "engine/description.h"
#include "engine/engine-private.h"

/* A progress report on its way to the caller's thread.  */
typedef struct
{
  PiscesProgressFunc  func;
  gpointer            user_data;
  GCancellable       *cancellable;
  PiscesProgress      progress;
} Delivery;


static void job_report (PiscesJob            *base,
                        const PiscesProgress *progress);


/* functions for the engine's other files */

Job *
pisces_job_new (PiscesEngine        *engine,
                JobKind              kind,
                PiscesProgressFunc   progress,
                gpointer             progress_data,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data,
                gpointer             source_tag)
{
  Job *job = g_new0 (Job, 1);

  job->base.report   = job_report;
  job->base.warnings = g_ptr_array_new_with_free_func (g_free);
  job->pictures      = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  if (cancellable)
    job->base.cancellable = g_object_ref (cancellable);

  job->kind          = kind;
  job->progress      = progress;
  job->progress_data = progress_data;
  job->context       = g_main_context_ref_thread_default ();
  job->task          = g_task_new (engine, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, source_tag);
  /* Pictures that were finished before the job was cancelled are still
   * returned.  */
  g_task_set_check_cancellable (job->task, FALSE);

  return job;
}

void
pisces_job_free (Job *job)
{
  /* g_cancellable_disconnect() would wait for a handler that may be waiting
   * for this thread.  It is not needed, because the handler has references to
   * all that it uses.  */
  if (job->cancelled_id)
    g_signal_handler_disconnect (job->base.cancellable, job->cancelled_id);
  g_clear_object (&job->base.cancellable);
  g_ptr_array_unref (job->base.warnings);
  g_ptr_array_unref (job->pictures);

  g_clear_pointer (&job->generate, pisces_generate_request_free);
  g_clear_pointer (&job->describe, pisces_describe_request_free);
  g_clear_pointer (&job->images[0], pisces_image_unref);
  g_clear_pointer (&job->images[1], pisces_image_unref);
  g_free (job->prompt);
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    pisces_choice_clear (&job->choices[i]);
  g_main_context_unref (job->context);
  g_object_unref (job->task);
  g_free (job);
}


/*  private functions  */

/* After a job was stopped, its caller gets no more progress, except for
 * pictures that were finished before.  */
static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;

  if (delivery->progress.picture ||
      ! g_cancellable_is_cancelled (delivery->cancellable))
    delivery->func (&delivery->progress, delivery->user_data);

  return G_SOURCE_REMOVE;
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_free ((gchar *) delivery->progress.text);
  g_free ((gchar *) delivery->progress.doubt);
  g_strfreev (delivery->progress.warnings);
  g_clear_pointer (&delivery->progress.preview, pisces_image_unref);
  g_clear_pointer (&delivery->progress.picture, pisces_picture_unref);
  g_clear_object (&delivery->cancellable);
  g_free (delivery);
}

static gchar **
copy_warnings (GPtrArray *warnings)
{
  gchar **copy;

  if (warnings->len == 0)
    return NULL;

  copy = g_new0 (gchar *, warnings->len + 1);
  for (guint i = 0; i < warnings->len; i++)
    copy[i] = g_strdup (warnings->pdata[i]);

  return copy;
}

/* Families call this in the worker's thread; the fraction is that of their own
 * part of the job.  */
static void
job_report (PiscesJob            *base,
            const PiscesProgress *progress)
{
  Job               *job    = (Job *) base;
  const gboolean     is_new = progress->picture &&
                              progress->index >= job->pictures->len;
  Delivery          *delivery;
  g_autoptr (GSource) source = NULL;

  job->fraction = MAX (job->fraction,
                       job->fraction_start + (1.0 - job->fraction_start) *
                       CLAMP (progress->fraction, 0.0, 1.0));

  if (progress->picture)
    {
      PiscesPicture *picture = progress->picture;

      picture->model_name   = g_strdup (job->model_name);
      picture->model_digest = g_strdup (job->model_digest);
      picture->backend      = g_strdup (job->backend_name);
      picture->width        = picture->image->width;
      picture->height       = picture->image->height;
    }

  /* If the job was started again, the caller may already have this picture.  */
  if (is_new)
    g_ptr_array_add (job->pictures, pisces_picture_ref (progress->picture));
  if (job->progress == NULL)
    return;

  delivery = g_new0 (Delivery, 1);
  delivery->func              = job->progress;
  delivery->user_data         = job->progress_data;
  if (base->cancellable)
    delivery->cancellable     = g_object_ref (base->cancellable);
  delivery->progress          = *progress;
  delivery->progress.fraction = job->fraction;
  delivery->progress.text     = g_strdup (progress->text);
  delivery->progress.doubt    = g_strdup (progress->doubt);
  delivery->progress.warnings = copy_warnings (base->warnings);
  if (progress->stage == PISCES_STAGE_WRITING)
    delivery->progress.text   = pisces_description_tidy ((gchar *) delivery->progress.text);
  if (progress->preview)
    pisces_image_ref (progress->preview);
  if (is_new)
    pisces_picture_ref (progress->picture);
  else
    delivery->progress.picture = NULL;

  /* The same priority as the return of a GTask, so that all progress arrives
   * before the end of the job.  */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, delivery, delivery_free);
  g_source_attach (source, job->context);
}
