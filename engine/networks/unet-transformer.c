/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The attention of the UNet (latent diffusion, arXiv 2112.10752, section 3.3):
 * self-attention over the pixels, cross-attention to the context, and a GEGLU
 * feed-forward part, the same as diffusers' Transformer2DModel.
 */

#include <math.h>

#include "engine/networks/unet-transformer.h"

static void load_block         (PiscesTransformerBlock       *block,
                                PiscesWeightSource           *source,
                                gint64                        width,
                                gint64                        cross_dim);
static void self_attention     (PiscesBackend                *backend,
                                const PiscesTransformerBlock *block,
                                gint                          n_heads,
                                gint                          n_batch,
                                PiscesTensor                  x);
static void cross_attention    (PiscesBackend                *backend,
                                const PiscesTransformerBlock *block,
                                gint                          n_heads,
                                gint                          n_batch,
                                PiscesTensor                  keys_values,
                                PiscesTensor                  x);
static void feed_forward       (PiscesBackend                *backend,
                                const PiscesTransformerBlock *block,
                                PiscesTensor                  x);
static PiscesAttentionParams
            attention_params   (gint                          n_batch,
                                gint                          n_heads,
                                gint64                        width);
static void norm_input         (PiscesBackend                *backend,
                                PiscesTensor                  y,
                                PiscesTensor                  x,
                                PiscesParameters              norm);

/**
 * pisces_transformer_load:
 * @transformer: a struct with width, n_heads, n_groups and n_blocks set; the
 *   rest is filled in.  Clear it with pisces_transformer_clear().
 * @source: has been entered as far as the prefix of the attention.
 * @cross_dim: width of the context.
 *
 * In older models (`use_linear_projection` false), proj_in and proj_out are 1
 * × 1 convolutions, which compute the same.
 */
void
pisces_transformer_load (PiscesTransformer  *transformer,
                         PiscesWeightSource *source,
                         gint                cross_dim)
{
  gint64 width = transformer->width;

  transformer->norm =
    pisces_weight_source_norm (source, "norm", width, TRUE);
  transformer->proj_in =
    pisces_weight_source_linear (source, "proj_in", width, width, TRUE);
  transformer->proj_out =
    pisces_weight_source_linear (source, "proj_out", width, width, TRUE);

  transformer->blocks = g_new0 (PiscesTransformerBlock, transformer->n_blocks);
  for (gint i = 0; i < transformer->n_blocks; i++)
    {
      pisces_weight_source_enter (source, "transformer_blocks.%d.", i);
      load_block (&transformer->blocks[i], source, width, cross_dim);
      pisces_weight_source_leave (source);
    }
}

void
pisces_transformer_clear (PiscesTransformer *transformer)
{
  g_clear_pointer (&transformer->blocks, g_free);
}

/**
 * pisces_transformer_context:
 * @keys_values: (out): those of the whole UNet; the ones of this attention are
 *   allocated in the arena and computed.
 * @states: `[b * n, cross_dim]`: the context.
 */
void
pisces_transformer_context (PiscesBackend           *backend,
                            const PiscesTransformer *transformer,
                            PiscesTensor            *keys_values,
                            PiscesTensor             states)
{
  for (gint i = 0; i < transformer->n_blocks; i++)
    {
      PiscesTensor kv;

      kv = pisces_backend_alloc_operand (backend, transformer->blocks[i].cross_q.weight,
                                         2, pisces_tensor_n_rows (states),
                                         2 * (gint64) transformer->width);
      pisces_linear (backend, kv, states,
                     transformer->blocks[i].cross_kv.weight, NULL,
                     PISCES_ACT_NONE, FALSE);
      keys_values[transformer->first_context + i] = kv;
    }
}

/**
 * pisces_transformer_forward:
 * @keys_values: those of the whole UNet.
 * @x: `[b, h, w, width]`: x += transformer (x).
 */
