/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UNet's blocks and their parts.  How many channels go in and out follows
 * from the configuration, as in diffusers' UNet2DConditionModel.
 */

#include "engine/networks/unet-blocks.h"

static void load_down  (PiscesUnet         *unet,
                        PiscesWeightSource *source,
                        gint                level);
static void load_mid   (PiscesUnet         *unet,
                        PiscesWeightSource *source);
static void load_up    (PiscesUnet         *unet,
                        PiscesWeightSource *source,
                        gint                index);
static void init_block (PiscesUnetBlock    *block,
                        gint                n_resnets,
                        gint                n_attentions);
static void load_resnet
                       (PiscesUnet         *unet,
                        PiscesWeightSource *source,
                        PiscesUnetBlock    *block,
                        gint                i,
                        gint64              n_in,
                        gint64              n_out);
static void load_attention
                       (PiscesUnet         *unet,
                        PiscesWeightSource *source,
                        PiscesUnetBlock    *block,
                        gint                i,
                        gint                level);
static void clear_block
                       (PiscesUnetBlock    *block);

/**
 * pisces_unet_time_dim:
 *
 * Returns: the width of the time embedding.
 */
gint64
pisces_unet_time_dim (const PiscesUnet *unet)
{
  return 4 * (gint64) unet->config.block_channels[0];
}

/**
 * pisces_unet_load_weights:
 * @unet: the UNet, with its config set; all weights are filled in.
 * @source: owns the weights.
 */
void
pisces_unet_load_weights (PiscesUnet         *unet,
                          PiscesWeightSource *source)
{
  const PiscesUnetConfig *config   = &unet->config;
  gint64                  width    = config->block_channels[0];
  gint64                  time_dim = pisces_unet_time_dim (unet);

  unet->time_embedding[0] =
    pisces_weight_source_linear (source, "time_embedding.linear_1",
                                 time_dim, width, TRUE);
  unet->time_embedding[1] =
    pisces_weight_source_linear (source, "time_embedding.linear_2",
                                 time_dim, time_dim, TRUE);
  if (config->text_time)
    {
      unet->add_embedding[0] =
        pisces_weight_source_linear (source, "add_embedding.linear_1",
                                     time_dim, config->projection_input_dim,
                                     TRUE);
      unet->add_embedding[1] =
        pisces_weight_source_linear (source, "add_embedding.linear_2",
                                     time_dim, time_dim, TRUE);
    }

  unet->conv_in = pisces_weight_source_conv (source, "conv_in", width,
                                             config->in_channels, 3, TRUE);
  for (gint i = 0; i < config->n_levels; i++)
    load_down (unet, source, i);
  load_mid (unet, source);
  for (gint i = 0; i < config->n_levels; i++)
    load_up (unet, source, i);

  unet->conv_norm_out = pisces_weight_source_norm (source, "conv_norm_out",
                                                   width, TRUE);
  unet->conv_out = pisces_weight_source_conv (source, "conv_out",
                                              config->out_channels, width, 3,
                                              TRUE);
}

void
pisces_unet_clear_blocks (PiscesUnet *unet)
{
  for (gint i = 0; i < unet->config.n_levels; i++)
    {
      clear_block (&unet->down[i]);
      clear_block (&unet->up[i]);
    }
  clear_block (&unet->mid);
}

/*  private functions  */

static void
load_down (PiscesUnet         *unet,
           PiscesWeightSource *source,
           gint                level)
{
  const PiscesUnetConfig *config   = &unet->config;
  PiscesUnetBlock        *block    = &unet->down[level];
  gint                    n_layers = config->layers_per_block;
  gint64                  n_in     = config->block_channels[MAX (level - 1, 0)];
  gint64                  n_out    = config->block_channels[level];

  init_block (block, n_layers, config->down_attention[level] ? n_layers : 0);

  pisces_weight_source_enter (source, "down_blocks.%d.", level);
  for (gint i = 0; i < n_layers; i++)
    {
      load_resnet (unet, source, block, i, i == 0 ? n_in : n_out, n_out);
      load_attention (unet, source, block, i, level);
    }
  if (level < config->n_levels - 1)
    block->sampler = pisces_weight_source_conv (source, "downsamplers.0.conv",
                                                n_out, n_out, 3, TRUE);
  pisces_weight_source_leave (source);
}

