/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes the models that an engine uses, and frees them.
 */

#include "engine/engine-private.h"


/**
 * pisces_engine_unload:
 * @engine: the engine.
 *
 * Frees all models and all memory that was used with them.  If jobs are running
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
  idle = ! engine->busy && g_queue_is_empty (&engine->queue);
  g_mutex_unlock (&engine->lock);

  pisces_queue_push (engine,
                     pisces_job_new (engine, JOB_UNLOAD, NULL, NULL, NULL, NULL,
                                     NULL, pisces_engine_unload));

  g_mutex_lock (&engine->lock);
  while (idle && (engine->models.length > 0 || engine->busy))
    g_cond_wait (&engine->changed, &engine->lock);
  g_mutex_unlock (&engine->lock);
}

/**
 * pisces_engine_set_model:
 * @engine: the engine.
 * @roles: what to use the model for.
 * @model_folder: (nullable): as for pisces_engine_new(); but if @roles is
 *   %PISCES_ROLE_COMPARE, %NULL means that none is chosen for it.
 * @backend: (nullable): as for pisces_engine_new().
 *
 * Jobs that are requested after this use another model or another backend.
 * Earlier jobs still use the old one, which is freed after the last of them,
 * unless it is still chosen for another role.  This never waits, and does not
 * check the model; if it cannot be used, the next job fails.
 */
void
pisces_engine_set_model (PiscesEngine *engine,
                         PiscesRole    roles,
                         const gchar  *model_folder,
                         const gchar  *backend)
{
  Choice   choice = { 0 };
  gboolean other  = FALSE;
  gboolean started;

  g_return_if_fail (PISCES_IS_ENGINE (engine));

  choice.folder       = model_folder || roles == PISCES_ROLE_COMPARE
                        ? g_strdup (model_folder) : pisces_default_model_folder ();
  choice.backend_wish = g_strdup (backend);

  g_mutex_lock (&engine->lock);
  started = engine->worker != NULL;
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    if ((roles & (1u << i)) && ! pisces_choice_is_same (&engine->choices[i], &choice))
      {
        pisces_choice_set (&engine->choices[i], choice.folder, choice.backend_wish);
        pisces_known_clear (&engine->known[i]);
        other = TRUE;
      }
  if (other)
    pisces_status_notice_send (engine->notice);
  g_mutex_unlock (&engine->lock);
  pisces_choice_clear (&choice);

  if (other && started)
    pisces_queue_push (engine,
                       pisces_job_new (engine, JOB_FORGET, NULL, NULL, NULL, NULL,
                                       NULL, pisces_engine_set_model));
}
