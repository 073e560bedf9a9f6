/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * settings.c: how a model draws if nobody says otherwise.  Its publishers say that in
 * their model cards only, so it follows from the network and the folder's name, unless
 * model_index.json has the settings of models/FORMAT.md.
 */

#include <string.h>

#include "engine/families/sd3/model.h"
#include "engine/pisces.h"

/* What the cards of the published models say.  */
#define MEDIUM_STEPS       40
#define MEDIUM_GUIDANCE    4.5
#define LARGE_STEPS        28
#define LARGE_GUIDANCE     3.5
#define MEDIUM_TURBO_STEPS 8
#define LARGE_TURBO_STEPS  4

/* Skip-layer guidance as recommended for SD3.5 medium.  */
#define MEDIUM_LAYERS      24
#define SKIP_SCALE         2.8
#define SKIP_START         0.01
#define SKIP_STOP          0.2
static const gint medium_skips[] = { 7, 8, 9 };


static void     set_defaults (Sd3Settings             *settings,
                              const PiscesMmditConfig *mmdit,
                              gboolean                 is_turbo);
static gboolean is_turbo     (PiscesConfig            *index,
                              const gchar             *folder);
static void     read_skips   (Sd3Settings             *settings,
                              PiscesConfig            *index,
                              const PiscesMmditConfig *mmdit);


/**
 * sd3_settings_read:
 * @settings: (out): the settings.
 * @index: model_index.json; mistakes are kept in it.
 * @folder: the model's folder.
 * @mmdit: the network.
 */
void
sd3_settings_read (Sd3Settings             *settings,
                   PiscesConfig            *index,
                   const gchar             *folder,
                   const PiscesMmditConfig *mmdit)
{
  memset (settings, 0, sizeof (*settings));
  set_defaults (settings, mmdit, is_turbo (index, folder));

  settings->steps    = pisces_config_int_or (index, "default_steps", 1, 1000, settings->steps);
  settings->guidance = pisces_config_double_or (index, "default_guidance_scale", 0.0, 100.0,
                                                settings->guidance);
  if (pisces_config_has (index, "skip_layers"))
    read_skips (settings, index, mmdit);
}


/*  private functions  */

static void
set_defaults (Sd3Settings             *settings,
              const PiscesMmditConfig *mmdit,
              gboolean                 is_turbo)
{
  gboolean is_medium = FALSE;

  for (gint i = 0; i < mmdit->n_layers; i++)
    is_medium |= mmdit->is_dual[i];

  if (is_turbo)
    {
      settings->steps    = is_medium ? MEDIUM_TURBO_STEPS : LARGE_TURBO_STEPS;
      settings->guidance = 1.0;
      return;
    }

  settings->steps    = is_medium ? MEDIUM_STEPS : LARGE_STEPS;
  settings->guidance = is_medium ? MEDIUM_GUIDANCE : LARGE_GUIDANCE;
  if (is_medium && mmdit->n_layers == MEDIUM_LAYERS)
    {
      settings->skip_scale = SKIP_SCALE;
      settings->skip_start = SKIP_START;
      settings->skip_stop  = SKIP_STOP;
      for (guint i = 0; i < G_N_ELEMENTS (medium_skips); i++)
        settings->skipped[medium_skips[i]] = TRUE;
    }
}

static gboolean
is_turbo (PiscesConfig *index,
          const gchar  *folder)
{
  g_autofree gchar *base  = g_path_get_basename (folder);
  const gchar      *name  = pisces_config_string_or (index, "name", base);
  g_autofree gchar *lower = g_utf8_casefold (name, -1);

  return strstr (lower, "turbo") != NULL;
}

static void
read_skips (Sd3Settings             *settings,
            PiscesConfig            *index,
            const PiscesMmditConfig *mmdit)
{
  guint              n      = 0;
  g_autofree gint64 *layers = pisces_config_int_array (index, "skip_layers", 0,
                                                       mmdit->n_layers - 1, &n);

  memset (settings->skipped, 0, sizeof (settings->skipped));
  for (guint i = 0; i < n; i++)
    settings->skipped[layers[i]] = TRUE;
  settings->skip_scale = n == 0 ? 0.0 : pisces_config_double_or (index, "skip_layer_guidance_scale",
                                                                 0.0, 100.0, SKIP_SCALE);
  settings->skip_start = pisces_config_double_or (index, "skip_layer_guidance_start", 0.0, 1.0,
                                                  SKIP_START);
  settings->skip_stop  = pisces_config_double_or (index, "skip_layer_guidance_stop", 0.0, 1.0,
                                                  SKIP_STOP);
}
