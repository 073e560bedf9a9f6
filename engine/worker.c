/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * worker.c: the engine's only thread.  It runs jobs in order, loads the model
 * for the first one, and frees it when no job has come for a while.
 */

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "engine/engine-private.h"

/* If a job has to load the model, loading counts as this share of its
 * progress.  */
#define LOADING_SHARE 0.1


static void     run_job      (PiscesEngine  *engine,
                              Job           *job);
static gboolean ensure_model (PiscesEngine  *engine,
                              Job           *job,
                              GError       **error);


/* On Linux, nice() applies to the calling thread and to those that it will
 * start.  An error does no harm, so it is ignored.  */
static void
give_way (gint niceness)
{
  if (niceness > 0 && nice (niceness) == -1)
    g_debug ("The engine computes at the usual priority");
}

static void
set_busy (PiscesEngine *engine,
          gboolean      busy)
{
  engine->status.busy = busy;
  g_cond_broadcast (&engine->changed);
  pisces_status_notice_send (engine->notice);
}

/* Waits for a job, and frees the model if none comes for too long.  Returns
 * NULL when the engine ends.  Call it with the lock held; it returns with the
 * lock held.  */
static Job *
next_job (PiscesEngine *engine,
          gint64        idle_since)
{
  while (! engine->quit && g_queue_is_empty (&engine->queue))
    {
      gint64 deadline = idle_since +
                        (gint64) engine->idle_timeout * G_TIME_SPAN_SECOND;

      if (! engine->status.loaded || engine->idle_timeout == 0)
        {
          g_cond_wait (&engine->changed, &engine->lock);
        }
      else if (g_get_monotonic_time () >= deadline)
        {
          g_mutex_unlock (&engine->lock);
          pisces_loaded_model_drop (engine);
          g_mutex_lock (&engine->lock);
        }
      else
        {
          g_cond_wait_until (&engine->changed, &engine->lock, deadline);
        }
    }

  return engine->quit ? NULL : g_queue_pop_head (&engine->queue);
}

gpointer
pisces_worker_main (gpointer data)
{
  PiscesEngine *engine    = data;
  gboolean      finalized = FALSE;
  gint64        idle_since = g_get_monotonic_time ();
  Job          *job;

  engine->finalized = &finalized;
  give_way (engine->niceness);

  g_mutex_lock (&engine->lock);
  while ((job = next_job (engine, idle_since)) != NULL)
    {
      if (! job->ended)
        set_busy (engine, TRUE);
      g_mutex_unlock (&engine->lock);

      if (! job->ended)
        run_job (engine, job);

      idle_since = g_get_monotonic_time ();
      pisces_job_free (job);             /* may release the engine's last
                                          * reference */
      if (finalized)
        return NULL;

      g_mutex_lock (&engine->lock);
    }
  g_mutex_unlock (&engine->lock);

  pisces_loaded_model_drop (engine);

  return NULL;
}

static gboolean
open_model (PiscesEngine  *engine,
            Job           *job,
            GError       **error)
{
  const gchar      *folder = job->model_folder;
  gint64            begin  = g_get_monotonic_time ();
  g_autofree gchar *digest = NULL;
  gpointer          model;

  engine->family = pisces_family_find (folder, error);
  if (engine->family == NULL)
    return FALSE;

  digest = pisces_model_digest (folder, error);
  if (digest == NULL)
    return FALSE;

  engine->backend = pisces_fallback_open (engine, job->backend_wish, error);
  if (engine->backend == NULL)
    return FALSE;

  pisces_backend_begin (engine->backend, job->base.cancellable);
  model = engine->family->load (folder, engine->backend, &job->base, error);
  if (model == NULL)
    return FALSE;
  pisces_loaded_model_set (engine, model, folder, job->backend_wish,
                           g_steal_pointer (&digest),
                           (g_get_monotonic_time () - begin) / 1e6);

  return TRUE;
}

static gboolean
ensure_model (PiscesEngine  *engine,
              Job           *job,
              GError       **error)
{
  if (engine->model &&
      (strcmp (engine->loaded_folder, job->model_folder) != 0 ||
       g_strcmp0 (engine->loaded_backend, job->backend_wish) != 0))
    pisces_loaded_model_drop (engine);

  /* If the files in which weights still are have changed, the model has become
   * another one, and must be loaded again from the beginning.  */
  if (engine->model && ! pisces_backend_check_sources (engine->backend, NULL))
    pisces_loaded_model_drop (engine);

  if (engine->model == NULL)
    {
      PiscesProgress loading = { .stage = PISCES_STAGE_LOADING };

      job->base.report (&job->base, &loading);
      if (! open_model (engine, job, error))
        return FALSE;
      pisces_loaded_model_publish (engine);
      job->fraction_start = LOADING_SHARE;
    }

  job->model_name   = engine->status.model_name;
  job->model_digest = engine->status.model_digest;
  job->backend_name = engine->status.backend;
  pisces_backend_begin (engine->backend, job->base.cancellable);

  return TRUE;
}

static void
join_reason (GError      *error,
             const gchar *reason)
{
  gchar *message = error->message;

  /* Translators: two sentences, which some languages set no space between.  */
  error->message = g_strdup_printf (C_("two sentences", "%s %s"), reason, message);
  g_free (message);
}

static void
run_job (PiscesEngine *engine,
         Job          *job)
{
  gpointer       result      = NULL;
  GDestroyNotify free_result = NULL;
  GError        *error       = NULL;

  if (job->kind == JOB_UNLOAD)
    pisces_loaded_model_drop (engine);
  else if (! g_cancellable_set_error_if_cancelled (job->base.cancellable, &error))
    do
      {
        g_clear_error (&error);
        if (ensure_model (engine, job, &error))
          result = pisces_task_run (engine, job, &free_result, &error);
      }
    while (error && pisces_fallback_next (engine, job, error));

  if (error && engine->plan_reason)
    join_reason (error, engine->plan_reason);

  /* After an error, the model is freed: if the device failed, it may work
   * again when it is opened anew; and if the model's files were changed, the
   * next job reads them again.  */
  if (error && (engine->model == NULL || engine->plan_reason ||
                g_error_matches (error, PISCES_ERROR, PISCES_ERROR_BACKEND) ||
                g_error_matches (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID)))
    pisces_loaded_model_drop (engine);

  /* This comes before the caller learns that the job has ended, so that the
   * status is up to date when the caller asks for it.  */
  pisces_loaded_model_publish (engine);
  g_mutex_lock (&engine->lock);
  if (job->kind != JOB_UNLOAD)
    engine->status.n_jobs++;
  set_busy (engine, FALSE);
  g_mutex_unlock (&engine->lock);

  if (error)
    g_task_return_error (job->task, error);
  else if (job->kind == JOB_LOAD || job->kind == JOB_UNLOAD)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_pointer (job->task, result, free_result);
}
