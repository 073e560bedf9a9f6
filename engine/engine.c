/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine as its users see it: one model, kept between jobs, and the
 * asynchronous and the waiting form of each job.  Who does the work is
 * worker.c; what a job does is its family's business.
 */

#include "engine/engine-private.h"

#define DEFAULT_IDLE_TIMEOUT 600   /* seconds */

G_DEFINE_FINAL_TYPE (PiscesEngine, pisces_engine, G_TYPE_OBJECT)


static void pisces_engine_finalize (GObject *object);


/*  public functions  */

static void
pisces_engine_class_init (PiscesEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pisces_engine_finalize;
}

static void
pisces_engine_init (PiscesEngine *engine)
{
  g_mutex_init (&engine->lock);
  g_cond_init (&engine->changed);
  g_queue_init (&engine->queue);
  engine->idle_timeout = DEFAULT_IDLE_TIMEOUT;
}

/**
 * pisces_engine_new:
 * @model_folder: (nullable): the folder of the model to use; %NULL:
 *   pisces_default_model_folder().
 * @backend: (nullable): `"cpu"`, `"cuda"`, ... or %NULL: the best that works.
 *
 * Makes an engine.  Reads nothing and starts nothing yet.
 *
 * Returns: (transfer full): the engine.
 */
PiscesEngine *
pisces_engine_new (const gchar *model_folder,
                   const gchar *backend)
{
  PiscesEngine *engine = g_object_new (PISCES_TYPE_ENGINE, NULL);

  engine->model_folder = model_folder ? g_strdup (model_folder)
                                      : pisces_default_model_folder ();
  engine->backend_wish = g_strdup (backend);

  return engine;
}

/**
 * pisces_engine_set_idle_timeout:
 * @engine: the engine.
 * @seconds: how long after the last job the model is freed; 0: never.
 *   600 at first.
 */
void
pisces_engine_set_idle_timeout (PiscesEngine *engine,
                                guint         seconds)
{
  g_return_if_fail (PISCES_IS_ENGINE (engine));

  g_mutex_lock (&engine->lock);
  engine->idle_timeout = seconds;
  g_cond_broadcast (&engine->changed);
  g_mutex_unlock (&engine->lock);
}

guint
pisces_engine_get_idle_timeout (PiscesEngine *engine)
{
  g_return_val_if_fail (PISCES_IS_ENGINE (engine), 0);

  return engine->idle_timeout;
}

/**
 * pisces_engine_get_status:
 * @engine: the engine.
 *
 * Never waits for a job.
 *
 * Returns: (transfer full): what the engine holds and does now.
 */
PiscesStatus *
pisces_engine_get_status (PiscesEngine *engine)
{
  PiscesStatus *status;

  g_return_val_if_fail (PISCES_IS_ENGINE (engine), NULL);

  g_mutex_lock (&engine->lock);
  status = g_memdup2 (&engine->status, sizeof engine->status);
  status->model_folder   = g_strdup (engine->model_folder);
  status->model_name     = g_strdup (engine->status.model_name);
  status->model_digest   = g_strdup (engine->status.model_digest);
  status->backend        = g_strdup (engine->status.backend);
  status->backend_reason = g_strdup (engine->status.backend_reason);
  status->n_waiting      = g_queue_get_length (&engine->queue);
  g_mutex_unlock (&engine->lock);

  return status;
}

/**
 * pisces_engine_unload:
 * @engine: the engine.
 *
 * Frees the model and all memory that was used with it.  Where jobs run or
 * wait, that happens after them and the function returns at once; where none
 * does, the memory is free when it returns.
 */
