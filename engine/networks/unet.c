/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UNet of latent diffusion (arXiv 2112.10752; SDXL, 2307.01952) as
 * diffusers' UNet2DConditionModel computes it.  On the way down every state
 * is kept in the arena; on the way up one canvas takes them back in.  What
 * does not change from step to step is unet-context.c's.
 */

#include "engine/networks/unet-blocks.h"

static gint         way_down      (PiscesUnetContext     *context,
                                   PiscesTensor          *skips,
                                   PiscesTensor           x,
                                   PiscesTensor           time);
static PiscesTensor down_sample   (PiscesUnet            *unet,
                                   PiscesParameters       conv,
                                   PiscesTensor           x);
static void         middle        (PiscesUnetContext     *context,
                                   PiscesCanvas          *canvas,
                                   PiscesTensor           x,
                                   PiscesTensor           time);
static void         way_up        (PiscesUnetContext     *context,
                                   PiscesCanvas          *canvas,
                                   const PiscesTensor    *skips,
                                   gint                   n_skips,
                                   PiscesTensor           time);
static void         join          (PiscesCanvas          *canvas,
                                   const PiscesResnet    *resnet,
                                   PiscesTensor           skip,
                                   PiscesTensor           time);
static gint64       canvas_size   (const PiscesUnetConfig *config,
                                   PiscesTensor           x);

/**
 * pisces_unet_load:
 * @backend: that will run it; must outlive it.
 * @config: of a `UNet2DConditionModel`.
 * @files: with its tensors.
 * @prefix: before their names, usually `""`.
 *
 * Returns: (transfer full) (nullable): the UNet, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or what the
 *   backend said.
 */
PiscesUnet *
pisces_unet_load (PiscesBackend      *backend,
                  PiscesConfig       *config,
                  PiscesWeightFiles  *files,
                  const gchar        *prefix,
                  GError            **error)
{
  g_autoptr (PiscesUnet)         unet   = g_new0 (PiscesUnet, 1);
  g_autoptr (PiscesWeightSource) source = NULL;

  unet->backend = backend;
  if (! pisces_unet_config_read (&unet->config, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, prefix);
  pisces_unet_load_weights (unet, source);
  unet->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&unet);
}

void
pisces_unet_free (PiscesUnet *unet)
{
  if (! unet)
    return;

  pisces_unet_clear_blocks (unet);
  g_clear_pointer (&unet->weights, g_ptr_array_unref);
  g_free (unet);
}

const PiscesUnetConfig *
pisces_unet_get_config (PiscesUnet *unet)
{
  return &unet->config;
}

/**
 * pisces_unet_forward:
 * @y: `[b, h, w, out_channels]`: the prediction.
 * @x: `[b, h, w, in_channels]`: latents, scaled as the sampler wants it.
 * @timestep: on the scale of training, 0 to 1000 usually; may lie between.
 * @context: b must be its n_batch.
 *
 * Height and width need not be multiples of anything.  What goes from block to
 * block has the type of operands, as diffusers has it in that of the weights:
 * half the bytes, and published UNets were made for it (their VAEs were not).
 */
void
pisces_unet_forward (PiscesUnet        *unet,
                     PiscesTensor       y,
                     PiscesTensor       x,
                     gdouble            timestep,
                     PiscesUnetContext *context)
{
  PiscesBackend           *backend = unet->backend;
  const PiscesUnetConfig  *config  = &unet->config;
  gsize                    mark    = pisces_backend_mark (backend);
  g_autofree PiscesTensor *skips   = NULL;
  PiscesCanvas             canvas;
  PiscesTensor             time;
  gint                     n_skips;

  g_return_if_fail (context->unet == unet);
  g_return_if_fail (x.dims[0] == context->n_batch);

  time    = pisces_unet_embed_time (context, timestep);
  canvas  = pisces_canvas_new (backend, canvas_size (config, x), TRUE);
  skips   = g_new0 (PiscesTensor,
                    config->n_levels * (config->layers_per_block + 1) + 1);
  n_skips = way_down (context, skips, x, time);
  middle (context, &canvas, skips[n_skips - 1], time);
  way_up (context, &canvas, skips, n_skips, time);

  pisces_group_norm (backend, canvas.image, canvas.image,
                     unet->conv_norm_out.weight, unet->conv_norm_out.bias,
                     config->norm_num_groups, config->norm_eps,
                     PISCES_ACT_SILU);
  pisces_conv3 (backend, y, canvas.image, unet->conv_out);
  pisces_backend_release (backend, mark);
}

/*  private functions  */

