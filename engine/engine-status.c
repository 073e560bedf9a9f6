/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine-status.c: what an engine holds and does, as data for its users.
 */

#include "engine/engine-private.h"


static void                add_loaded    (PiscesStatus            *status,
                                          PiscesEngine            *engine,
                                          const LoadedModel       *loaded);
static void                add_chosen    (PiscesStatus            *status,
                                          const Choice            *choice,
                                          const Known             *known,
                                          PiscesRole               role);
static void                set_first     (PiscesStatus            *status,
                                          const PiscesModelStatus *first);
static void                model_status_free (gpointer             data);


/*  public functions  */

/**
 * pisces_engine_get_status:
 * @engine: the engine.
 *
 * Never waits for a job.
 *
 * Returns: (transfer full): the current state of the engine.
 */
PiscesStatus *
pisces_engine_get_status (PiscesEngine *engine)
{
  PiscesStatus            *status;
  const PiscesModelStatus *first;

  g_return_val_if_fail (PISCES_IS_ENGINE (engine), NULL);

  status = g_new0 (PiscesStatus, 1);
  status->models = g_ptr_array_new_with_free_func (model_status_free);

  g_mutex_lock (&engine->lock);
  for (GList *link = engine->models.head; link; link = link->next)
    add_loaded (status, engine, link->data);
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    if (engine->choices[i].folder && pisces_status_get_model (status, 1 << i) == NULL)
      add_chosen (status, &engine->choices[i], &engine->known[i], 1 << i);
  status->load_seconds = engine->load_seconds;
  status->n_loads      = engine->n_loads;
  status->n_jobs       = engine->n_jobs;
  status->busy         = engine->busy;
  for (GList *link = engine->queue.head; link; link = link->next)
    status->n_waiting += ! ((Job *) link->data)->ended;
  g_mutex_unlock (&engine->lock);

  first = status->loaded ? status->models->pdata[0]
                         : pisces_status_get_model (status, PISCES_ROLE_DRAW);
  set_first (status, first);

  return status;
}

/**
 * pisces_status_get_model:
 * @status: a status.
 * @role: one role.
 *
 * Returns: (transfer none) (nullable): the model that is chosen for @role, loaded
 *   or not; %NULL if there is none, which is possible for %PISCES_ROLE_COMPARE.
 */
const PiscesModelStatus *
pisces_status_get_model (const PiscesStatus *status,
                         PiscesRole          role)
{
  for (guint i = 0; status->models && i < status->models->len; i++)
    {
      const PiscesModelStatus *model = status->models->pdata[i];

      if (model->roles & role)
        return model;
    }

  return NULL;
}

void
pisces_status_free (PiscesStatus *status)
{
  if (status == NULL)
    return;

  g_clear_pointer (&status->models, g_ptr_array_unref);
  g_free (status->model_folder);
  g_free (status->model_name);
  g_free (status->model_digest);
  g_free (status->backend);
  g_free (status->backend_reason);
  g_free (status);
}


/*  private functions  */

static void
add_loaded (PiscesStatus      *status,
            PiscesEngine      *engine,
            const LoadedModel *loaded)
{
  PiscesModelStatus *model;

  if (loaded->model == NULL)
    return;

  model = g_new0 (PiscesModelStatus, 1);
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    if (pisces_choice_is_same (&engine->choices[i], &loaded->source))
      model->roles |= 1 << i;

  model->loaded            = TRUE;
  model->folder            = g_strdup (loaded->source.folder);
  model->name              = g_strdup (loaded->info->name);
  model->digest            = g_strdup (loaded->digest);
  model->backend           = g_strdup (loaded->backend_name);
  model->backend_reason    = g_strdup (loaded->backend_reason);
  model->resident_bytes    = loaded->resident_bytes;
  model->device_free_bytes = loaded->device_free_bytes;
  model->loaded_since      = loaded->loaded_since;
  g_ptr_array_add (status->models, model);

  status->loaded          = TRUE;
  status->resident_bytes += loaded->resident_bytes;
}

static void
add_chosen (PiscesStatus *status,
            const Choice *choice,
            const Known  *known,
            PiscesRole    role)
{
  PiscesModelStatus *model;

  /* The same model may be chosen for another role too.  */
  for (guint i = 0; i < status->models->len; i++)
    {
      model = status->models->pdata[i];
      if (! model->loaded && g_str_equal (model->folder, choice->folder))
        {
          model->roles |= role;
          return;
        }
    }

  model = g_new0 (PiscesModelStatus, 1);
  model->roles          = role;
  model->folder         = g_strdup (choice->folder);
  model->name           = g_strdup (known->name);
  model->digest         = g_strdup (known->digest);
  model->backend        = g_strdup (known->backend);
  model->backend_reason = g_strdup (known->backend_reason);
  g_ptr_array_add (status->models, model);
}

static void
set_first (PiscesStatus            *status,
           const PiscesModelStatus *first)
{
  status->model_folder      = g_strdup (first->folder);
  status->model_name        = g_strdup (first->name);
  status->model_digest      = g_strdup (first->digest);
  status->backend           = g_strdup (first->backend);
  status->backend_reason    = g_strdup (first->backend_reason);
  status->device_free_bytes = first->device_free_bytes;
  status->loaded_since      = first->loaded_since;
}

static void
model_status_free (gpointer data)
{
  PiscesModelStatus *model = data;

  g_free (model->folder);
  g_free (model->name);
  g_free (model->digest);
  g_free (model->backend);
  g_free (model->backend_reason);
  g_free (model);
}