static void
load_mid (PiscesUnet         *unet,
          PiscesWeightSource *source)
{
  gint   level = unet->config.n_levels - 1;
  gint64 n     = unet->config.block_channels[level];

  init_block (&unet->mid, 2, 1);

  pisces_weight_source_enter (source, "mid_block.");
  load_resnet (unet, source, &unet->mid, 0, n, n);
  load_attention (unet, source, &unet->mid, 0, level);
  load_resnet (unet, source, &unet->mid, 1, n, n);
  pisces_weight_source_leave (source);
}

/* A block of the way up uses the states that the way down has stored: one more
 * than a level has layers, and the last of them is from the level above.  */
static void
load_up (PiscesUnet         *unet,
         PiscesWeightSource *source,
         gint                index)
{
  const PiscesUnetConfig *config   = &unet->config;
  PiscesUnetBlock        *block    = &unet->up[index];
  gint                    level    = config->n_levels - 1 - index;
  gint                    n_layers = config->layers_per_block + 1;
  gint                    below    = MIN (level + 1, config->n_levels - 1);
  gint                    above    = MAX (level - 1, 0);
  gint64                  n_out    = config->block_channels[level];

  init_block (block, n_layers, config->up_attention[index] ? n_layers : 0);

  pisces_weight_source_enter (source, "up_blocks.%d.", index);
  for (gint i = 0; i < n_layers; i++)
    {
      gint64 n_skip = i == n_layers - 1 ? config->block_channels[above]
                                        : n_out;
      gint64 n_in   = i == 0 ? config->block_channels[below] : n_out;

      load_resnet (unet, source, block, i, n_in + n_skip, n_out);
      load_attention (unet, source, block, i, level);
    }
  if (level > 0)
    block->sampler = pisces_weight_source_conv (source, "upsamplers.0.conv",
                                                n_out, n_out, 3, TRUE);
  pisces_weight_source_leave (source);
}

static void
init_block (PiscesUnetBlock *block,
            gint             n_resnets,
            gint             n_attentions)
{
  block->n_resnets    = n_resnets;
  block->resnets      = g_new0 (PiscesResnet, n_resnets);
  block->n_attentions = n_attentions;
  block->attentions   = g_new0 (PiscesTransformer, n_attentions);
}

static void
load_resnet (PiscesUnet         *unet,
             PiscesWeightSource *source,
             PiscesUnetBlock    *block,
             gint                i,
             gint64              n_in,
             gint64              n_out)
{
  pisces_weight_source_enter (source, "resnets.%d.", i);
  pisces_resnet_load (&block->resnets[i], source, n_in, n_out,
                      pisces_unet_time_dim (unet),
                      unet->config.norm_num_groups, unet->config.norm_eps);
  pisces_weight_source_leave (source);
}

static void
load_attention (PiscesUnet         *unet,
                PiscesWeightSource *source,
                PiscesUnetBlock    *block,
                gint                i,
                gint                level)
{
  const PiscesUnetConfig *config = &unet->config;
  PiscesTransformer      *transformer;

  if (i >= block->n_attentions)
    return;

  transformer = &block->attentions[i];
  transformer->width         = config->block_channels[level];
  transformer->n_heads       = config->n_heads[level];
  transformer->n_groups      = config->norm_num_groups;
  transformer->n_blocks      = config->n_transformers[level];
  transformer->first_context = unet->n_contexts;
  unet->n_contexts          += transformer->n_blocks;

  pisces_weight_source_enter (source, "attentions.%d.", i);
  pisces_transformer_load (transformer, source, config->cross_attention_dim);
  pisces_weight_source_leave (source);
}

static void
clear_block (PiscesUnetBlock *block)
{
  for (gint i = 0; i < block->n_attentions; i++)
    pisces_transformer_clear (&block->attentions[i]);
  g_clear_pointer (&block->attentions, g_free);
  g_clear_pointer (&block->resnets, g_free);
}
