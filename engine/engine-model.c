/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes the model that an engine uses, and frees it.
 */

#include <string.h>

#include "engine/engine-private.h"


/**
 * pisces_engine_unload:
 * @engine: the engine.
 *
 * Frees the model and all memory that was used with it.  If jobs are running
 * or waiting, this happens after them, and the function returns at once.  If
 * not, the memory is free when the function returns.
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

  pisces_queue_push (engine,
                     pisces_job_new (engine, JOB_UNLOAD, NULL, NULL, NULL, NULL,
                                     NULL, pisces_engine_unload));

  g_mutex_lock (&engine->lock);
  while (idle && (engine->status.loaded || engine->status.busy))
    g_cond_wait (&engine->changed, &engine->lock);
  g_mutex_unlock (&engine->lock);
}

/**
 * pisces_engine_set_model:
 * @engine: the engine.
 * @model_folder: (nullable): as for pisces_engine_new().
 * @backend: (nullable): as for pisces_engine_new().
 *
 * Jobs that are requested after this use another model or another backend.
 * Earlier jobs still use the old one, which is freed after the last of them.
 * This never waits, and does not check the model; if it cannot be used, the
 * next job fails.
 */
void
pisces_engine_set_model (PiscesEngine *engine,
                         const gchar  *model_folder,
                         const gchar  *backend)
{
  g_autofree gchar *folder = NULL;
  gboolean          other;
  gboolean          started;

  g_return_if_fail (PISCES_IS_ENGINE (engine));

  folder = model_folder ? g_strdup (model_folder) : pisces_default_model_folder ();

  g_mutex_lock (&engine->lock);
  started = engine->worker != NULL;
  other   = strcmp (folder, engine->model_folder) != 0 ||
            g_strcmp0 (backend, engine->backend_wish) != 0;
  if (other)
    {
      g_free (engine->model_folder);
      g_free (engine->backend_wish);
      engine->model_folder = g_steal_pointer (&folder);
      engine->backend_wish = g_strdup (backend);
      pisces_status_notice_send (engine->notice);
    }
  g_mutex_unlock (&engine->lock);

  if (other && started)
    pisces_queue_push (engine,
                       pisces_job_new (engine, JOB_UNLOAD, NULL, NULL, NULL, NULL,
                                       NULL, pisces_engine_set_model));
}
