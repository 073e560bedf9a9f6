/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * inspect.c: says what a folder with a model of the family `sd3` contains, without
 * reading its weights: what it can do, which sizes it draws, and what it needs.
 */

#include "engine/families/sd3/model.h"

/* The licence of all models that Stability AI has published in this form.  */
#define LICENCE "Stability AI Community License"

/* The published models draw from half to one and a half times their own side.  */
#define LEAST_SIDE  0.5
#define MOST_SIDE   1.5
#define WIDEST      3.0

/* Images at full size that the autoencoder works with.  */
#define N_CANVASES 4


static gboolean read_downscale (PiscesConfig            *vae,
                                gint                    *downscale,
                                guint64                 *widest,
                                GError                 **error);
static guint64  count_weights  (const Sd3Files          *files,
                                const PiscesMmditConfig *mmdit,
                                const PiscesSizes       *sizes,
                                gint                     cell,
                                gboolean                 is_large);
static guint64  estimate_work  (const PiscesMmditConfig *mmdit,
                                guint64                  n_pixels,
                                gint                     cell,
                                guint64                  widest);


/*  public functions  */

/**
 * sd3_find_sizes:
 * @sizes: (out): which sizes of pictures the model draws.
 * @mmdit: its network.
 * @downscale: of its autoencoder.
 *
 * The published models have 1024 × 1024 as their own size, and draw from 512 to 1536 in
 * steps of 16.
 *
 * Returns: whether the network has places for its own size.
 */
gboolean
sd3_find_sizes (PiscesSizes             *sizes,
                const PiscesMmditConfig *mmdit,
                gint                     downscale)
{
  static const gdouble natural[] = { 1.0, 3.0 / 4, 4.0 / 3, 2.0 / 3, 3.0 / 2, 9.0 / 16, 16.0 / 9 };
  const gint           cell      = downscale * mmdit->patch_size;
  const gint           side      = mmdit->sample_size * downscale / cell * cell;
  const gint           most      = MIN ((gint) (side * MOST_SIDE), mmdit->n_places * cell);

  *sizes = (PiscesSizes)
  {
    .multiple   = cell,
    .least      = MAX ((gint) (side * LEAST_SIDE) / cell, 1) * cell,
    .most_short = most / cell * cell,
    .most       = most / cell * cell,
    .narrowest  = 1.0 / WIDEST,
    .widest     = WIDEST,
    .width      = side,
    .height     = side,
  };
  for (guint i = 0; i < G_N_ELEMENTS (natural); i++)
    sizes->natural[i] = natural[i];

  return side > 0 && mmdit->n_places * cell >= side;
}

/**
 * sd3_model_inspect:
 *
 * The family's `inspect`.
 */
gboolean
sd3_model_inspect (const gchar      *folder,
                   PiscesModelInfo  *info,
                   GError          **error)
{
  g_auto (Sd3Files) files = { 0 };
  PiscesMmditConfig mmdit;
  guint64           widest;
  gint              downscale, cell;

  if (! sd3_files_open (&files, folder, error) ||
      ! pisces_mmdit_config_read (&mmdit, files.configs[SD3_TRANSFORMER], error) ||
      ! read_downscale (files.configs[SD3_VAE], &downscale, &widest, error))
    return FALSE;

  info->licence = g_strdup (pisces_config_string_or (files.index, "license", LICENCE));
  if (! pisces_config_check (files.index, error))
    return FALSE;

  for (guint i = 0; i < SD3_N_NETWORKS; i++)
    {
      info->n_parameters += pisces_weight_files_n_parameters (files.weights[i]);
      info->n_bytes      += pisces_weight_files_n_bytes (files.weights[i]);
    }
  if (! pisces_weight_files_has (files.weights[SD3_VAE], SD3_ENCODER_WEIGHT))
    {
      info->abilities.fills        = FALSE;
      info->abilities.fill_refusal = pisces_fill_needs_encoder;
    }

  sd3_find_sizes (&info->abilities.sizes, &mmdit, downscale);
  cell                 = downscale * mmdit.patch_size;
  info->picture_width  = info->abilities.sizes.width;
  info->picture_height = info->abilities.sizes.height;
  info->memory_bytes   = count_weights (&files, &mmdit, &info->abilities.sizes, cell,
                                        info->n_bytes > PISCES_SMALL_MODEL_BYTES) +
                         estimate_work (&mmdit, pisces_sizes_most_pixels (&info->abilities.sizes),
                                        cell, widest);
  info->summary =
    g_strdup_printf ("a Stable Diffusion 3 of %.1f million parameters: transformer of %d layers "
                     "× %d, two of CLIP's text encoders (T5 is not used), pictures of %d × %d "
                     "pixels; describes none", info->n_parameters / 1e6, mmdit.n_layers,
                     mmdit.width, info->picture_width, info->picture_height);

  return TRUE;
}


/*  private functions  */

static gboolean
read_downscale (PiscesConfig  *vae,
                gint          *downscale,
                guint64       *widest,
                GError       **error)
{
  guint              n        = 0;
  g_autofree gint64 *channels = pisces_config_int_array (vae, "block_out_channels", 1, 1 << 16, &n);

  if (! pisces_config_check (vae, error))
    return FALSE;

  /* In the decoder, the last level begins with the channels of the level before it.  */
  *downscale = 1 << (CLAMP (n, 1, PISCES_VAE_MAX_LEVELS) - 1);
  *widest    = n > 1 ? MAX (channels[0], channels[1]) : n > 0 ? channels[0] : 1;

  return TRUE;
}

/* Of the table of places only the centre is kept.  */
static guint64
count_weights (const Sd3Files          *files,
               const PiscesMmditConfig *mmdit,
               const PiscesSizes       *sizes,
               gint                     cell,
               gboolean                 is_large)
{
  const guint64 table = (guint64) mmdit->n_places * mmdit->n_places * mmdit->width;
  const guint64 side  = sizes->most / cell;
  const guint64 part  = side * side * mmdit->width;
  guint64       sum   = 0, bytes;

  for (guint i = 0; i < SD3_N_NETWORKS; i++)
    sum += pisces_weight_files_loaded_bytes (files->weights[i], NULL, is_large);
  bytes = pisces_weight_files_loaded_bytes (files->weights[SD3_TRANSFORMER],
                                            "pos_embed.pos_embed", is_large);

  return sum - bytes + bytes * part / table;
}

/* Estimates the memory while the largest picture is drawn with guidance: what is larger,
 * a block of the network or the images of the autoencoder.  */
static guint64
estimate_work (const PiscesMmditConfig *mmdit,
               guint64                  n_pixels,
               gint                     cell,
               guint64                  widest)
{
  const guint64 patches = n_pixels / ((guint64) cell * cell);
  const guint64 block   = 2 * patches * mmdit->width * 6 + patches * mmdit->width * 6;

  return sizeof (gfloat) * MAX (block, N_CANVASES * n_pixels * widest);
}
