/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The autoencoder's blocks: how many channels each of them has, as in
 * diffusers' Encoder and Decoder, and the middle block with its attention.
 */

#include <math.h>

#include "engine/networks/vae-blocks.h"

static void load_block     (PiscesVaeBlock        *block,
                            PiscesWeightSource    *source,
                            const PiscesVaeConfig *config,
                            gint                   n_resnets,
                            gint64                 n_in,
                            gint64                 n_out);
static void load_middle    (PiscesVaeMiddle       *middle,
                            PiscesWeightSource    *source,
                            const PiscesVaeConfig *config);

/**
 * pisces_vae_load_encoder:
 * @half: (out): filled in with weights that @source owns; clear it with
 *   pisces_vae_half_clear().
 */
void
pisces_vae_load_encoder (PiscesVaeHalf         *half,
                         PiscesWeightSource    *source,
                         const PiscesVaeConfig *config)
{
  const gint *channels = config->block_channels;
  gint        last     = config->n_levels - 1;

  pisces_weight_source_enter (source, "encoder.");
  half->conv_in = pisces_weight_source_conv (source, "conv_in", channels[0],
                                             config->in_channels, 3, TRUE);
  for (gint i = 0; i <= last; i++)
    {
      PiscesVaeBlock *block = &half->blocks[i];

      pisces_weight_source_enter (source, "down_blocks.%d.", i);
      load_block (block, source, config, config->layers_per_block,
                  channels[MAX (i - 1, 0)], channels[i]);
      if (i < last)
        block->sampler =
          pisces_weight_source_conv (source, "downsamplers.0.conv",
                                     channels[i], channels[i], 3, TRUE);
      pisces_weight_source_leave (source);
    }

  load_middle (&half->middle, source, config);
  half->conv_norm_out = pisces_weight_source_norm (source, "conv_norm_out",
                                                   channels[last], TRUE);
  half->conv_out = pisces_weight_source_conv (source, "conv_out",
                                              2 * config->latent_channels,
                                              channels[last], 3, TRUE);
  pisces_weight_source_leave (source);
}

/**
 * pisces_vae_load_decoder:
 * @half: (out): filled in with weights that @source owns, the deepest level
 *   first; clear it with pisces_vae_half_clear().
 */
void
pisces_vae_load_decoder (PiscesVaeHalf         *half,
                         PiscesWeightSource    *source,
                         const PiscesVaeConfig *config)
{
  const gint *channels = config->block_channels;
  gint        last     = config->n_levels - 1;

  pisces_weight_source_enter (source, "decoder.");
  half->conv_in = pisces_weight_source_conv (source, "conv_in",
                                             channels[last],
                                             config->latent_channels, 3, TRUE);
  load_middle (&half->middle, source, config);
  for (gint i = 0; i <= last; i++)
    {
      PiscesVaeBlock *block = &half->blocks[i];
      gint            level = last - i;

      pisces_weight_source_enter (source, "up_blocks.%d.", i);
      load_block (block, source, config, config->layers_per_block + 1,
                  channels[MIN (level + 1, last)], channels[level]);
      if (i < last)
        block->sampler =
          pisces_weight_source_conv (source, "upsamplers.0.conv",
                                     channels[level], channels[level], 3,
                                     TRUE);
      pisces_weight_source_leave (source);
    }

  half->conv_norm_out = pisces_weight_source_norm (source, "conv_norm_out",
                                                   channels[0], TRUE);
  half->conv_out = pisces_weight_source_conv (source, "conv_out",
                                              config->out_channels,
                                              channels[0], 3, TRUE);
  pisces_weight_source_leave (source);
}

void
pisces_vae_half_clear (PiscesVaeHalf *half)
{
  for (gint i = 0; i < PISCES_VAE_MAX_LEVELS; i++)
    g_clear_pointer (&half->blocks[i].resnets, g_free);
}

/**
 * pisces_vae_middle:
 *
 * Applies the middle block to the image: a residual block, attention over all
 * pixels with one head, and another residual block.
 */
void
pisces_vae_middle (PiscesCanvas          *canvas,
                   const PiscesVaeMiddle *middle,
                   gint                   n_groups)
{
  const PiscesTensor no_time = { .data = NULL };

  pisces_canvas_resnet (canvas, &middle->resnets[0], no_time);
  if (middle->attention.qkv.weight)
    pisces_vae_attend (canvas->backend, &middle->attention, n_groups, canvas->image);
  pisces_canvas_resnet (canvas, &middle->resnets[1], no_time);
}

