/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine's one thread: takes jobs in their order, loads the model for the
 * first and drops it when none has come for a while.
 */

#include <malloc.h>
#include <math.h>

#include "engine/engine-private.h"

/* A first job also loads; that much of its progress is the loading.  */
#define LOADING_SHARE 0.1


static void     run_job      (PiscesEngine  *engine,
                              Job           *job);
static gboolean ensure_model (PiscesEngine  *engine,
                              Job           *job,
                              GError       **error);


static void
set_busy (PiscesEngine *engine,
          gboolean      busy)
{
  engine->status.busy = busy;
  g_cond_broadcast (&engine->changed);
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

  g_mutex_lock (&engine->lock);
  while ((job = next_job (engine, idle_since)) != NULL)
    {
      set_busy (engine, TRUE);
      g_mutex_unlock (&engine->lock);

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
  g_mutex_lock (&engine->lock);
  engine->status.loaded         = engine->model != NULL;
  engine->status.resident_bytes = engine->backend ?
    pisces_backend_resident_bytes (engine->backend) : 0;
  if (engine->model == NULL)
    engine->status.loaded_since = 0;
  g_cond_broadcast (&engine->changed);
  g_mutex_unlock (&engine->lock);
}

void
pisces_worker_drop_model (PiscesEngine *engine)
{
  if (engine->model)
    engine->family->free (engine->model);
  engine->model = NULL;
  if (engine->backend)
    pisces_backend_close (engine->backend);
  engine->backend = NULL;

  /* Large blocks were mapped and are gone; give back the small ones too.  */
  malloc_trim (0);
  publish (engine);
}

static gboolean
open_model (PiscesEngine  *engine,
            Job           *job,
            GError       **error)
{
  gint64           begin = g_get_monotonic_time ();
  g_autofree gchar *digest = NULL;

  engine->family = pisces_family_find (engine->model_folder, error);
  if (engine->family == NULL)
    return FALSE;

  digest = pisces_model_digest (engine->model_folder, error);
  if (digest == NULL)
    return FALSE;

  engine->backend = pisces_backend_open (engine->backend_wish, error);
  if (engine->backend == NULL)
    return FALSE;

  pisces_backend_begin (engine->backend, job->base.cancellable);
  engine->model = engine->family->load (engine->model_folder, engine->backend,
                                        &job->base, error);
  if (engine->model == NULL)
    return FALSE;

  g_mutex_lock (&engine->lock);
  g_free (engine->status.model_name);
  g_free (engine->status.model_digest);
  g_free (engine->status.backend);
  g_free (engine->status.backend_reason);
  engine->status.model_name     = pisces_model_name (engine->model_folder);
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
  if (engine->model == NULL)
    {
      PiscesProgress loading = { .stage = PISCES_STAGE_LOADING };

      job->base.report (&job->base, &loading);
      if (! open_model (engine, job, error))
        {
          pisces_worker_drop_model (engine);
          return FALSE;
        }
      publish (engine);
      job->fraction_start = LOADING_SHARE;
    }

  job->model_name   = engine->status.model_name;
  job->model_digest = engine->status.model_digest;
  job->backend_name = engine->status.backend;
  pisces_backend_begin (engine->backend, job->base.cancellable);

  return TRUE;
}

static gchar **
take_warnings (Job *job)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < job->base.warnings->len; i++)
    g_strv_builder_add (builder, job->base.warnings->pdata[i]);

  return g_strv_builder_end (builder);
}

static gpointer
run_generate (PiscesEngine  *engine,
              Job           *job,
              GError       **error)
{
  g_autoptr (PiscesGenerateResult) result = g_new0 (PiscesGenerateResult, 1);
  gint64                           begin  = g_get_monotonic_time ();

  result->pictures =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  if (! engine->family->generate (engine->model, job->generate, &job->base,
                                  result->pictures, error))
    return NULL;

  result->warnings = take_warnings (job);
  result->seconds  = (g_get_monotonic_time () - begin) / 1e6;

  return g_steal_pointer (&result);
}

static gpointer
run_describe (PiscesEngine  *engine,
              Job           *job,
              GError       **error)
{
  g_autoptr (PiscesDescribeResult) result = g_new0 (PiscesDescribeResult, 1);
  gint64                           begin  = g_get_monotonic_time ();

  if (! engine->family->describe (engine->model, job->describe, &job->base,
                                  result, error))
    return NULL;

  result->warnings = take_warnings (job);
  result->seconds  = (g_get_monotonic_time () - begin) / 1e6;

  return g_steal_pointer (&result);
}

static gpointer
run_compare (PiscesEngine  *engine,
             Job           *job,
             GError       **error)
{
  g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (gfloat));
  gdouble            dot = 0.0, aa = 0.0, bb = 0.0;
  gdouble           *cosine;

  if (! engine->family->embed (engine->model, job->compare[0], &job->base, a, error) ||
      ! engine->family->embed (engine->model, job->compare[1], &job->base, b, error))
    return NULL;

  for (guint i = 0; i < MIN (a->len, b->len); i++)
    {
      gdouble x = g_array_index (a, gfloat, i);
      gdouble y = g_array_index (b, gfloat, i);

      dot += x * y;
      aa  += x * x;
      bb  += y * y;
    }

  cosine  = g_new (gdouble, 1);
  *cosine = dot / sqrt (MAX (aa * bb, 1e-30));

  return cosine;
}

static void
run_job (PiscesEngine *engine,
         Job          *job)
{
  gpointer  result = NULL;
  GError   *error  = NULL;

  if (job->kind == JOB_UNLOAD)
    pisces_worker_drop_model (engine);
  else if (g_cancellable_set_error_if_cancelled (job->base.cancellable, &error))
    ;
  else if (ensure_model (engine, job, &error))
    switch (job->kind)
      {
      case JOB_GENERATE: result = run_generate (engine, job, &error); break;
      case JOB_DESCRIBE: result = run_describe (engine, job, &error); break;
      case JOB_COMPARE:  result = run_compare (engine, job, &error);  break;
      default:           break;
      }

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
    g_task_return_pointer (job->task, result,
                           job->kind == JOB_GENERATE ?
                             (GDestroyNotify) pisces_generate_result_free :
                           job->kind == JOB_DESCRIBE ?
                             (GDestroyNotify) pisces_describe_result_free :
                             g_free);
}
