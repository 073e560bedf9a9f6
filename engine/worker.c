/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * worker.c: the engine's only thread.  It runs jobs in order, loads a model for
 * the first job that needs it, and frees it when no job has needed it for a
 * while.
 */

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "engine/engine-private.h"

/* If a job has to load the model, loading counts as this share of its
 * progress.  */
#define LOADING_SHARE 0.1


static void     run_job        (PiscesEngine    *engine,
                                Job             *job);
static void     forget_others  (PiscesEngine    *engine);


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
  engine->busy = busy;
  g_cond_broadcast (&engine->changed);
  pisces_status_notice_send (engine->notice);
}

/* Waits for a job, and frees models that none has used for too long.  Returns
 * NULL when the engine ends.  Call it with the lock held; it returns with the
 * lock held.  */
static Job *
next_job (PiscesEngine *engine)
{
  while (! engine->quit && g_queue_is_empty (&engine->queue))
    {
      LoadedModel *oldest   = g_queue_peek_tail (&engine->models);
      gint64       deadline = (gint64) engine->idle_timeout * G_TIME_SPAN_SECOND;

      if (oldest == NULL || engine->idle_timeout == 0)
        {
          g_cond_wait (&engine->changed, &engine->lock);
        }
      else if (g_get_monotonic_time () >= oldest->last_use + deadline)
        {
          g_mutex_unlock (&engine->lock);
          pisces_loaded_model_drop (engine, oldest);
          g_mutex_lock (&engine->lock);
        }
      else
        {
          g_cond_wait_until (&engine->changed, &engine->lock, oldest->last_use + deadline);
        }
    }

  return engine->quit ? NULL : g_queue_pop_head (&engine->queue);
}

gpointer
pisces_worker_main (gpointer data)
{
  PiscesEngine *engine    = data;
  gboolean      finalized = FALSE;
  Job          *job;

  engine->finalized = &finalized;
  give_way (engine->niceness);

  g_mutex_lock (&engine->lock);
  while ((job = next_job (engine)) != NULL)
    {
      if (! job->ended)
        set_busy (engine, TRUE);
      g_mutex_unlock (&engine->lock);

      if (! job->ended)
        run_job (engine, job);

      pisces_job_free (job);             /* may release the engine's last
                                          * reference */
      if (finalized)
        return NULL;

      g_mutex_lock (&engine->lock);
    }
  g_mutex_unlock (&engine->lock);

  pisces_loaded_model_drop_all (engine);

  return NULL;
}

static gboolean
open_model (PiscesEngine  *engine,
            Job           *job,
            LoadedModel   *loaded,
            GError       **error)
{
  const gchar      *folder = loaded->source.folder;
  gint64            begin  = g_get_monotonic_time ();
  g_autofree gchar *digest = NULL;
  gpointer          model;

  digest = pisces_model_digest (folder, error);
  if (digest == NULL)
    return FALSE;

  loaded->backend = pisces_fallback_open (engine, loaded, error);
  if (loaded->backend == NULL)
    return FALSE;
  pisces_room_share (engine, loaded);

  pisces_backend_begin (loaded->backend, job->base.cancellable);
  model = loaded->family->load (folder, loaded->backend, &job->base, error);
  if (model == NULL)
    return FALSE;
  pisces_loaded_model_set (engine, loaded, model, g_steal_pointer (&digest),
                           (g_get_monotonic_time () - begin) / 1e6);

  return TRUE;
}

/* Whether the job can be done is found out before another model is freed for
 * it.  */
