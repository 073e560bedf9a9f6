/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the configuration of a UNet2DConditionModel as diffusers writes it,
 * with the same defaults. diffusers' class has many more settings than SDXL
 * and related models use.  Those are refused by name, never ignored.
 */

#include <string.h>

#include "engine/networks/unet.h"
#include "engine/pisces.h"

static const PiscesConfigNeutral neutral[] =
{
  { "_class_name",                          "\"UNet2DConditionModel\""    },
  { "act_fn",                               "\"silu\""                    },
  { "mid_block_type",                       "\"UNetMidBlock2DCrossAttn\"" },
  { "resnet_time_scale_shift",              "\"default\""                 },
  { "time_embedding_type",                  "\"positional\""              },
  { "attention_type",                       "\"default\""                 },
  { "center_input_sample",                  "false"                       },
  { "only_cross_attention",                 "false"                       },
  { "mid_block_only_cross_attention",       "false"                       },
  { "dual_cross_attention",                 "false"                       },
  { "resnet_skip_time_act",                 "false"                       },
  { "class_embeddings_concat",              "false"                       },
  { "downsample_padding",                   "1"                           },
  { "mid_block_scale_factor",               "1"                           },
  { "resnet_out_scale_factor",              "1"                           },
  { "conv_in_kernel",                       "3"                           },
  { "conv_out_kernel",                      "3"                           },
  { "encoder_hid_dim",                      NULL                          },
  { "encoder_hid_dim_type",                 NULL                          },
  { "class_embed_type",                     NULL                          },
  { "num_class_embeds",                     NULL                          },
  { "num_attention_heads",                  NULL                          },
  { "time_embedding_dim",                   NULL                          },
  { "time_embedding_act_fn",                NULL                          },
  { "timestep_post_act",                    NULL                          },
  { "time_cond_proj_dim",                   NULL                          },
  { "cross_attention_norm",                 NULL                          },
  { "reverse_transformer_layers_per_block", NULL                          },
};

static void read_levels     (PiscesUnetConfig *unet_config,
                             PiscesConfig     *config);
static void read_per_level  (gint             *values,
                             PiscesConfig     *config,
                             const gchar      *key,
                             gint              n_levels,
                             gint              fallback);
static void read_blocks     (gboolean         *attention,
                             PiscesConfig     *config,
                             const gchar      *key,
                             gint              n_levels,
                             const gchar      *plain,
                             const gchar      *crossed);
static void read_addition   (PiscesUnetConfig *unet_config,
                             PiscesConfig     *config);
static void check_divisible (PiscesUnetConfig *unet_config,
                             PiscesConfig     *config);

/**
 * pisces_unet_config_read:
 * @unet_config: (out): filled in.
 * @config: the configuration of a `UNet2DConditionModel`.
 *
 * Returns: whether it is supported; if not, @error is
 *   %PISCES_ERROR_MODEL_INVALID or %PISCES_ERROR_MODEL_UNSUPPORTED.
 */
gboolean
pisces_unet_config_read (PiscesUnetConfig  *unet_config,
                         PiscesConfig      *config,
                         GError           **error)
{
  memset (unet_config, 0, sizeof (*unet_config));

  unet_config->in_channels =
    pisces_config_int_or (config, "in_channels", 1, 1 << 12, 4);
  unet_config->out_channels =
    pisces_config_int_or (config, "out_channels", 1, 1 << 12, 4);
  unet_config->sample_size =
    pisces_config_int_or (config, "sample_size", 1, 1 << 13, 0);
  unet_config->layers_per_block =
    pisces_config_int_or (config, "layers_per_block", 1, 64, 2);
  unet_config->cross_attention_dim =
    pisces_config_int_or (config, "cross_attention_dim", 1, 1 << 16, 1280);
  unet_config->use_linear_projection =
    pisces_config_boolean_or (config, "use_linear_projection", FALSE);
  unet_config->norm_num_groups =
    pisces_config_int_or (config, "norm_num_groups", 1, 1 << 12, 32);
  unet_config->norm_eps =
    pisces_config_double_or (config, "norm_eps", 0, 1, 1e-5);
  unet_config->flip_sin_to_cos =
    pisces_config_boolean_or (config, "flip_sin_to_cos", TRUE);
  unet_config->freq_shift =
    pisces_config_double_or (config, "freq_shift", 0, 16, 0);
  read_levels (unet_config, config);

  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  read_blocks (unet_config->down_attention, config, "down_block_types",
               unet_config->n_levels, "DownBlock2D", "CrossAttnDownBlock2D");
  read_blocks (unet_config->up_attention, config, "up_block_types",
               unet_config->n_levels, "UpBlock2D", "CrossAttnUpBlock2D");
  read_addition (unet_config, config);
  if (! pisces_config_check (config, error))
    return FALSE;

  check_divisible (unet_config, config);

  return pisces_config_check (config, error);
}

