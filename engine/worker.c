/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine's one thread: takes jobs in their order, loads the model for the
 * first and drops it when none has come for a while.
 */

#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "engine/engine-private.h"

/* A first job also loads; that much of its progress is the loading.  */
#define LOADING_SHARE 0.1


static void     run_job      (PiscesEngine  *engine,
                              Job           *job);
static gboolean ensure_model (PiscesEngine  *engine,
                              Job           *job,
                              GError       **error);


/* Of this thread alone, and of those that it will start, for so Linux takes
 * it.  A refusal costs nothing but the courtesy.  */
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

/* Waits for a job.  Returns NULL when the engine ends; unloads what has been
 * idle for too long.  Called, and returns, with the lock held.  */
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
          pisces_worker_drop_model (engine);
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
      pisces_job_free (job);             /* may be the engine's last reference */
      if (finalized)
        return NULL;

      g_mutex_lock (&engine->lock);
    }
  g_mutex_unlock (&engine->lock);

  pisces_worker_drop_model (engine);

  return NULL;
}

/* What the engine shows to others after its model came or went.  */
static void
publish (PiscesEngine *engine)
{
  PiscesBackend *backend = engine->backend;
  guint64        n_free  = 0;

  if (backend && backend->table->free_bytes)
    n_free = backend->table->free_bytes (backend);

  g_mutex_lock (&engine->lock);
  engine->status.loaded         = engine->model != NULL;
  engine->status.resident_bytes = backend ?
    pisces_backend_resident_bytes (backend) : 0;
  engine->status.device_free_bytes = n_free;
  if (engine->model == NULL)
    engine->status.loaded_since = 0;
  g_cond_broadcast (&engine->changed);
  pisces_status_notice_send (engine->notice);
  g_mutex_unlock (&engine->lock);
}

static void
set_model (PiscesEngine *engine,
           gpointer      model)
{
  g_mutex_lock (&engine->model_lock);
  engine->model = model;
  pisces_words_drop (engine);
  g_mutex_unlock (&engine->model_lock);
}

/* Which model is loaded, NULL: none.  */
static void
set_loaded (PiscesEngine *engine,
            const gchar  *folder,
            const gchar  *backend)
{
  g_mutex_lock (&engine->lock);
  g_free (engine->loaded_folder);
  g_free (engine->loaded_backend);
  engine->loaded_folder  = g_strdup (folder);
  engine->loaded_backend = g_strdup (backend);
  g_mutex_unlock (&engine->lock);
}

/* After the model was exchanged, what was known of the old one.  */
static void
forget_name (PiscesEngine *engine)
{
  g_clear_pointer (&engine->status.model_name, g_free);
  g_clear_pointer (&engine->status.model_digest, g_free);
  g_clear_pointer (&engine->status.backend, g_free);
  g_clear_pointer (&engine->status.backend_reason, g_free);
}

void
pisces_worker_drop_model (PiscesEngine *engine)
{
  gpointer model = engine->model;

  set_model (engine, NULL);
  if (model)
    engine->family->free (model);
  if (engine->backend)
    pisces_backend_close (engine->backend);
  engine->backend = NULL;
  pisces_fallback_reset (engine);

  /* Large blocks were mapped and are gone; give back the small ones too.  */
  malloc_trim (0);

  g_mutex_lock (&engine->lock);
  if (engine->loaded_folder &&
      (strcmp (engine->loaded_folder, engine->model_folder) != 0 ||
       g_strcmp0 (engine->loaded_backend, engine->backend_wish) != 0))
    forget_name (engine);
  g_mutex_unlock (&engine->lock);
  set_loaded (engine, NULL, NULL);
  publish (engine);
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
  set_model (engine, model);
  set_loaded (engine, folder, job->backend_wish);

  g_mutex_lock (&engine->lock);
  forget_name (engine);
  engine->status.model_name     = pisces_model_name (folder);
  engine->status.model_digest   = g_steal_pointer (&digest);
  engine->status.backend        = g_strdup (engine->backend->table->name);
  engine->status.backend_reason = g_strdup (engine->backend->reason);
  engine->status.loaded_since   = g_get_real_time () / G_USEC_PER_SEC;
  engine->status.load_seconds   = (g_get_monotonic_time () - begin) / 1e6;
  engine->status.n_loads++;
  g_mutex_unlock (&engine->lock);

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
    pisces_worker_drop_model (engine);

  if (engine->model == NULL)
    {
      PiscesProgress loading = { .stage = PISCES_STAGE_LOADING };

      job->base.report (&job->base, &loading);
      if (! open_model (engine, job, error))
        return FALSE;
      publish (engine);
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
    pisces_worker_drop_model (engine);
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

  /* What a device that failed still holds is of no use, and it may do again
   * once it is opened anew; a model whose files were changed under it is read
   * again by the next job.  */
  if (error && (engine->model == NULL || engine->plan_reason ||
                g_error_matches (error, PISCES_ERROR, PISCES_ERROR_BACKEND) ||
                g_error_matches (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID)))
    pisces_worker_drop_model (engine);

  /* Before the caller hears of the end, so that a status it asks for then is
   * already the new one.  */
  publish (engine);
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
