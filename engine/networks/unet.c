/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UNet of latent diffusion (arXiv 2112.10752; SDXL, 2307.01952), which
 * computes the same as diffusers' UNet2DConditionModel.  On the way down every
 * state is stored in the arena, and the way up reads it. unet-context.c has
 * what is the same for all steps.
 */

#include "engine/networks/unet-blocks.h"

static gint         way_down      (PiscesUnetContext     *context,
                                   PiscesTensor          *joined,
                                   PiscesTensor          *x,
                                   PiscesTensor           time);
static PiscesTensor skip_new      (PiscesUnet            *unet,
                                   PiscesTensor          *joined,
                                   gint                   n_skips,
                                   gint64                 n_batch,
                                   gint64                 height,
                                   gint64                 width,
                                   gint64                 n_channels);
static PiscesTensor down_sample   (PiscesUnet            *unet,
                                   PiscesUnetBlock       *block,
                                   PiscesTensor           y,
                                   PiscesTensor           x);
static void         middle        (PiscesUnetContext     *context,
                                   PiscesTensor           y,
                                   PiscesTensor           x,
                                   PiscesTensor           time);
static PiscesTensor way_up        (PiscesUnetContext     *context,
                                   const PiscesTensor    *joined,
                                   gint                   n_joined,
                                   PiscesTensor           time);
static PiscesTensor below         (PiscesTensor           joined,
                                   gint64                 n_channels);

/**
 * pisces_unet_load:
 * @backend: the backend that will run it; it must live longer than the UNet.
 * @config: the configuration of a `UNet2DConditionModel`.
 * @files: files with its tensors.
 * @prefix: the prefix of their names, usually `""`.
 *
 * Returns: (transfer full) (nullable): the UNet, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error
 *   of the backend.
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
 * @x: `[b, h, w, in_channels]`: latents, scaled as the sampler requires.
 * @timestep: on the scale of the training, usually 0 to 1000; it need not be a
 *   whole number.
 * @context: the context; its n_batch must be b.
 *
 * Any height and width are allowed.  The states between blocks have the type
 * of operands; in diffusers they have that of the weights.  This halves the
 * bytes, and published UNets are meant to run in 16 bits (their VAEs are not).
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
  g_autofree PiscesTensor *joined  = NULL;
  PiscesTensor             image   = x;
  PiscesTensor             time;
  gint                     n_joined;

  g_return_if_fail (context->unet == unet);
  g_return_if_fail (x.dims[0] == context->n_batch);

  time     = pisces_unet_embed_time (context, timestep);
  joined   = g_new0 (PiscesTensor,
                     config->n_levels * (config->layers_per_block + 1) + 1);
  n_joined = way_down (context, joined, &image, time);
  middle (context, below (joined[n_joined - 1], image.dims[3]), image, time);
  image    = way_up (context, joined, n_joined, time);

  pisces_group_norm (backend, image, image, unet->conv_norm_out.weight,
                     unet->conv_norm_out.bias, config->norm_num_groups,
                     config->norm_eps, PISCES_ACT_SILU);
  pisces_conv3 (backend, y, image, unet->conv_out);
  pisces_backend_release (backend, mark);
}

/*  private functions  */

/* Allocates the images that the way up will read, all in the arena: a state of
 * the way down and, before its columns, free room for the state that comes
 * from below.  So the two never have to be copied side by side.  */
static gint
way_down (PiscesUnetContext *context,
          PiscesTensor      *joined,
          PiscesTensor      *x,
          PiscesTensor       time)
{
  PiscesUnet    *unet    = context->unet;
  PiscesBackend *backend = unet->backend;
  gint           n       = 0;
  PiscesTensor   y;

  y = skip_new (unet, joined, n++, x->dims[0], x->dims[1], x->dims[2],
                unet->config.block_channels[0]);
  pisces_conv3 (backend, y, *x, unet->conv_in);
  *x = y;

  for (gint level = 0; level < unet->config.n_levels; level++)
    {
      PiscesUnetBlock *block = &unet->down[level];

      for (gint i = 0; i < block->n_resnets; i++)
        {
          y = skip_new (unet, joined, n++, x->dims[0], x->dims[1], x->dims[2],
                        block->resnets[i].n_out);
          pisces_resnet_forward (backend, &block->resnets[i], y, *x, time);
          if (i < block->n_attentions)
            pisces_transformer_forward (backend, &block->attentions[i],
                                        context->keys_values, y);
          *x = y;
        }

      if (level < unet->config.n_levels - 1)
        {
          y  = skip_new (unet, joined, n++, x->dims[0], (x->dims[1] + 1) / 2,
                         (x->dims[2] + 1) / 2, x->dims[3]);
          *x = down_sample (unet, block, y, *x);
        }
    }

  return n;
}

