/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue.c: how a job waits for the worker, which the first job starts, and how
 * it ends when it is cancelled before its turn.
 */

#include "engine/engine-private.h"


static void on_cancelled (GCancellable *cancellable,
                          GTask        *task);


/**
 * pisces_queue_push:
 * @job: (transfer full): to be done after those that wait already, by the
 *   model and the backend that the engine is set to now.
 */
void
pisces_queue_push (PiscesEngine *engine,
                   Job          *job)
{
  /* Once it is in the queue the worker may end and free it at any time.  */
  g_autoptr (GTask)        task        = g_object_ref (job->task);
  g_autoptr (GCancellable) cancellable = NULL;

  if (job->base.cancellable)
    {
      cancellable = g_object_ref (job->base.cancellable);
      job->cancelled_id =
        g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                               g_object_ref (task), g_object_unref);
    }

  g_mutex_lock (&engine->lock);
  job->model_folder = g_strdup (engine->model_folder);
  job->backend_wish = g_strdup (engine->backend_wish);
  g_queue_push_tail (&engine->queue, job);
  if (engine->worker == NULL)
    engine->worker = g_thread_new ("pisces-engine", pisces_worker_main, engine);
  g_cond_broadcast (&engine->changed);
  pisces_status_notice_send (engine->notice);
  g_mutex_unlock (&engine->lock);

  /* The handler found nothing if the cancel came before the queue had it.  */
  if (g_cancellable_is_cancelled (cancellable))
    on_cancelled (cancellable, task);
}


/*  private functions  */

/* A job that still waits ends at once; a running one ends between two ops.
 * The worker frees it: from within its handler it cannot be, and the caller's
 * context may not run again.  */
static void
on_cancelled (GCancellable *cancellable,
              GTask        *task)
{
  PiscesEngine *engine = g_task_get_source_object (task);
  Job          *found  = NULL;
  gboolean      ends;

  g_mutex_lock (&engine->lock);
  for (GList *link = engine->queue.head; link && ! found; link = link->next)
    if (((Job *) link->data)->task == task)
      found = link->data;
  ends = found && ! found->ended;
  if (ends)
    {
      found->ended = TRUE;
      g_queue_remove (&engine->queue, found);
      g_queue_push_head (&engine->queue, found);
      g_cond_broadcast (&engine->changed);
      pisces_status_notice_send (engine->notice);
    }
  g_mutex_unlock (&engine->lock);

  /* Last, since this may call the caller back at once.  */
  if (ends)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                     "The job was stopped before it began.");
}