static gboolean
prepare (PiscesEngine  *engine,
         Job           *job,
         LoadedModel   *loaded,
         PiscesRole     role,
         GError       **error)
{
  if (! pisces_task_check (loaded, job, error))
    return FALSE;

  if (loaded->model == NULL)
    {
      PiscesProgress loading = { .stage = PISCES_STAGE_LOADING };
      gsize          budget;

      if (! pisces_memory_budget_get (engine, &budget, error))
        return FALSE;
      loaded->budget = budget;
      job->base.report (&job->base, &loading);
      pisces_room_make (engine, loaded, role);
      if (! open_model (engine, job, loaded, error))
        return FALSE;
      pisces_loaded_model_publish (engine);
      job->fraction_start = LOADING_SHARE;
    }
  else
    {
      pisces_room_make (engine, loaded, role);
    }

  pisces_loaded_model_use (engine, loaded);
  job->model_name   = loaded->info->name;
  job->model_digest = loaded->digest;
  job->backend_name = loaded->backend_name;
  pisces_backend_begin (loaded->backend, job->base.cancellable);

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

/* Does a job with one model; for JOB_LOAD, this loads it.  role: what the model
 * has to do; 0: nothing but to be loaded.  */
static gpointer
run_with (PiscesEngine    *engine,
          Job             *job,
          PiscesRole       role,
          const Choice    *choice,
          GDestroyNotify  *free_result,
          GError         **error)
{
  LoadedModel *loaded = pisces_role_find_model (engine, choice, role, error);
  GError      *failure = NULL;
  gpointer     result  = NULL;

  if (loaded == NULL)
    return NULL;

  do
    {
      g_clear_error (&failure);
      if (prepare (engine, job, loaded, role, &failure))
        result = pisces_task_run (loaded, job, free_result, &failure);
    }
  while (failure && pisces_fallback_next (engine, job, loaded, failure));

  if (failure && loaded->plan_reason)
    join_reason (failure, loaded->plan_reason);

  /* After an error, the model is freed: if the device failed, it may work
   * again when it is opened anew; and if the model's files were changed, the
   * next job reads them again.  */
  if (failure && (loaded->model == NULL || loaded->plan_reason ||
                  g_error_matches (failure, PISCES_ERROR, PISCES_ERROR_BACKEND) ||
                  g_error_matches (failure, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID)))
    pisces_loaded_model_drop (engine, loaded);
  else
    pisces_loaded_model_use (engine, loaded);

  if (failure)
    g_propagate_error (error, failure);

  return result;
}

/* Loads the models that describe and draw, the one that draws last.  What compares is
 * needed only now and then.  */
static void
load_all (PiscesEngine  *engine,
          Job           *job,
          GError       **error)
{
  GError *failure = NULL;

  for (guint i = 0; i < PISCES_N_ROLES && failure == NULL; i++)
    if (PISCES_ALL_ROLES & (1u << i))
      run_with (engine, job, 0, &job->choices[i], NULL, &failure);

  if (failure)
    g_propagate_error (error, failure);
}

static void
run_job (PiscesEngine *engine,
         Job          *job)
{
  gpointer       result      = NULL;
  GDestroyNotify free_result = NULL;
  GError        *error       = NULL;
  PiscesRole     role;

  if (job->kind == JOB_UNLOAD)
    pisces_loaded_model_drop_all (engine);
  else if (job->kind == JOB_FORGET)
    forget_others (engine);
  else if (g_cancellable_set_error_if_cancelled (job->base.cancellable, &error))
    result = NULL;
  else if (job->kind == JOB_LOAD)
    load_all (engine, job, &error);
  else if (pisces_role_of_job (engine, job, &role, &error))
    result = run_with (engine, job, role, &job->choices[PISCES_ROLE_INDEX (role)],
                       &free_result, &error);

  /* This comes before the caller learns that the job has ended, so that the
   * status is up to date when the caller asks for it.  */
  pisces_loaded_model_publish (engine);
  g_mutex_lock (&engine->lock);
  if (job->kind != JOB_UNLOAD && job->kind != JOB_FORGET)
    engine->n_jobs++;
  set_busy (engine, FALSE);
  g_mutex_unlock (&engine->lock);

  if (error)
    g_task_return_error (job->task, error);
  else if (job->kind == JOB_LOAD || job->kind == JOB_UNLOAD || job->kind == JOB_FORGET)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_pointer (job->task, result, free_result);
}

/* Frees the models that are chosen for nothing any more.  */
static void
forget_others (PiscesEngine *engine)
{
  GList *link = engine->models.head;

  while (link)
    {
      LoadedModel *loaded = link->data;
      gboolean     chosen = FALSE;

      link = link->next;
      g_mutex_lock (&engine->lock);
      for (guint i = 0; i < PISCES_N_ROLES; i++)
        chosen |= pisces_choice_is_same (&engine->choices[i], &loaded->source);
      g_mutex_unlock (&engine->lock);

      if (! chosen)
        pisces_loaded_model_drop (engine, loaded);
    }
}
