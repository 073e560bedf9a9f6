/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * loaded-model.c: the model that the engine holds at the moment, and what its
 * status says of it.  Only the worker sets and drops it, but the status and
 * the questions that need no job are read by other threads, so what they see
 * is changed here under their locks.
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
 * @engine: the engine, whose family and backend @model is of.
 * @model: (transfer full): as the family has loaded it.
 * @folder: that it was read from.
 * @backend_wish: (nullable): the backend that the job asked for.
 * @digest: (transfer full): of the model's files.
 * @seconds: that loading it took.
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
 * Frees the model, if there is one, and closes its backend.  The next model
 * is tried as it is asked for, whatever this one had to be content with.
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

  /* Large blocks were mapped and are gone; give back the small ones too.  */
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
 * Brings the engine's status up to date after its model came or went.
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
