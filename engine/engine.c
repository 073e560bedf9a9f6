/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine as its users see it: one model, kept between jobs.  Its life and
 * its status; the jobs are in engine-async.c and engine-wait.c.
 */

#include "engine/engine-private.h"

#define DEFAULT_IDLE_TIMEOUT 600   /* seconds */

static guint status_changed;

G_DEFINE_FINAL_TYPE (PiscesEngine, pisces_engine, G_TYPE_OBJECT)


static void pisces_engine_finalize (GObject *object);


/*  public functions  */

static void
pisces_engine_class_init (PiscesEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pisces_engine_finalize;

  /**
   * PiscesEngine::status-changed:
   * @engine: the engine.
   *
   * What pisces_engine_get_status() says may have changed: a model is loaded,
   * gone or to be another one; a job waits, begins or has ended.  So may what
   * pisces_engine_check_prompt() knows.
   *
   * Emitted in the thread-default main context of pisces_engine_new().  As
   * several changes may be told at once, a job that is over soon may have been
   * seen waiting or running by nobody; the status after the last signal is the
   * last one.  When a job's callback is called, the status is that after the
   * job, and the signal may still be to come.
   */
  status_changed =
    g_signal_new ("status-changed", G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_engine_init (PiscesEngine *engine)
{
  g_mutex_init (&engine->lock);
  g_mutex_init (&engine->model_lock);
  g_cond_init (&engine->changed);
  g_queue_init (&engine->queue);
  engine->idle_timeout = DEFAULT_IDLE_TIMEOUT;
  engine->notice       = pisces_status_notice_new (engine, status_changed);
}

/**
 * pisces_engine_new:
 * @model_folder: (nullable): the folder of the model to use; %NULL:
 *   pisces_default_model_folder().
 * @backend: (nullable): `"cpu"`, `"cuda"`, ... or %NULL: what
 *   $PISCES_BACKEND says, or else a CUDA device where there is one, or else the
 *   CPU.
 *
 * Makes an engine.  Reads nothing and starts nothing yet.
 *
 * A device's ops are compared with the CPU's before it is used for the first
 * time.  Where it computes wrongly, cannot be opened or has too little memory,
 * a job is done with weights of 8 bits or on the CPU; then the status and the
 * job's warnings say why.  So it is until the model is unloaded.
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
 * pisces_engine_set_niceness:
 * @engine: the engine; no job has been given to it yet.
 * @niceness: by how much the engine's threads give way to others of the
 *   process, as nice(2) counts; 0 at first.
 *
 * An editor sets it, so that its windows get a processor at once while the
 * engine computes on all of them.
 */
void
pisces_engine_set_niceness (PiscesEngine *engine,
                            gint          niceness)
{
  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (engine->worker == NULL);

  engine->niceness = niceness;
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
  status->model_folder   = g_strdup (engine->loaded_folder ? engine->loaded_folder
                                                           : engine->model_folder);
  status->model_name     = g_strdup (engine->status.model_name);
  status->model_digest   = g_strdup (engine->status.model_digest);
  status->backend        = g_strdup (engine->status.backend);
  status->backend_reason = g_strdup (engine->status.backend_reason);
  for (GList *link = engine->queue.head; link; link = link->next)
    status->n_waiting += ! ((Job *) link->data)->ended;
  g_mutex_unlock (&engine->lock);

  return status;
}


/*  private functions  */

static void
pisces_engine_finalize (GObject *object)
{
  PiscesEngine *engine = PISCES_ENGINE (object);

  /* What it still frees is no news.  */
  pisces_status_notice_mute (engine->notice);

  /* Every job holds a reference, so none is left.  The worker's own last
   * unref may be what brought us here.  */
  if (engine->worker == g_thread_self ())
    {
      pisces_loaded_model_drop (engine);
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

  pisces_words_drop (engine);
  pisces_status_notice_unref (engine->notice);
  g_free (engine->model_folder);
  g_free (engine->backend_wish);
  g_free (engine->status.model_name);
  g_free (engine->status.model_digest);
  g_free (engine->status.backend);
  g_free (engine->status.backend_reason);
  g_free (engine->plan_reason);
  g_free (engine->proved_backend);
  g_mutex_clear (&engine->lock);
  g_mutex_clear (&engine->model_lock);
  g_cond_clear (&engine->changed);

  G_OBJECT_CLASS (pisces_engine_parent_class)->finalize (object);
}
