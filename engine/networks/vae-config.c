/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the configuration of an AutoencoderKL as diffusers writes it, with the
 * same defaults.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/networks/vae-blocks.h"
#include "engine/pisces.h"

static void read_levels     (PiscesVaeConfig *vae_config,
                             PiscesConfig    *config);
static void check_supported (PiscesConfig    *config);
static void check_blocks    (PiscesConfig    *config,
                             const gchar     *key,
                             const gchar     *known,
                             gint             n_levels);

/**
 * pisces_vae_config_read:
 * @vae_config: (out): filled in.
 * @config: the configuration of an `AutoencoderKL`.
 *
 * Returns: whether it is supported; if not, @error is set.
 */
gboolean
pisces_vae_config_read (PiscesVaeConfig  *vae_config,
                        PiscesConfig     *config,
                        GError          **error)
{
  memset (vae_config, 0, sizeof (*vae_config));

  vae_config->in_channels =
    pisces_config_int_or (config, "in_channels", 1, 1 << 12, 3);
  vae_config->out_channels =
    pisces_config_int_or (config, "out_channels", 1, 1 << 12, 3);
  vae_config->latent_channels =
    pisces_config_int_or (config, "latent_channels", 1, 1 << 12, 4);
  vae_config->layers_per_block =
    pisces_config_int_or (config, "layers_per_block", 1, 64, 1);
  vae_config->norm_num_groups =
    pisces_config_int_or (config, "norm_num_groups", 1, 1 << 12, 32);
  vae_config->scaling_factor =
    pisces_config_double_or (config, "scaling_factor", 1e-6, 1e6, 0.18215);
  vae_config->shift_factor =
    pisces_config_double_or (config, "shift_factor", -1e6, 1e6, 0);
  vae_config->mid_attention =
    pisces_config_boolean_or (config, "mid_block_add_attention", TRUE);
  vae_config->quant_conv =
    pisces_config_boolean_or (config, "use_quant_conv", TRUE);
  vae_config->post_quant_conv =
    pisces_config_boolean_or (config, "use_post_quant_conv", TRUE);
  vae_config->force_upcast =
    pisces_config_boolean_or (config, "force_upcast", TRUE);
  read_levels (vae_config, config);

  check_supported (config);
  check_blocks (config, "down_block_types", "DownEncoderBlock2D",
                vae_config->n_levels);
  check_blocks (config, "up_block_types", "UpDecoderBlock2D",
                vae_config->n_levels);

  return pisces_config_check (config, error);
}

/*  private functions  */

static void
read_levels (PiscesVaeConfig *vae_config,
             PiscesConfig    *config)
{
  g_autofree gint64 *channels = NULL;
  guint              n        = 0;

  channels = pisces_config_int_array (config, "block_out_channels", 1, 1 << 16,
                                      &n);
  if (n < 1 || n > PISCES_VAE_MAX_LEVELS)
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                          "“block_out_channels” has %u entries; 1 to "
                          "%d are possible.", n, PISCES_VAE_MAX_LEVELS);
      return;
    }

  vae_config->n_levels  = n;
  vae_config->downscale = 1 << (n - 1);
  for (guint i = 0; i < n; i++)
    {
      vae_config->block_channels[i] = channels[i];
      if (channels[i] % vae_config->norm_num_groups != 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "“norm_num_groups” is %d and does not "
                            "divide the %d of “block_out_channels”.",
                            vae_config->norm_num_groups,
                            vae_config->block_channels[i]);
    }
}

static void
check_supported (PiscesConfig *config)
{
  const gchar *activation;

  if (! pisces_config_is (config, "_class_name", "\"AutoencoderKL\""))
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        _("the autoencoder is an “%s”; this version can run "
                          "“AutoencoderKL” there."),
                        pisces_config_string (config, "_class_name"));

  activation = pisces_config_string_or (config, "act_fn", "silu");
  if (g_strcmp0 (activation, "silu") != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the autoencoder has the activation “%s”; this "
                        "version knows only “silu” there.", activation);

  if (pisces_config_has (config, "latents_mean") ||
      pisces_config_has (config, "latents_std"))
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the latents have a mean or a deviation for each "
                        "channel (“latents_mean”, “latents_std”); this "
                        "version knows only “scaling_factor” and "
                        "“shift_factor”.");
}

static void
check_blocks (PiscesConfig *config,
              const gchar  *key,
              const gchar  *known,
              gint          n_levels)
{
  g_auto (GStrv) types = pisces_config_string_array (config, key);
  gint           n     = types ? g_strv_length (types) : 0;

  if (n != n_levels)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“%s” has %d entries, but “block_out_channels” has "
                        "%d.", key, n, n_levels);

  for (gint i = 0; i < n; i++)
    if (strcmp (types[i], known) != 0)
      pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                          "“%s” has the block “%s”; this version knows only "
                          "“%s” there.", key, types[i], known);
}