/* Returns the last columns of an image that a block of the way up reads.  The
 * way up uses the states from the last to the first.  */
static PiscesTensor
skip_new (PiscesUnet   *unet,
          PiscesTensor *joined,
          gint          n_skips,
          gint64        n_batch,
          gint64        height,
          gint64        width,
          gint64        n_channels)
{
  const gint             n_of_level = unet->config.layers_per_block + 1;
  const gint             level      = n_skips / n_of_level;
  const PiscesUnetBlock *block      = &unet->up[unet->config.n_levels - 1 -
                                                level];
  const PiscesResnet    *resnet     = &block->resnets[n_of_level - 1 -
                                                      n_skips % n_of_level];

  joined[n_skips] = pisces_backend_alloc_operand (unet->backend,
                                                  resnet->conv1.weight, 4,
                                                  n_batch, height, width,
                                                  resnet->n_in);
  return pisces_tensor_columns (joined[n_skips], resnet->n_in - n_channels,
                                n_channels);
}

/* Returns the columns before a state of the way down.  */
static PiscesTensor
below (PiscesTensor joined,
       gint64       n_channels)
{
  return pisces_tensor_columns (joined, 0, n_channels);
}

static PiscesTensor
down_sample (PiscesUnet      *unet,
             PiscesUnetBlock *block,
             PiscesTensor     y,
             PiscesTensor     x)
{
  const PiscesConvParams halve = { .stride = 2,
                                   .pad_top = 1, .pad_left = 1,
                                   .pad_bottom = 1, .pad_right = 1 };

  pisces_conv2d (unet->backend, y, x, block->sampler.weight,
                 block->sampler.bias, &halve);
  return y;
}

static void
middle (PiscesUnetContext *context,
        PiscesTensor       y,
        PiscesTensor       x,
        PiscesTensor       time)
{
  PiscesUnetBlock *block   = &context->unet->mid;
  PiscesBackend   *backend = context->unet->backend;
  gsize            mark    = pisces_backend_mark (backend);
  PiscesTensor     h;

  h = pisces_backend_alloc_operand (backend, block->resnets[1].conv1.weight, 4,
                                    x.dims[0], x.dims[1], x.dims[2], x.dims[3]);
  pisces_resnet_forward (backend, &block->resnets[0], h, x, time);
  pisces_transformer_forward (backend, &block->attentions[0],
                              context->keys_values, h);
  pisces_resnet_forward (backend, &block->resnets[1], y, h, time);
  pisces_backend_release (backend, mark);
}

/* The output of each block goes before the next state, through the sampler if
 * that state is larger.  Returns the last output, which is in the arena.  */
static PiscesTensor
way_up (PiscesUnetContext  *context,
        const PiscesTensor *joined,
        gint                n_joined,
        PiscesTensor        time)
{
  PiscesUnet    *unet    = context->unet;
  PiscesBackend *backend = unet->backend;
  PiscesTensor   y       = { 0 };

  for (gint index = 0; index < unet->config.n_levels; index++)
    {
      const PiscesUnetBlock *block = &unet->up[index];
      gsize                  mark  = pisces_backend_mark (backend);

      for (gint i = 0; i < block->n_resnets; i++)
        {
          const PiscesTensor x     = joined[--n_joined];
          const gint64       n_out = block->resnets[i].n_out;

          if (i < block->n_resnets - 1)
            y = below (joined[n_joined - 1], n_out);
          else
            y = pisces_backend_alloc_operand (backend,
                                              block->resnets[i].conv1.weight, 4,
                                              x.dims[0], x.dims[1], x.dims[2],
                                              n_out);
          pisces_resnet_forward (backend, &block->resnets[i], y, x, time);
          if (i < block->n_attentions)
            pisces_transformer_forward (backend, &block->attentions[i],
                                        context->keys_values, y);
        }

      /* Uses the size of the next state, which may be odd.  */
      if (index < unet->config.n_levels - 1)
        {
          const PiscesTensor next = joined[n_joined - 1];

          pisces_conv3 (backend, below (next, y.dims[3]),
                        pisces_double_size (backend, block->sampler.weight, y,
                                            next.dims[1], next.dims[2]),
                        block->sampler);
          pisces_backend_release (backend, mark);
        }
    }

  return y;
}
