/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The autoencoder of latent diffusion (arXiv 2112.10752), which computes the
 * same as diffusers' AutoencoderKL.
 */

#include "engine/networks/vae-blocks.h"
#include "engine/networks/vae-tiles.h"
#include "engine/networks/vae.h"

struct _PiscesVae
{
  PiscesBackend    *backend;
  PiscesVaeConfig   config;
  PiscesVaeParts    parts;
  gint64            tile;                  /* 0: latents are decoded as a
                                            * whole                          */
  GPtrArray        *weights;               /* owns all weights               */

  PiscesVaeHalf     encoder;
  PiscesVaeHalf     decoder;
  PiscesParameters  quant_conv;            /* without weight: none           */
  PiscesParameters  post_quant_conv;
};

static void   load_weights (PiscesVae             *vae,
                            PiscesWeightSource    *source);
static void   decode_whole (PiscesVae             *vae,
                            PiscesTensor           y,
                            PiscesTensor           z);
static void   down_block   (PiscesCanvas          *canvas,
                            const PiscesVaeBlock  *block);
static void   up_block     (PiscesCanvas          *canvas,
                            const PiscesVaeBlock  *block);
static void   last_layers  (PiscesVae             *vae,
                            const PiscesVaeHalf   *half,
                            PiscesCanvas          *canvas,
                            PiscesTensor           y);
static gint64 canvas_size  (const PiscesVaeConfig *config,
                            PiscesTensor           picture);

/**
 * pisces_vae_load:
 * @backend: the backend that will run it; it must live longer than the
 *   autoencoder.
 * @config: the configuration of an `AutoencoderKL`.
 * @files: files with its tensors.
 * @parts: which halves to load.
 *
 * Returns: (transfer full) (nullable): the autoencoder, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error
 *   of the backend.
 */
PiscesVae *
pisces_vae_load (PiscesBackend      *backend,
                 PiscesConfig       *config,
                 PiscesWeightFiles  *files,
                 PiscesVaeParts      parts,
                 GError            **error)
{
  g_autoptr (PiscesVae)          vae    = g_new0 (PiscesVae, 1);
  g_autoptr (PiscesWeightSource) source = NULL;

  vae->backend = backend;
  vae->parts   = parts;
  if (! pisces_vae_config_read (&vae->config, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, "");
  source->is_wide = vae->config.force_upcast;
  load_weights (vae, source);
  vae->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&vae);
}

void
pisces_vae_free (PiscesVae *vae)
{
  if (! vae)
    return;

  pisces_vae_half_clear (&vae->encoder);
  pisces_vae_half_clear (&vae->decoder);
  g_clear_pointer (&vae->weights, g_ptr_array_unref);
  g_free (vae);
}

const PiscesVaeConfig *
pisces_vae_get_config (PiscesVae *vae)
{
  return &vae->config;
}

/**
 * pisces_vae_set_tile:
 * @tile: side of a tile in pixels of the latent; 0: decode every latent as a
 *   whole.
 *
 * Larger latents are decoded in tiles of this size, which only needs the
 * memory for one tile; vae-tiles.c says how the result differs.
 */
void
pisces_vae_set_tile (PiscesVae *vae,
                     gint64     tile)
{
  vae->tile = tile > 0 ? MAX (tile, PISCES_VAE_MIN_TILE) : 0;
}

/**
 * pisces_vae_decode:
 * @y: `[b, downscale * h, downscale * w, out_channels]`: pictures, -1 to 1
 *   but not clipped.
 * @z: `[b, h, w, latent_channels]`: latents, unscaled.
 */
void
pisces_vae_decode (PiscesVae    *vae,
                   PiscesTensor  y,
                   PiscesTensor  z)
{
  if (vae->tile > 0 && MAX (z.dims[1], z.dims[2]) > vae->tile)
    pisces_vae_decode_tiles (vae->backend, decode_whole, vae, vae->config.downscale,
                             vae->tile, y, z);
  else
    decode_whole (vae, y, z);
}

/**
 * pisces_vae_encode:
 * @z: `[b, h, w, latent_channels]`: the mean of the latents, unscaled.
 * @x: `[b, downscale * h, downscale * w, in_channels]`: pictures, -1 to 1.
 */
void
pisces_vae_encode (PiscesVae    *vae,
                   PiscesTensor  z,
                   PiscesTensor  x)
{
  PiscesBackend         *backend = vae->backend;
  const PiscesVaeConfig *config  = &vae->config;
  const PiscesVaeHalf   *half    = &vae->encoder;
  gsize                  mark    = pisces_backend_mark (backend);
  PiscesCanvas           canvas;
  PiscesTensor           moments;

  g_return_if_fail (vae->parts & PISCES_VAE_ENCODER);

  canvas  = pisces_canvas_new (backend, canvas_size (config, x));
  moments = pisces_backend_alloc (backend, 4, z.dims[0], z.dims[1], z.dims[2],
                                  2 * z.dims[3]);

  pisces_canvas_reshape (&canvas, x.dims[0], x.dims[1], x.dims[2],
                         config->block_channels[0]);
  pisces_conv3 (backend, canvas.image, x, half->conv_in);
  for (gint i = 0; i < config->n_levels; i++)
    down_block (&canvas, &half->blocks[i]);
  pisces_vae_middle (&canvas, &half->middle, config->norm_num_groups);
  last_layers (vae, half, &canvas, moments);

  if (config->quant_conv)
    {
      PiscesTensor h = pisces_backend_alloc (backend, 4, z.dims[0], z.dims[1],
                                             z.dims[2], 2 * z.dims[3]);

      pisces_linear (backend, h, moments, vae->quant_conv.weight,
                     vae->quant_conv.bias, PISCES_ACT_NONE, FALSE);
      moments = h;
    }

  /* After the means come the logarithms of the variances, which are only
   * needed for sampling.  */
  pisces_copy (backend, z, pisces_tensor_columns (moments, 0, z.dims[3]));
  pisces_backend_release (backend, mark);
}