/**
 * pisces_vae_load_attention:
 * @attention: (out): filled in with weights that @source owns.
 * @width: channels of the image.
 *
 * Takes the names of diffusers, of an older one (which Stable Diffusion 1
 * still has), or of the autoencoders that came before it.
 */
void
pisces_vae_load_attention (PiscesVaeAttention *attention,
                           PiscesWeightSource *source,
                           gint64              width)
{
  static const struct
  {
    const gchar *norm, *qkv[4], *out, *known_by;
  } names[] =
  {
    { "group_norm", { "query", "key", "value" }, "proj_attn", "query.weight" },
    { "norm",       { "q", "k", "v" },           "proj_out",  "q.weight"     },
    { "group_norm", { "to_q", "to_k", "to_v" },  "to_out.0",  NULL           },
  };
  const gint64 n[] = { width, width, width };
  guint        i   = 0;

  while (names[i].known_by && ! pisces_weight_source_has (source, names[i].known_by))
    i++;

  attention->group_norm = pisces_weight_source_norm (source, names[i].norm, width, TRUE);
  attention->qkv = pisces_weight_source_fused (source, names[i].qkv, n, width, TRUE);
  attention->out = pisces_weight_source_linear (source, names[i].out, width, width, TRUE);
}

/**
 * pisces_vae_attend:
 * @attention: its weights.
 * @n_groups: of the norm.
 * @x: `[b, h, w, width]`: becomes x + out (attention (norm (x))).
 */
void
pisces_vae_attend (PiscesBackend            *backend,
                   const PiscesVaeAttention *attention,
                   gint                      n_groups,
                   PiscesTensor              x)
{
  gsize                 mark   = pisces_backend_mark (backend);
  gint64                n      = pisces_tensor_n_rows (x);
  gint64                width  = pisces_tensor_width (x);
  PiscesAttentionParams params = { .n_batch = x.dims[0], .n_heads = 1,
                                   .n_kv_heads = 1, .head_dim = width,
                                   .scale = 1 / sqrt (width) };
  PiscesTensor          h, qkv;

  h   = pisces_backend_alloc_operand (backend, attention->qkv.weight, 4, x.dims[0],
                                      x.dims[1], x.dims[2], width);
  qkv = pisces_backend_alloc_operand (backend, attention->qkv.weight, 2, n, 3 * width);

  pisces_group_norm (backend, h, x, attention->group_norm.weight,
                     attention->group_norm.bias, n_groups, PISCES_VAE_EPSILON,
                     PISCES_ACT_NONE);
  pisces_linear (backend, qkv, h, attention->qkv.weight, attention->qkv.bias,
                 PISCES_ACT_NONE, FALSE);
  h = pisces_tensor_reshape (h, 2, n, width);
  pisces_attention (backend, h, pisces_tensor_columns (qkv, 0, width),
                    pisces_tensor_columns (qkv, width, width),
                    pisces_tensor_columns (qkv, 2 * width, width), &params);
  pisces_linear (backend, x, h, attention->out.weight, attention->out.bias,
                 PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

/*  private functions  */

static void
load_block (PiscesVaeBlock        *block,
            PiscesWeightSource    *source,
            const PiscesVaeConfig *config,
            gint                   n_resnets,
            gint64                 n_in,
            gint64                 n_out)
{
  block->n_resnets = n_resnets;
  block->resnets   = g_new0 (PiscesResnet, n_resnets);

  for (gint i = 0; i < n_resnets; i++)
    {
      pisces_weight_source_enter (source, "resnets.%d.", i);
      pisces_resnet_load (&block->resnets[i], source, i == 0 ? n_in : n_out,
                          n_out, 0, config->norm_num_groups,
                          PISCES_VAE_EPSILON);
      pisces_weight_source_leave (source);
    }
}

static void
load_middle (PiscesVaeMiddle       *middle,
             PiscesWeightSource    *source,
             const PiscesVaeConfig *config)
{
  gint64 width = config->block_channels[config->n_levels - 1];

  pisces_weight_source_enter (source, "mid_block.");
  for (gint i = 0; i < 2; i++)
    {
      pisces_weight_source_enter (source, "resnets.%d.", i);
      pisces_resnet_load (&middle->resnets[i], source, width, width, 0,
                          config->norm_num_groups, PISCES_VAE_EPSILON);
      pisces_weight_source_leave (source);
    }
  if (config->mid_attention)
    {
      pisces_weight_source_enter (source, "attentions.0.");
      pisces_vae_load_attention (&middle->attention, source, width);
      pisces_weight_source_leave (source);
    }
  pisces_weight_source_leave (source);
}