/*  private functions  */

static void
read_levels (PiscesUnetConfig *unet_config,
             PiscesConfig     *config)
{
  g_autofree gint64 *channels = NULL;
  guint              n        = 0;

  channels = pisces_config_int_array (config, "block_out_channels", 1, 1 << 16,
                                      &n);
  if (n < 1 || n > PISCES_UNET_MAX_LEVELS)
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                          "“block_out_channels” has %u entries; 1 to "
                          "%d are possible.", n, PISCES_UNET_MAX_LEVELS);
      return;
    }

  unet_config->n_levels = n;
  for (guint i = 0; i < n; i++)
    unet_config->block_channels[i] = channels[i];

  read_per_level (unet_config->n_heads, config, "attention_head_dim", n, 8);
  read_per_level (unet_config->n_transformers, config,
                  "transformer_layers_per_block", n, 1);
}

/* A setting may be one number for all levels, or a list with one for each.  */
static void
read_per_level (gint         *values,
                PiscesConfig *config,
                const gchar  *key,
                gint          n_levels,
                gint          fallback)
{
  g_autofree gint64 *list = NULL;
  guint              n    = 0;

  for (gint i = 0; i < n_levels; i++)
    values[i] = fallback;
  if (! pisces_config_has (config, key))
    return;

  if (! pisces_config_has_list (config, key))
    {
      fallback = pisces_config_int (config, key, 1, 1 << 12);
      for (gint i = 0; i < n_levels; i++)
        values[i] = fallback;
      return;
    }

  list = pisces_config_int_array (config, key, 1, 1 << 12, &n);
  if (n != (guint) n_levels)
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                          "“%s” has %u entries, but “block_out_channels” has "
                          "%d.", key, n, n_levels);
      return;
    }

  for (gint i = 0; i < n_levels; i++)
    values[i] = list[i];
}

static void
read_blocks (gboolean     *attention,
             PiscesConfig *config,
             const gchar  *key,
             gint          n_levels,
             const gchar  *plain,
             const gchar  *crossed)
{
  g_auto (GStrv) types = pisces_config_string_array (config, key);
  gint           n     = types ? g_strv_length (types) : 0;

  if (n != n_levels)
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                          "“%s” has %d entries, but “block_out_channels” has "
                          "%d.", key, n, n_levels);
      return;
    }

  for (gint i = 0; i < n; i++)
    {
      attention[i] = strcmp (types[i], crossed) == 0;
      if (! attention[i] && strcmp (types[i], plain) != 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                            "“%s” has the block “%s”; this version knows "
                            "“%s” and “%s” there.",
                            key, types[i], plain, crossed);
    }
}

static void
read_addition (PiscesUnetConfig *unet_config,
               PiscesConfig     *config)
{
  static const PiscesConfigNeutral known = { "addition_embed_type", "\"text_time\"" };

  pisces_config_keep_neutral (config, &known, 1);
  if (! pisces_config_has (config, "addition_embed_type"))
    return;

  unet_config->text_time = TRUE;
  unet_config->addition_time_embed_dim =
    pisces_config_int (config, "addition_time_embed_dim", 2, 1 << 12);
  unet_config->projection_input_dim =
    pisces_config_int (config, "projection_class_embeddings_input_dim", 1,
                       1 << 18);
}

static void
check_divisible (PiscesUnetConfig *unet_config,
                 PiscesConfig     *config)
{
  for (gint i = 0; i < unet_config->n_levels; i++)
    {
      gint     channels = unet_config->block_channels[i];
      gboolean attends  = unet_config->down_attention[i] ||
                          unet_config->up_attention[unet_config->n_levels - 1 - i] ||
                          i == unet_config->n_levels - 1;

      if (channels % unet_config->norm_num_groups != 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "“norm_num_groups” is %d and does not "
                            "divide the %d of “block_out_channels”.",
                            unet_config->norm_num_groups, channels);
      if (attends && channels % unet_config->n_heads[i] != 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "“attention_head_dim” asks for %d "
                            "heads, which do not divide the %d of "
                            "“block_out_channels”.",
                            unet_config->n_heads[i], channels);
    }

  /* One half is sines and the other cosines.  */
  if (unet_config->block_channels[0] % 2 != 0 ||
      unet_config->addition_time_embed_dim % 2 != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the widths of the time embeddings are odd.");
  if (unet_config->freq_shift >= unet_config->block_channels[0] / 2)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“freq_shift” is %g, too much for a time "
                        "embedding of %d.", unet_config->freq_shift,
                        unet_config->block_channels[0]);
}
