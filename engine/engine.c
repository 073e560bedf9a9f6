/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine as its users see it: it holds models and keeps them between jobs.
 * This file creates it and frees it; engine-status.c reports its state, and the
 * jobs are in engine-async.c and engine-wait.c.
 */

#include "engine/engine-private.h"

#define DEFAULT_IDLE_TIMEOUT 600   /* in seconds */

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
   * The result of pisces_engine_get_status() may have changed: a model was
   * loaded, freed or replaced; a job waits, begins or has ended.  The result
   * of pisces_engine_check_prompt() may have changed too.
   *
   * Emitted in the thread-default main context of pisces_engine_new().  One
   * signal may stand for several changes, so a short job may never be seen as
   * waiting or running, but after the last signal the status is up to date.
   * When the callback of a job is called, the status is already that after the
   * job; the signal may come later.
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
  g_queue_init (&engine->models);
  engine->idle_timeout = DEFAULT_IDLE_TIMEOUT;
  engine->notice       = pisces_status_notice_new (engine, status_changed);
}

/**
 * pisces_engine_new:
 * @model_folder: (nullable): the folder of the model that describes and draws; %NULL:
 *   pisces_default_model_folder().  None is chosen to compare.
 * @backend: (nullable): `"cpu"`, `"cuda"`, ... or %NULL: the one in
 *   $PISCES_BACKEND; if that is not set, a CUDA device; if there is none, the
 *   CPU.
 *
 * Makes an engine.  pisces_engine_set_model() chooses another model for one of the
 * roles.  It reads nothing and starts no thread until its first job.
 *
 * Before a device is used for the first time, its operations are compared with
 * the CPU's.  If it computes wrong results, cannot be opened or has too little
 * memory, the job uses 8-bit weights or the CPU instead, and the status and
 * the job's warnings say why.  This stays so until the model is unloaded.
 *
 * Returns: (transfer full): the engine.
 */
PiscesEngine *
pisces_engine_new (const gchar *model_folder,
                   const gchar *backend)
{
  PiscesEngine     *engine = g_object_new (PISCES_TYPE_ENGINE, NULL);
  g_autofree gchar *folder = model_folder ? g_strdup (model_folder)
                                          : pisces_default_model_folder ();

  for (guint i = 0; i < PISCES_N_ROLES; i++)
    if (PISCES_ALL_ROLES & (1u << i))
      pisces_choice_set (&engine->choices[i], folder, backend);

  return engine;
}

/**
 * pisces_engine_set_idle_timeout:
 * @engine: the engine.
 * @seconds: how long after its last job a model is freed; 0: never.  The initial
 *   value is 600.
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
 * @engine: the engine, before its first job.
 * @niceness: how much lower the priority of the engine's threads is than that
 *   of others in the process, as for nice(2).  The initial value is 0.
 *
 * A program with windows should set this, so that its windows get a processor
 * at once while the engine computes on all of them.
 */
void
pisces_engine_set_niceness (PiscesEngine *engine,
                            gint          niceness)
{
  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (engine->worker == NULL);

  engine->niceness = niceness;
}


/*  private functions  */

static void
pisces_engine_finalize (GObject *object)
{
  PiscesEngine *engine = PISCES_ENGINE (object);

  /* From now on no signal is emitted, because the engine is going away.  */
  pisces_status_notice_mute (engine->notice);

  /* Every job holds a reference to the engine, so there are no jobs now.  The
   * worker itself may have released the last reference, and then this runs in
   * the worker's thread.  */
  if (engine->worker == g_thread_self ())
    {
      pisces_loaded_model_drop_all (engine);
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
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    {
      pisces_choice_clear (&engine->choices[i]);
      pisces_known_clear (&engine->known[i]);
    }
  g_free (engine->proved_backend);
  g_mutex_clear (&engine->lock);
  g_mutex_clear (&engine->model_lock);
  g_cond_clear (&engine->changed);

  G_OBJECT_CLASS (pisces_engine_parent_class)->finalize (object);
}