/* Fills in the states that the way up will want, all in the arena.  */
static gint
way_down (PiscesUnetContext *context,
          PiscesTensor      *skips,
          PiscesTensor       x,
          PiscesTensor       time)
{
  PiscesUnet    *unet    = context->unet;
  PiscesBackend *backend = unet->backend;
  gint           n_skips = 0;

  skips[n_skips] =
    pisces_backend_alloc_operand (backend, 4, x.dims[0], x.dims[1], x.dims[2],
                                  unet->config.block_channels[0]);
  pisces_conv3 (backend, skips[n_skips], x, unet->conv_in);
  x = skips[n_skips++];

  for (gint level = 0; level < unet->config.n_levels; level++)
    {
      const PiscesUnetBlock *block = &unet->down[level];

      for (gint i = 0; i < block->n_resnets; i++)
        {
          PiscesTensor y;

          y = pisces_backend_alloc_operand (backend, 4, x.dims[0], x.dims[1],
                                            x.dims[2],
                                            block->resnets[i].n_out);
          pisces_resnet_forward (backend, &block->resnets[i], y, x, time);
          if (i < block->n_attentions)
            pisces_transformer_forward (backend, &block->attentions[i],
                                        context->keys_values, y);
          x = skips[n_skips++] = y;
        }

      if (level < unet->config.n_levels - 1)
        x = skips[n_skips++] = down_sample (unet, block->sampler, x);
    }

  return n_skips;
}

static PiscesTensor
down_sample (PiscesUnet       *unet,
             PiscesParameters  conv,
             PiscesTensor      x)
{
  const PiscesConvParams halve = { .stride = 2,
                                   .pad_top = 1, .pad_left = 1,
                                   .pad_bottom = 1, .pad_right = 1 };
  PiscesTensor           y;

  y = pisces_backend_alloc_operand (unet->backend, 4, x.dims[0],
                                    (x.dims[1] + 1) / 2, (x.dims[2] + 1) / 2,
                                    x.dims[3]);
  pisces_conv2d (unet->backend, y, x, conv.weight, conv.bias, &halve);

  return y;
}

static void
middle (PiscesUnetContext *context,
        PiscesCanvas      *canvas,
        PiscesTensor       x,
        PiscesTensor       time)
{
  PiscesUnetBlock *block   = &context->unet->mid;
  PiscesBackend   *backend = context->unet->backend;

  pisces_canvas_reshape (canvas, x.dims[0], x.dims[1], x.dims[2], x.dims[3]);
  pisces_resnet_forward (backend, &block->resnets[0], canvas->image, x, time);
  pisces_transformer_forward (backend, &block->attentions[0],
                              context->keys_values, canvas->image);
  pisces_canvas_resnet (canvas, &block->resnets[1], time);
}

static void
way_up (PiscesUnetContext  *context,
        PiscesCanvas       *canvas,
        const PiscesTensor *skips,
        gint                n_skips,
        PiscesTensor        time)
{
  PiscesUnet *unet = context->unet;

  for (gint index = 0; index < unet->config.n_levels; index++)
    {
      const PiscesUnetBlock *block = &unet->up[index];

      for (gint i = 0; i < block->n_resnets; i++)
        {
          join (canvas, &block->resnets[i], skips[--n_skips], time);
          if (i < block->n_attentions)
            pisces_transformer_forward (unet->backend, &block->attentions[i],
                                        context->keys_values, canvas->image);
        }

      /* The next state's size, which may be odd.  */
      if (index < unet->config.n_levels - 1)
        pisces_canvas_upsample (canvas, block->sampler,
                                skips[n_skips - 1].dims[1],
                                skips[n_skips - 1].dims[2]);
    }
}

/* The image, with the channels of a state from the way down behind its own,
 * through a residual block.  */
static void
join (PiscesCanvas       *canvas,
      const PiscesResnet *resnet,
      PiscesTensor        skip,
      PiscesTensor        time)
{
  PiscesBackend *backend = canvas->backend;
  gsize          mark    = pisces_backend_mark (backend);
  PiscesTensor   x       = canvas->image;
  gint64         n       = x.dims[3];
  PiscesTensor   both;

  both = pisces_backend_alloc_operand (backend, 4, x.dims[0], x.dims[1],
                                       x.dims[2], n + skip.dims[3]);
  pisces_copy (backend, pisces_tensor_columns (both, 0, n), x);
  pisces_copy (backend, pisces_tensor_columns (both, n, skip.dims[3]), skip);

  pisces_canvas_reshape (canvas, x.dims[0], x.dims[1], x.dims[2],
                         resnet->n_out);
  pisces_resnet_forward (backend, resnet, canvas->image, both, time);
  pisces_backend_release (backend, mark);
}

/* The largest image on the way up: of a level, or, after upsampling, of the
 * level below in this level's size.  */
static gint64
canvas_size (const PiscesUnetConfig *config,
             PiscesTensor            x)
{
  gint64 height = x.dims[1];
  gint64 width  = x.dims[2];
  gint64 size   = 0;

  for (gint i = 0; i < config->n_levels; i++)
    {
      gint   below    = MIN (i + 1, config->n_levels - 1);
      gint64 channels = MAX (config->block_channels[i],
                             config->block_channels[below]);

      size   = MAX (size, x.dims[0] * height * width * channels);
      height = (height + 1) / 2;
      width  = (width + 1) / 2;
    }

  return size;
}
