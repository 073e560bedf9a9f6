/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-limits.c: tells the Generate Layer window what the chosen models can
 * do, and tells it again when another one is chosen or its files have changed.
 */

#include "ui/generate/pisces-model-limits.h"

#include "plugin/generate/generate-limits.h"

#define LIMITS_KEY "pisces-generate-limits"

/* What is shown, for each role.  */
typedef struct
{
  PiscesModelInfo *infos[PISCES_N_ROLES];      /* NULL: not known            */
  gchar           *folders[PISCES_N_ROLES];
  gchar           *digests[PISCES_N_ROLES];    /* NULL: it was never loaded  */
} Limits;

static void limits_update (PiscesEngine         *engine,
                           PiscesGenerateWindow *window);
static void limits_free   (gpointer              data);


/*  public functions  */

/**
 * pisces_generate_limits_connect:
 * @session: the session of the window.
 * @window: the window.
 */
void
pisces_generate_limits_connect (PiscesSession        *session,
                                PiscesGenerateWindow *window)
{
  g_object_set_data_full (G_OBJECT (window), LIMITS_KEY, g_new0 (Limits, 1),
                          limits_free);
  g_signal_connect_object (session->engine, "status-changed",
                           G_CALLBACK (limits_update), window, 0);
  limits_update (session->engine, window);
}


/*  private functions  */

static void
limits_update (PiscesEngine         *engine,
               PiscesGenerateWindow *window)
{
  Limits                   *limits  = g_object_get_data (G_OBJECT (window), LIMITS_KEY);
  g_autoptr (PiscesStatus)  status  = pisces_engine_get_status (engine);
  PiscesModelInfo          *draws, *describes;
  gboolean                  changed = FALSE;

  for (guint i = 0; i < PISCES_N_ROLES; i++)
    {
      const PiscesModelStatus *model = pisces_status_get_model (status, 1 << i);

      if (g_strcmp0 (limits->folders[i], model->folder) == 0 &&
          g_strcmp0 (limits->digests[i], model->digest) == 0)
        continue;

      g_clear_pointer (&limits->infos[i], pisces_model_info_free);
      g_free (limits->folders[i]);
      g_free (limits->digests[i]);
      limits->infos[i]   = pisces_model_inspect (model->folder, NULL);
      limits->folders[i] = g_strdup (model->folder);
      limits->digests[i] = g_strdup (model->digest);
      changed = TRUE;
    }
  if (! changed)
    return;

  draws     = limits->infos[g_bit_nth_lsf (PISCES_ROLE_DRAW, -1)];
  describes = limits->infos[g_bit_nth_lsf (PISCES_ROLE_DESCRIBE, -1)];
  pisces_model_limits_show (pisces_generate_window_get_prompt_pane (window),
                            pisces_generate_window_get_reference_pane (window),
                            PISCES_RESULT_PANE (pisces_generate_window_get_results (window)),
                            draws ? &draws->abilities : NULL,
                            describes ? &describes->abilities : NULL);
}

static void
limits_free (gpointer data)
{
  Limits *limits = data;

  for (guint i = 0; i < PISCES_N_ROLES; i++)
    {
      g_clear_pointer (&limits->infos[i], pisces_model_info_free);
      g_free (limits->folders[i]);
      g_free (limits->digests[i]);
    }
  g_free (limits);
}
