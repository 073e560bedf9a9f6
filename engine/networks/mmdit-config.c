/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmdit-config.c: reads the configuration of an SD3Transformer2DModel as diffusers
 * writes it, with the same defaults.
 */

#include <string.h>

#include "engine/networks/mmdit.h"
#include "engine/pisces.h"

static const PiscesConfigNeutral neutral[] =
{
  { "_class_name",    "\"SD3Transformer2DModel\"" },
  { "pos_embed_type", "\"sincos\""                },
};


static void read_dual (PiscesMmditConfig *mmdit_config,
                       PiscesConfig      *config);


/**
 * pisces_mmdit_config_read:
 * @mmdit_config: (out): filled in.
 * @config: the configuration of an `SD3Transformer2DModel`.
 * @error: return location for an error.
 *
 * Returns: whether it is supported; if not, @error is
 *   %PISCES_ERROR_MODEL_INVALID or %PISCES_ERROR_MODEL_UNSUPPORTED.
 */
gboolean
pisces_mmdit_config_read (PiscesMmditConfig  *mmdit_config,
                          PiscesConfig       *config,
                          GError            **error)
{
  const gchar *norm;
  gint         projected;

  memset (mmdit_config, 0, sizeof (*mmdit_config));
  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));

  mmdit_config->in_channels  = pisces_config_int_or (config, "in_channels", 1, 1 << 12, 16);
  mmdit_config->out_channels = pisces_config_int_or (config, "out_channels", 1, 1 << 12,
                                                     mmdit_config->in_channels);
  mmdit_config->patch_size   = pisces_config_int_or (config, "patch_size", 1, 64, 2);
  mmdit_config->sample_size  = pisces_config_int_or (config, "sample_size", 1, 1 << 13, 128);
  mmdit_config->n_layers     = pisces_config_int_or (config, "num_layers", 1,
                                                     PISCES_MMDIT_MAX_LAYERS, 18);
  mmdit_config->n_heads      = pisces_config_int_or (config, "num_attention_heads", 1, 1024, 18);
  mmdit_config->head_dim     = pisces_config_int_or (config, "attention_head_dim", 1, 1024, 64);
  mmdit_config->context_size = pisces_config_int_or (config, "joint_attention_dim", 1, 1 << 16, 4096);
  mmdit_config->pooled_size  = pisces_config_int_or (config, "pooled_projection_dim", 1, 1 << 16, 2048);
  mmdit_config->n_places     = pisces_config_int_or (config, "pos_embed_max_size", 1, 1 << 12, 96);
  mmdit_config->width        = mmdit_config->n_heads * mmdit_config->head_dim;

  projected = pisces_config_int_or (config, "caption_projection_dim", 1, 1 << 20, 1152);
  if (projected != mmdit_config->width)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“caption_projection_dim” is %d, but “num_attention_heads” and "
                        "“attention_head_dim” make rows of %d.", projected, mmdit_config->width);

  norm = pisces_config_string_or (config, "qk_norm", NULL);
  mmdit_config->qk_norm = norm != NULL;
  if (norm && strcmp (norm, "rms_norm") != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "“qk_norm” is “%s”; this version knows only “rms_norm” there.", norm);

  if (pisces_config_has (config, "dual_attention_layers"))
    read_dual (mmdit_config, config);

  return pisces_config_check (config, error);
}


/*  private functions  */

static void
read_dual (PiscesMmditConfig *mmdit_config,
           PiscesConfig      *config)
{
  guint              n      = 0;
  g_autofree gint64 *layers = pisces_config_int_array (config, "dual_attention_layers", 0,
                                                       mmdit_config->n_layers - 1, &n);

  for (guint i = 0; i < n; i++)
    mmdit_config->is_dual[layers[i]] = TRUE;
}
