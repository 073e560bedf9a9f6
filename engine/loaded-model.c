/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * loaded-model.c: the models that are in memory, the one used last first.  Only
 * the worker adds, changes and frees them.  Other threads read the status and
 * ask questions that need no job, so what they use is changed here while the
 * locks are held.
 */

#include <malloc.h>
#include <string.h>

#include <glib/gstdio.h>

#include "engine/engine-private.h"


static void lock_both         (PiscesEngine *engine);
static void unlock_both       (PiscesEngine *engine);
static gchar *
            stamp_files       (const gchar  *folder);
static void remember          (PiscesEngine *engine,
                               LoadedModel  *loaded);


/*  choices, and what is known of them  */

gboolean
pisces_choice_is_same (const Choice *a,
                       const Choice *b)
{
  return g_strcmp0 (a->folder, b->folder) == 0 &&
         g_strcmp0 (a->backend_wish, b->backend_wish) == 0;
}

void
pisces_choice_set (Choice      *choice,
                   const gchar *folder,
                   const gchar *backend_wish)
{
  pisces_choice_clear (choice);
  choice->folder       = g_strdup (folder);
  choice->backend_wish = g_strdup (backend_wish);
}

void
pisces_choice_clear (Choice *choice)
{
  g_clear_pointer (&choice->folder, g_free);
  g_clear_pointer (&choice->backend_wish, g_free);
}


void
pisces_known_clear (Known *known)
{
  g_clear_pointer (&known->name, g_free);
  g_clear_pointer (&known->digest, g_free);
  g_clear_pointer (&known->backend, g_free);
  g_clear_pointer (&known->backend_reason, g_free);
}


/*  models  */

/**
 * pisces_loaded_model_find:
 * @engine: the engine; the caller is the worker, or holds one of its locks.
 * @choice: a model.
 *
 * Returns: (nullable): that model, if it is in memory or being loaded.
 */
LoadedModel *
pisces_loaded_model_find (PiscesEngine *engine,
                          const Choice *choice)
{
  for (GList *link = engine->models.head; link; link = link->next)
    if (pisces_choice_is_same (&((LoadedModel *) link->data)->source, choice))
      return link->data;

  return NULL;
}

/**
 * pisces_loaded_model_new:
 * @engine: the engine.
 * @source: a model that is not in the list.
 * @error: return location for an error.
 *
 * Adds a model to the list, after looking at its files.  It is not loaded yet.
 *
 * Returns: (nullable): the model, which the list owns.
 */
LoadedModel *
pisces_loaded_model_new (PiscesEngine  *engine,
                         const Choice  *source,
                         GError       **error)
{
  g_autofree gchar   *stamp  = stamp_files (source->folder);
  const PiscesFamily *family = pisces_family_find (source->folder, error);
  PiscesModelInfo    *info;
  LoadedModel        *loaded;

  if (family == NULL)
    return NULL;
  info = pisces_model_inspect (source->folder, error);
  if (info == NULL)
    return NULL;

  loaded = g_new0 (LoadedModel, 1);
  pisces_choice_set (&loaded->source, source->folder, source->backend_wish);
  loaded->stamp  = g_steal_pointer (&stamp);
  loaded->family = family;
  loaded->info   = info;

  lock_both (engine);
  g_queue_push_head (&engine->models, loaded);
  unlock_both (engine);

  return loaded;
}

/**
 * pisces_loaded_model_is_current:
 * @loaded: a model.
 *
 * Returns: whether its folder still has the files that it was loaded from.  Also if
 *   they are no model any more, because they are gone, cut or being copied: then the
 *   model in memory is all that is left of it.
 */
gboolean
pisces_loaded_model_is_current (const LoadedModel *loaded)
{
  g_autofree gchar            *stamp = stamp_files (loaded->source.folder);
  g_autoptr (PiscesModelInfo)  found = NULL;

  if (g_str_equal (stamp, loaded->stamp))
    return TRUE;
  found = pisces_model_inspect (loaded->source.folder, NULL);

  return found == NULL;
}

/**
 * pisces_loaded_model_use:
 * @loaded: the model of a job that begins or has ended.
 *
 * From now on it is the one that was used last.
 */
void
pisces_loaded_model_use (PiscesEngine *engine,
                         LoadedModel  *loaded)
{
  lock_both (engine);
  g_queue_remove (&engine->models, loaded);
  g_queue_push_head (&engine->models, loaded);
  loaded->last_use = g_get_monotonic_time ();
  unlock_both (engine);
}

/**
 * pisces_loaded_model_set:
 * @engine: the engine.
 * @loaded: its family has loaded @model on its backend.
 * @model: (transfer full): the family's model.
 * @digest: (transfer full): the digest of the model's files.
 * @seconds: how long loading took.
 */
