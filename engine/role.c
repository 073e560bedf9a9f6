/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * role.c: which of the chosen models does a job, and whether it can.
 */

#include <glib/gi18n-lib.h>

#include "engine/engine-private.h"


static gboolean       check_role   (LoadedModel   *loaded,
                                    PiscesRole     role,
                                    GError       **error);
static gboolean       can_compare  (PiscesEngine  *engine,
                                    const Choice  *choice,
                                    gboolean      *can,
                                    GError       **error);


/**
 * pisces_role_of_job:
 * @engine: the engine.
 * @job: a job that needs a model.
 * @role: (out): the role that its model must fill.
 * @error: return location for an error.
 *
 * If no model is chosen to compare pictures, the model that draws does it, because its
 * space is that of what it draws; if it has none, the model that describes.
 *
 * Returns: whether @role was set.
 */
gboolean
pisces_role_of_job (PiscesEngine  *engine,
                    Job           *job,
                    PiscesRole    *role,
                    GError       **error)
{
  gboolean can = FALSE;

  switch (job->kind)
    {
    case JOB_GENERATE:
    case JOB_PLAN:
      *role = PISCES_ROLE_DRAW;
      return TRUE;

    case JOB_COMPARE:
      if (job->choices[PISCES_ROLE_INDEX (PISCES_ROLE_COMPARE)].folder)
        {
          *role = PISCES_ROLE_COMPARE;
          return TRUE;
        }
      if (! can_compare (engine, &job->choices[PISCES_ROLE_INDEX (PISCES_ROLE_DRAW)],
                         &can, error))
        return FALSE;
      *role = can ? PISCES_ROLE_DRAW : PISCES_ROLE_DESCRIBE;
      return TRUE;

    default:
      *role = PISCES_ROLE_DESCRIBE;
      return TRUE;
    }
}

/**
 * pisces_role_find_model:
 * @engine: the engine.
 * @choice: the model that is chosen for the role.
 * @role: the role that it has to fill; 0: any.
 * @error: return location for an error.
 *
 * Finds a model among those in memory, or adds it to them without loading it.
 *
 * Returns: (nullable): the model; %NULL with @error set if it cannot fill the
 *   role, or has files that cannot be read.
 */
LoadedModel *
pisces_role_find_model (PiscesEngine  *engine,
                        const Choice  *choice,
                        PiscesRole     role,
                        GError       **error)
{
  LoadedModel *loaded = pisces_loaded_model_find (engine, choice);

  /* If the files in which weights still are have changed, or somebody has put another
   * model into the folder, it must be loaded again from the beginning.  */
  if (loaded && loaded->model && (! pisces_backend_check_sources (loaded->backend, NULL) ||
                                  ! pisces_loaded_model_is_current (loaded)))
    {
      pisces_loaded_model_drop (engine, loaded);
      loaded = NULL;
    }

  if (loaded == NULL)
    loaded = pisces_loaded_model_new (engine, choice, error);
  if (loaded == NULL)
    return NULL;

  if (check_role (loaded, role, error))
    return loaded;
  if (loaded->model == NULL)
    pisces_loaded_model_drop (engine, loaded);

  return NULL;
}


/*  private functions  */

static gboolean
check_role (LoadedModel  *loaded,
            PiscesRole    role,
            GError      **error)
{
  const PiscesAbilities *abilities = &loaded->info->abilities;
  const gchar           *name      = loaded->info->name;

  if ((abilities->roles & role) == role ||
      (role == PISCES_ROLE_COMPARE && abilities->has_embedding))
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
               role == PISCES_ROLE_COMPARE
               ? _("The model “%s” cannot compare pictures. Choose another one to compare with "
                   "in “Models and Memory”, such as CLIP.")
               : abilities->roles == PISCES_ROLE_COMPARE
               ? _("The model “%s” only compares pictures. Choose another one to describe and "
                   "to draw with in “Models and Memory”.")
               : role == PISCES_ROLE_DRAW
               ? _("The model “%s” describes pictures, but cannot draw. Choose another model "
                   "to draw with in “Models and Memory”.")
               : _("The model “%s” draws pictures, but cannot describe them. Choose another "
                   "model to describe with in “Models and Memory”."), name);

  return FALSE;
}

/* A model that was chosen to draw and cannot do that compares nothing either.  */
static gboolean
is_able (const PiscesModelInfo *info)
{
  return info->abilities.has_embedding && (info->abilities.roles & PISCES_ROLE_DRAW);
}

static gboolean
can_compare (PiscesEngine  *engine,
             const Choice  *choice,
             gboolean      *can,
             GError       **error)
{
  LoadedModel                *loaded = pisces_loaded_model_find (engine, choice);
  g_autoptr (PiscesModelInfo) info   = NULL;

  if (loaded)
    {
      *can = is_able (loaded->info);
      return TRUE;
    }

  info = pisces_model_inspect (choice->folder, error);
  if (info == NULL)
    return FALSE;
  *can = is_able (info);

  return TRUE;
}
