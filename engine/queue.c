/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue.c: the queue of jobs.  The first job starts the worker; a job that is
 * cancelled while it waits ends here.
 */

#include "engine/engine-private.h"


static void on_cancelled (GCancellable *cancellable,
                          GTask        *task);


/**
 * pisces_queue_push:
 * @job: (transfer full): a job; it runs after those that already wait, with
 *   the models and the backends that the engine is set to now.
 */
void
pisces_queue_push (PiscesEngine *engine,
                   Job          *job)
{
  /* When the job is in the queue, the worker may finish and free it at any
   * time.  */
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
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    pisces_choice_set (&job->choices[i], engine->choices[i].folder,
                       engine->choices[i].backend_wish);
  g_queue_push_tail (&engine->queue, job);
  if (engine->worker == NULL)
    engine->worker = g_thread_new ("pisces-engine", pisces_worker_main, engine);
  g_cond_broadcast (&engine->changed);
  pisces_status_notice_send (engine->notice);
  g_mutex_unlock (&engine->lock);

  /* If the job was cancelled before it was in the queue, the handler did not
   * find it.  */
  if (g_cancellable_is_cancelled (cancellable))
    on_cancelled (cancellable, task);
}


/*  private functions  */

/* A waiting job ends at once; a running one ends between two ops.  The worker
 * frees the job: this handler cannot free what it belongs to, and the caller's
 * main context may never run again.  */
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

  /* This comes last, because it may call the caller back at once.  */
  if (ends)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                     "The job was stopped before it began.");
}
