/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a `Qwen2_5_VLVisionConfig` as transformers writes it, with the same defaults.
 * Settings that the encoder does not support are refused, never ignored.
 */

#include "engine/networks/qwen-vit-config.h"
#include "engine/pisces.h"

static const PiscesConfigNeutral neutral[] =
{
  { "hidden_act",         "\"silu\"" },
  { "in_channels",        "3"        },
  { "in_chans",           "3"        },
  { "rms_norm_eps",       "1e-06"    },
  { "rope_theta",         "10000"    },
  { "rope_parameters",    NULL       },
  { "rope_scaling",       NULL       },
};

static void check_sizes (const PiscesQwenVitConfig *vit_config,
                         gint                       window_pixels,
                         PiscesConfig              *config);
static void read_whole  (PiscesQwenVitConfig       *vit_config,
                         PiscesConfig              *config);


/**
 * pisces_qwen_vit_config_read:
 * @vit_config: (out): filled in; the caller frees its `sees_all`, also after an
 *   error.
 * @config: a `Qwen2_5_VLVisionConfig`.
 * @error: return location for an error.
 *
 * Returns: whether the encoder can be run; if not, @error is set.
 */
gboolean
pisces_qwen_vit_config_read (PiscesQwenVitConfig  *vit_config,
                             PiscesConfig         *config,
                             GError              **error)
{
  gint window_pixels, unit;

  vit_config->hidden_size = pisces_config_int_or (config, "hidden_size", 1, 1 << 16, 3584);
  vit_config->intermediate_size =
    pisces_config_int_or (config, "intermediate_size", 1, 1 << 18, 3420);
  vit_config->n_layers    = pisces_config_int_or (config, "depth", 1, 1 << 10, 32);
  vit_config->n_heads     = pisces_config_int_or (config, "num_heads", 1, 1 << 10, 16);
  vit_config->out_size    = pisces_config_int_or (config, "out_hidden_size", 1, 1 << 16, 3584);
  vit_config->patch_size  = pisces_config_int_or (config, "patch_size", 1, 1 << 10, 14);
  vit_config->merge_size  = pisces_config_int_or (config, "spatial_merge_size", 1, 64, 2);
  vit_config->temporal_patch_size =
    pisces_config_int_or (config, "temporal_patch_size", 1, 64, 2);
  window_pixels           = pisces_config_int_or (config, "window_size", 1, 1 << 16, 112);

  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  if (! pisces_config_is (config, "model_type", "\"qwen2_5_vl\"") &&
      ! pisces_config_is (config, "model_type", "\"qwen2_5_vl_vision\""))
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "a vision encoder is of type “%s”; this version can run “qwen2_5_vl” "
                        "there.",
                        pisces_config_string (config, "model_type"));
  if (! pisces_config_check (config, error))
    return FALSE;

  unit = vit_config->patch_size * vit_config->merge_size;
  vit_config->window_size = window_pixels / unit;
  check_sizes (vit_config, window_pixels, config);
  read_whole (vit_config, config);

  return pisces_config_check (config, error);
}


/*  private functions  */

static void
check_sizes (const PiscesQwenVitConfig *vit_config,
             gint                       window_pixels,
             PiscesConfig              *config)
{
  const gint unit = vit_config->patch_size * vit_config->merge_size;

  if (vit_config->hidden_size % (4 * vit_config->n_heads) != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“hidden_size” is %d, which is not %d heads whose width is a multiple of "
                        "4, as positions in rows and columns need it.",
                        vit_config->hidden_size, vit_config->n_heads);
  if (vit_config->window_size < 1 || window_pixels % unit != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“window_size” is %d and no multiple of %d pixels, the side of what "
                        "becomes one row of the text.", window_pixels, unit);
}

/* Which layers see the whole picture.  */
static void
read_whole (PiscesQwenVitConfig *vit_config,
            PiscesConfig        *config)
{
  static const gchar *const key        = "fullatt_block_indexes";
  static const gint64       usual[]    = { 7, 15, 23, 31 };
  g_autofree gint64        *layers     = NULL;
  guint                     n          = G_N_ELEMENTS (usual);

  vit_config->sees_all = g_new0 (gboolean, vit_config->n_layers);
  if (pisces_config_has (config, key))
    layers = pisces_config_int_array (config, key, 0, (1 << 10) - 1, &n);
  else
    layers = g_memdup2 (usual, sizeof (usual));

  for (guint i = 0; i < n; i++)
    if (layers[i] < vit_config->n_layers)
      vit_config->sees_all[layers[i]] = TRUE;
}