void
pisces_loaded_model_set (PiscesEngine *engine,
                         LoadedModel  *loaded,
                         gpointer      model,
                         gchar        *digest,
                         gdouble       seconds)
{
  lock_both (engine);
  loaded->model          = model;
  loaded->digest         = digest;
  loaded->backend_name   = g_strdup (loaded->backend->table->name);
  loaded->backend_reason = g_strdup (loaded->backend->reason);
  loaded->loaded_since   = g_get_real_time () / G_USEC_PER_SEC;
  loaded->load_seconds   = seconds;
  engine->load_seconds   = seconds;
  engine->n_loads++;
  if (g_strcmp0 (engine->words_folder, loaded->source.folder) == 0)
    pisces_words_drop (engine);
  unlock_both (engine);
}

/**
 * pisces_loaded_model_close:
 *
 * Frees the model, if it was loaded, and closes its backend.  It stays in the
 * list, so that it can be loaded in another way.
 */
void
pisces_loaded_model_close (PiscesEngine *engine,
                           LoadedModel  *loaded)
{
  gpointer model = loaded->model;

  lock_both (engine);
  loaded->model             = NULL;
  loaded->resident_bytes    = 0;
  loaded->device_free_bytes = 0;
  g_clear_pointer (&loaded->digest, g_free);
  g_clear_pointer (&loaded->backend_name, g_free);
  g_clear_pointer (&loaded->backend_reason, g_free);
  unlock_both (engine);

  if (model)
    loaded->family->free (model);
  pisces_backend_close (loaded->backend);
  loaded->backend = NULL;

  /* Large blocks were mapped and have been returned to the system; this
   * returns the small ones too.  */
  malloc_trim (0);
}

/**
 * pisces_loaded_model_drop:
 * @loaded: (transfer full): a model of the list.
 *
 * Frees a model and closes its backend.  Any fallback ends with it: when it is
 * loaded again, this is first done as requested.
 */
void
pisces_loaded_model_drop (PiscesEngine *engine,
                          LoadedModel  *loaded)
{
  lock_both (engine);
  remember (engine, loaded);
  g_queue_remove (&engine->models, loaded);
  pisces_words_drop (engine);
  unlock_both (engine);

  pisces_loaded_model_close (engine, loaded);
  pisces_choice_clear (&loaded->source);
  pisces_model_info_free (loaded->info);
  g_free (loaded->stamp);
  g_free (loaded->plan_reason);
  g_free (loaded);

  pisces_loaded_model_publish (engine);
}

void
pisces_loaded_model_drop_all (PiscesEngine *engine)
{
  while (engine->models.head)
    pisces_loaded_model_drop (engine, engine->models.head->data);
}

/**
 * pisces_loaded_model_publish:
 *
 * Updates the engine's status after a model was loaded or freed, or has worked.
 */
void
pisces_loaded_model_publish (PiscesEngine *engine)
{
  for (GList *link = engine->models.head; link; link = link->next)
    {
      LoadedModel   *loaded  = link->data;
      PiscesBackend *backend = loaded->backend;
      guint64        n_free  = 0;

      if (backend == NULL)
        continue;
      if (backend->table->free_bytes)
        n_free = backend->table->free_bytes (backend);

      g_mutex_lock (&engine->lock);
      loaded->resident_bytes    = pisces_backend_resident_bytes (backend);
      loaded->device_free_bytes = n_free;
      g_mutex_unlock (&engine->lock);
    }

  g_mutex_lock (&engine->lock);
  g_cond_broadcast (&engine->changed);
  pisces_status_notice_send (engine->notice);
  g_mutex_unlock (&engine->lock);
}


/*  private functions  */

static void
lock_both (PiscesEngine *engine)
{
  g_mutex_lock (&engine->model_lock);
  g_mutex_lock (&engine->lock);
}

static void
unlock_both (PiscesEngine *engine)
{
  g_mutex_unlock (&engine->lock);
  g_mutex_unlock (&engine->model_lock);
}

/* What tells the files of one model from those of another one in the same place,
 * without reading them.  */
static gchar *
stamp_files (const gchar *folder)
{
  static const gchar *const names[] = { "config.json", "tokenizer.json", "model.safetensors",
                                        "model.safetensors.index.json" };
  GString                  *stamp   = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, names[i], NULL);
      GStatBuf          file;

      if (g_stat (path, &file) == 0)
        g_string_append_printf (stamp, "%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %"
                                G_GINT64_FORMAT ".%ld;", names[i], (guint64) file.st_ino,
                                (gint64) file.st_size, (gint64) file.st_mtim.tv_sec,
                                (glong) file.st_mtim.tv_nsec);
    }

  return g_string_free (stamp, FALSE);
}

/* Keeps what the status says of a chosen model when it is not loaded.  */
static void
remember (PiscesEngine *engine,
          LoadedModel  *loaded)
{
  if (loaded->model == NULL)
    return;

  for (guint i = 0; i < PISCES_N_ROLES; i++)
    if (pisces_choice_is_same (&engine->choices[i], &loaded->source))
      {
        Known *known = &engine->known[i];

        pisces_known_clear (known);
        known->name           = g_strdup (loaded->info->name);
        known->digest         = g_strdup (loaded->digest);
        known->backend        = g_strdup (loaded->backend_name);
        known->backend_reason = g_strdup (loaded->backend_reason);
      }
}
