/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * loaded-model.c: the model that is in memory, and what the status says about
 * it.  Only the worker sets and frees it.  Other threads read the status and
 * ask questions that need no job, so what they use is changed here while the
 * locks are held.
 */

#include <malloc.h>
#include <string.h>

#include "engine/engine-private.h"


static void   set_model   (PiscesEngine *engine,
                           gpointer      model);
static void   set_loaded  (PiscesEngine *engine,
                           const gchar  *folder,
                           const gchar  *backend);
static void   forget_name (PiscesEngine *engine);


/**
 * pisces_loaded_model_set:
 * @engine: the engine; its family has loaded @model on its backend.
 * @model: (transfer full): the family's model.
 * @folder: the folder that it was read from.
 * @backend_wish: (nullable): the backend that the job requested.
 * @digest: (transfer full): the digest of the model's files.
 * @seconds: how long loading took.
 */
void
pisces_loaded_model_set (PiscesEngine *engine,
                         gpointer      model,
                         const gchar  *folder,
                         const gchar  *backend_wish,
                         gchar        *digest,
                         gdouble       seconds)
{
  set_model (engine, model);
  set_loaded (engine, folder, backend_wish);

  g_mutex_lock (&engine->lock);
  forget_name (engine);
  engine->status.model_name     = pisces_model_name (folder);
  engine->status.model_digest   = digest;
  engine->status.backend        = g_strdup (engine->backend->table->name);
  engine->status.backend_reason = g_strdup (engine->backend->reason);
  engine->status.loaded_since   = g_get_real_time () / G_USEC_PER_SEC;
  engine->status.load_seconds   = seconds;
  engine->status.n_loads++;
  g_mutex_unlock (&engine->lock);
}

/**
 * pisces_loaded_model_drop:
 *
 * Frees the model, if there is one, and closes its backend.  Any fallback ends
 * with it: the next model is first loaded as requested.
 */
void
pisces_loaded_model_drop (PiscesEngine *engine)
{
  gpointer model = engine->model;

  set_model (engine, NULL);
  if (model)
    engine->family->free (model);
  if (engine->backend)
    pisces_backend_close (engine->backend);
  engine->backend = NULL;
  engine->plan    = PLAN_AS_ASKED;
  g_clear_pointer (&engine->plan_reason, g_free);

  /* Large blocks were mapped and have been returned to the system; this
   * returns the small ones too.  */
  malloc_trim (0);

  g_mutex_lock (&engine->lock);
  if (engine->loaded_folder &&
      (strcmp (engine->loaded_folder, engine->model_folder) != 0 ||
       g_strcmp0 (engine->loaded_backend, engine->backend_wish) != 0))
    forget_name (engine);
  g_mutex_unlock (&engine->lock);
  set_loaded (engine, NULL, NULL);
  pisces_loaded_model_publish (engine);
}

/**
 * pisces_loaded_model_publish:
 *
 * Updates the engine's status after its model was loaded or freed.
 */
void
pisces_loaded_model_publish (PiscesEngine *engine)
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


/*  private functions  */

static void
set_model (PiscesEngine *engine,
           gpointer      model)
{
  g_mutex_lock (&engine->model_lock);
  engine->model = model;
  pisces_words_drop (engine);
  g_mutex_unlock (&engine->model_lock);
}

/* Sets which model is loaded; NULL: none.  */
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

/* Forgets the name and the digest of the old model after another one was
 * chosen.  */
static void
forget_name (PiscesEngine *engine)
{
  g_clear_pointer (&engine->status.model_name, g_free);
  g_clear_pointer (&engine->status.model_digest, g_free);
  g_clear_pointer (&engine->status.backend, g_free);
  g_clear_pointer (&engine->status.backend_reason, g_free);
}
