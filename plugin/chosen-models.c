/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * chosen-models.c: inspects the chosen models for a window, and again only when
 * another one is chosen or its files have changed.
 */

#include "plugin/chosen-models.h"

#define WATCH_KEY "pisces-chosen-models"

/* What the window was told, for each role that always has a model.  */
typedef struct
{
  PiscesChosenModelsFunc  func;
  PiscesModelInfo        *infos[PISCES_N_ROLES];    /* NULL: not known            */
  gchar                  *folders[PISCES_N_ROLES];
  gchar                  *digests[PISCES_N_ROLES];  /* NULL: it was never loaded  */
} Watch;

static void     watch_update (PiscesEngine            *engine,
                              GtkWindow               *window);
static gboolean watch_look   (Watch                   *watch,
                              gint                     role,
                              const PiscesModelStatus *model);
static void     watch_free   (gpointer                 data);


/*  public functions  */

/**
 * pisces_chosen_models_watch:
 * @engine: the engine.
 * @window: the window; it has one watch only.
 * @func: called at once, and whenever another model is chosen or the files of a
 *   chosen one have changed, until @window is gone.
 */
void
pisces_chosen_models_watch (PiscesEngine           *engine,
                            GtkWindow              *window,
                            PiscesChosenModelsFunc  func)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->func = func;
  g_object_set_data_full (G_OBJECT (window), WATCH_KEY, watch, watch_free);
  g_signal_connect_object (engine, "status-changed",
                           G_CALLBACK (watch_update), window, 0);
  watch_update (engine, window);
}


/*  private functions  */

static void
watch_update (PiscesEngine *engine,
              GtkWindow    *window)
{
  Watch                   *watch   = g_object_get_data (G_OBJECT (window), WATCH_KEY);
  g_autoptr (PiscesStatus) status  = pisces_engine_get_status (engine);
  gboolean                 changed = FALSE;

  for (gint i = 0; i < PISCES_N_ROLES; i++)
    if (PISCES_ALL_ROLES & (1 << i))
      changed |= watch_look (watch, i, pisces_status_get_model (status, 1 << i));

  if (changed)
    watch->func (window,
                 watch->infos[g_bit_nth_lsf (PISCES_ROLE_DRAW, -1)],
                 watch->infos[g_bit_nth_lsf (PISCES_ROLE_DESCRIBE, -1)]);
}

/* Returns whether this is not what the window was told.  */
static gboolean
watch_look (Watch                   *watch,
            gint                     role,
            const PiscesModelStatus *model)
{
  if (g_strcmp0 (watch->folders[role], model->folder) == 0 &&
      g_strcmp0 (watch->digests[role], model->digest) == 0)
    return FALSE;

  g_clear_pointer (&watch->infos[role], pisces_model_info_free);
  g_free (watch->folders[role]);
  g_free (watch->digests[role]);
  watch->infos[role]   = pisces_model_inspect (model->folder, NULL);
  watch->folders[role] = g_strdup (model->folder);
  watch->digests[role] = g_strdup (model->digest);

  return TRUE;
}

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  for (gint i = 0; i < PISCES_N_ROLES; i++)
    {
      g_clear_pointer (&watch->infos[i], pisces_model_info_free);
      g_free (watch->folders[i]);
      g_free (watch->digests[i]);
    }
  g_free (watch);
}