void
pisces_engine_unload (PiscesEngine *engine)
{
  gboolean idle;

  g_return_if_fail (PISCES_IS_ENGINE (engine));

  g_mutex_lock (&engine->lock);
  if (engine->worker == NULL)
    {
      g_mutex_unlock (&engine->lock);
      return;
    }
  idle = ! engine->status.busy && g_queue_is_empty (&engine->queue);
  g_mutex_unlock (&engine->lock);

  pisces_job_enqueue (engine, pisces_job_new (engine, JOB_UNLOAD, NULL, NULL, NULL, NULL, NULL,
                            pisces_engine_unload));

  g_mutex_lock (&engine->lock);
  while (idle && (engine->status.loaded || engine->status.busy))
    g_cond_wait (&engine->changed, &engine->lock);
  g_mutex_unlock (&engine->lock);
}

/**
 * pisces_engine_load_async:
 * @engine: the engine.
 * @progress: (nullable) (scope notified): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): ends the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Loads the model if it is not resident.  Other jobs do so by themselves.
 */
void
pisces_engine_load_async (PiscesEngine        *engine,
                          PiscesProgressFunc   progress,
                          gpointer             progress_data,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (PISCES_IS_ENGINE (engine));

  pisces_job_enqueue (engine, pisces_job_new (engine, JOB_LOAD, progress, progress_data,
                            cancellable, callback, user_data,
                            pisces_engine_load_async));
}

gboolean
pisces_engine_load_finish (PiscesEngine  *engine,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pisces_engine_generate_async:
 * @engine: the engine.
 * @request: what to draw; copied.
 * @progress: (nullable): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): ends the job, not the engine.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Draws pictures from words.
 */
void
pisces_engine_generate_async (PiscesEngine                *engine,
                              const PiscesGenerateRequest *request,
                              PiscesProgressFunc           progress,
                              gpointer                     progress_data,
                              GCancellable                *cancellable,
                              GAsyncReadyCallback          callback,
                              gpointer                     user_data)
{
  Job *job;

  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (request != NULL);

  job = pisces_job_new (engine, JOB_GENERATE, progress, progress_data, cancellable,
                 callback, user_data, pisces_engine_generate_async);
  job->generate = pisces_generate_request_copy (request);
  pisces_job_enqueue (engine, job);
}

PiscesGenerateResult *
pisces_engine_generate_finish (PiscesEngine  *engine,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pisces_engine_describe_async:
 * @engine: the engine.
 * @request: what to describe, and how; copied, the image referenced.
 * @progress: (nullable): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): ends the job, not the engine.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Writes what a picture shows.
 */
void
pisces_engine_describe_async (PiscesEngine                *engine,
                              const PiscesDescribeRequest *request,
                              PiscesProgressFunc           progress,
                              gpointer                     progress_data,
                              GCancellable                *cancellable,
                              GAsyncReadyCallback          callback,
                              gpointer                     user_data)
{
  Job *job;

  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (request != NULL);

  job = pisces_job_new (engine, JOB_DESCRIBE, progress, progress_data, cancellable,
                 callback, user_data, pisces_engine_describe_async);
  job->describe = pisces_describe_request_copy (request);
  pisces_job_enqueue (engine, job);
}

PiscesDescribeResult *
pisces_engine_describe_finish (PiscesEngine  *engine,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}


/*  private functions  */

static void
pisces_engine_finalize (GObject *object)
{
  PiscesEngine *engine = PISCES_ENGINE (object);

  /* Every job holds a reference, so none is left.  The worker's own last
   * unref may be what brought us here.  */
  if (engine->worker == g_thread_self ())
    {
      pisces_worker_drop_model (engine);
      *engine->finalized = TRUE;
      g_thread_unref (engine->worker);
    }
  else if (engine->worker)
    {
      g_mutex_lock (&engine->lock);
      engine->quit = TRUE;
      g_cond_broadcast (&engine->changed);
      g_mutex_unlock (&engine->lock);
      g_thread_join (engine->worker);
    }

  g_free (engine->model_folder);
  g_free (engine->backend_wish);
  g_mutex_clear (&engine->lock);
  g_cond_clear (&engine->changed);

  G_OBJECT_CLASS (pisces_engine_parent_class)->finalize (object);
}