void
pisces_transformer_forward (PiscesBackend           *backend,
                            const PiscesTransformer *transformer,
                            const PiscesTensor      *keys_values,
                            PiscesTensor             x)
{
  gsize        mark    = pisces_backend_mark (backend);
  gint         n_batch = x.dims[0];
  gint         n_heads = transformer->n_heads;
  gint64       width   = transformer->width;
  PiscesTensor tokens, h;

  tokens = pisces_backend_alloc_operand (backend, transformer->proj_out.weight, 2,
                                         pisces_tensor_n_rows (x), width);
  h      = pisces_backend_alloc_operand (backend, transformer->proj_in.weight, 4,
                                         x.dims[0], x.dims[1], x.dims[2], width);

  /* The epsilon is not that of the configuration, because diffusers has a
   * fixed one here.  */
  pisces_group_norm (backend, h, x, transformer->norm.weight,
                     transformer->norm.bias, transformer->n_groups, 1e-6,
                     PISCES_ACT_NONE);
  pisces_linear (backend, tokens, h, transformer->proj_in.weight,
                 transformer->proj_in.bias, PISCES_ACT_NONE, FALSE);

  for (gint i = 0; i < transformer->n_blocks; i++)
    {
      const PiscesTransformerBlock *block = &transformer->blocks[i];

      self_attention (backend, block, n_heads, n_batch, tokens);
      cross_attention (backend, block, n_heads, n_batch,
                       keys_values[transformer->first_context + i], tokens);
      feed_forward (backend, block, tokens);
    }

  pisces_linear (backend, x, tokens, transformer->proj_out.weight,
                 transformer->proj_out.bias, PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

/*  private functions  */

static void
load_block (PiscesTransformerBlock *block,
            PiscesWeightSource     *source,
            gint64                  width,
            gint64                  cross_dim)
{
  const gint64        n[]   = { width, width, width };
  static const gchar *qkv[] = { "attn1.to_q", "attn1.to_k", "attn1.to_v",
                                NULL };
  static const gchar *kv[]  = { "attn2.to_k", "attn2.to_v", NULL };

  block->norm1     = pisces_weight_source_norm (source, "norm1", width, TRUE);
  block->self_qkv  = pisces_weight_source_fused (source, qkv, n, width, FALSE);
  block->self_out  = pisces_weight_source_linear (source, "attn1.to_out.0",
                                                  width, width, TRUE);
  block->norm2     = pisces_weight_source_norm (source, "norm2", width, TRUE);
  block->cross_q   = pisces_weight_source_linear (source, "attn2.to_q",
                                                  width, width, FALSE);
  block->cross_kv  = pisces_weight_source_fused (source, kv, n, cross_dim,
                                                 FALSE);
  block->cross_out = pisces_weight_source_linear (source, "attn2.to_out.0",
                                                  width, width, TRUE);
  block->norm3     = pisces_weight_source_norm (source, "norm3", width, TRUE);
  block->ff_in     = pisces_weight_source_linear (source, "ff.net.0.proj",
                                                  8 * width, width, TRUE);
  block->ff_out    = pisces_weight_source_linear (source, "ff.net.2",
                                                  width, 4 * width, TRUE);
}

/* x += out (attention (norm1 (x))) */
static void
self_attention (PiscesBackend                *backend,
                const PiscesTransformerBlock *block,
                gint                          n_heads,
                gint                          n_batch,
                PiscesTensor                  x)
{
  gsize                 mark   = pisces_backend_mark (backend);
  gint64                n      = pisces_tensor_n_rows (x);
  gint64                width  = pisces_tensor_width (x);
  PiscesTensor          h      = pisces_backend_alloc_operand (backend, block->self_qkv.weight,
                                                               2, n, width);
  PiscesTensor          qkv    = pisces_backend_alloc_operand (backend, block->self_qkv.weight,
                                                               2, n, 3 * width);
  PiscesAttentionParams params = attention_params (n_batch, n_heads, width);

  norm_input (backend, h, x, block->norm1);
  pisces_linear (backend, qkv, h, block->self_qkv.weight, NULL,
                 PISCES_ACT_NONE, FALSE);
  pisces_attention (backend, h, pisces_tensor_columns (qkv, 0, width),
                    pisces_tensor_columns (qkv, width, width),
                    pisces_tensor_columns (qkv, 2 * width, width), &params);
  pisces_linear (backend, x, h, block->self_out.weight, block->self_out.bias,
                 PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

/* x += out (attention (norm2 (x) to the context)) */
static void
cross_attention (PiscesBackend                *backend,
                 const PiscesTransformerBlock *block,
                 gint                          n_heads,
                 gint                          n_batch,
                 PiscesTensor                  keys_values,
                 PiscesTensor                  x)
{
  gsize                 mark   = pisces_backend_mark (backend);
  gint64                n      = pisces_tensor_n_rows (x);
  gint64                width  = pisces_tensor_width (x);
  PiscesTensor          h      = pisces_backend_alloc_operand (backend, block->cross_q.weight,
                                                               2, n, width);
  PiscesTensor          q      = pisces_backend_alloc_operand (backend, block->cross_q.weight,
                                                               2, n, width);
  PiscesAttentionParams params = attention_params (n_batch, n_heads, width);

  norm_input (backend, h, x, block->norm2);
  pisces_linear (backend, q, h, block->cross_q.weight, NULL,
                 PISCES_ACT_NONE, FALSE);
  pisces_attention (backend, h, q,
                    pisces_tensor_columns (keys_values, 0, width),
                    pisces_tensor_columns (keys_values, width, width),
                    &params);
  pisces_linear (backend, x, h, block->cross_out.weight,
                 block->cross_out.bias, PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

/* x += ff_out (value * gelu (gate)), value and gate = ff_in (norm3 (x)) */
static void
feed_forward (PiscesBackend                *backend,
              const PiscesTransformerBlock *block,
              PiscesTensor                  x)
{
  gsize              mark  = pisces_backend_mark (backend);
  gint64             n     = pisces_tensor_n_rows (x);
  gint64             width = pisces_tensor_width (x);
  PiscesTensor       h     = pisces_backend_alloc_operand (backend, block->ff_in.weight, 2,
                                                           n, width);
  PiscesTensor       gated = pisces_backend_alloc_operand (backend, block->ff_out.weight, 2,
                                                           n, 4 * width);
  const PiscesFusion geglu = { .gate       = PISCES_GATE_LAST,
                               .activation = PISCES_ACT_GELU };

  norm_input (backend, h, x, block->norm3);
  pisces_fused_linear (backend, gated, h, block->ff_in.weight,
                       block->ff_in.bias, &geglu);
  pisces_linear (backend, x, gated, block->ff_out.weight, block->ff_out.bias,
                 PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

static PiscesAttentionParams
attention_params (gint   n_batch,
                  gint   n_heads,
                  gint64 width)
{
  gint head_dim = width / n_heads;

  return (PiscesAttentionParams) { .n_batch    = n_batch,
                                   .n_heads    = n_heads,
                                   .n_kv_heads = n_heads,
                                   .head_dim   = head_dim,
                                   .scale      = 1 / sqrt (head_dim) };
}

static void
norm_input (PiscesBackend    *backend,
            PiscesTensor      y,
            PiscesTensor      x,
            PiscesParameters  norm)
{
  pisces_layer_norm (backend, y, x, norm.weight, norm.bias, 1e-5);
}