/*  private functions  */

static void
load_weights (PiscesVae          *vae,
              PiscesWeightSource *source)
{
  const PiscesVaeConfig *config = &vae->config;
  gint                   n      = config->latent_channels;

  if (vae->parts & PISCES_VAE_ENCODER)
    {
      pisces_vae_load_encoder (&vae->encoder, source, config);
      if (config->quant_conv)
        vae->quant_conv =
          pisces_weight_source_linear (source, "quant_conv", 2 * n, 2 * n,
                                       TRUE);
    }

  if (vae->parts & PISCES_VAE_DECODER)
    {
      pisces_vae_load_decoder (&vae->decoder, source, config);
      if (config->post_quant_conv)
        vae->post_quant_conv =
          pisces_weight_source_linear (source, "post_quant_conv", n, n, TRUE);
    }
}

static void
decode_whole (PiscesVae    *vae,
              PiscesTensor  y,
              PiscesTensor  z)
{
  PiscesBackend         *backend = vae->backend;
  const PiscesVaeConfig *config  = &vae->config;
  const PiscesVaeHalf   *half    = &vae->decoder;
  gsize                  mark    = pisces_backend_mark (backend);
  PiscesCanvas           canvas;

  g_return_if_fail (vae->parts & PISCES_VAE_DECODER);

  canvas = pisces_canvas_new (backend, canvas_size (config, y));
  if (config->post_quant_conv)
    {
      PiscesTensor h = pisces_backend_alloc (backend, 4, z.dims[0], z.dims[1],
                                             z.dims[2], z.dims[3]);

      pisces_linear (backend, h, z, vae->post_quant_conv.weight,
                     vae->post_quant_conv.bias, PISCES_ACT_NONE, FALSE);
      z = h;
    }

  pisces_canvas_reshape (&canvas, z.dims[0], z.dims[1], z.dims[2],
                         config->block_channels[config->n_levels - 1]);
  pisces_conv3 (backend, canvas.image, z, half->conv_in);
  pisces_vae_middle (&canvas, &half->middle, config->norm_num_groups);
  for (gint i = 0; i < config->n_levels; i++)
    up_block (&canvas, &half->blocks[i]);

  last_layers (vae, half, &canvas, y);
  pisces_backend_release (backend, mark);
}

static void
down_block (PiscesCanvas         *canvas,
            const PiscesVaeBlock *block)
{
  const PiscesTensor     no_time = { .data = NULL };
  const PiscesConvParams halve   = { .stride = 2,
                                     .pad_bottom = 1, .pad_right = 1 };

  for (gint i = 0; i < block->n_resnets; i++)
    pisces_canvas_resnet (canvas, &block->resnets[i], no_time);

  /* There is no padding at the top and the left; the UNet's downsampling has
   * it.  */
  if (block->sampler.weight)
    pisces_canvas_downsample (canvas, block->sampler, &halve);
}

static void
up_block (PiscesCanvas         *canvas,
          const PiscesVaeBlock *block)
{
  const PiscesTensor no_time = { .data = NULL };

  for (gint i = 0; i < block->n_resnets; i++)
    pisces_canvas_resnet (canvas, &block->resnets[i], no_time);

  if (block->sampler.weight)
    pisces_canvas_upsample (canvas, block->sampler,
                            2 * canvas->image.dims[1],
                            2 * canvas->image.dims[2]);
}

static void
last_layers (PiscesVae           *vae,
             const PiscesVaeHalf *half,
             PiscesCanvas        *canvas,
             PiscesTensor         y)
{
  pisces_group_norm (vae->backend, canvas->image, canvas->image,
                     half->conv_norm_out.weight, half->conv_norm_out.bias,
                     vae->config.norm_num_groups, PISCES_VAE_EPSILON,
                     PISCES_ACT_SILU);
  pisces_conv3 (vae->backend, y, canvas->image, half->conv_out);
}

/* Returns the size of the largest image while decoding: that of a level, or,
 * after upsampling, an image with the level's size and the channels of the
 * level below.  */
static gint64
canvas_size (const PiscesVaeConfig *config,
             PiscesTensor           picture)
{
  gint64 height = picture.dims[1];
  gint64 width  = picture.dims[2];
  gint64 size   = 0;

  for (gint i = 0; i < config->n_levels; i++)
    {
      gint   below    = MIN (i + 1, config->n_levels - 1);
      gint64 channels = MAX (config->block_channels[i],
                             config->block_channels[below]);

      size   = MAX (size, picture.dims[0] * height * width * channels);
      height = (height + 1) / 2;
      width  = (width + 1) / 2;
    }

  return size;
}
