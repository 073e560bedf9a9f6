/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One layer of the LLaMA decoder: its weights, attention with the cache, and
 * the gated feed-forward part.
 */

#include <math.h>

#include "engine/networks/llama-layer.h"

/**
 * pisces_llama_layer_load:
 * @layer: (out): filled in with weights that @source owns.
 * @source: has been entered as far as the prefix of the layer.
 */
void
pisces_llama_layer_load (PiscesLlamaLayer        *layer,
                         PiscesWeightSource      *source,
                         const PiscesLlamaConfig *config)
{
  gint64                   width     = config->hidden_size;
  gint64                   inner     = config->intermediate_size;
  gint64                   q_width   = (gint64) config->n_heads *
                                       config->head_dim;
  gint64                   kv_width  = (gint64) config->n_kv_heads *
                                       config->head_dim;
  const gint64             n_qkv[]   = { q_width, kv_width, kv_width };
  const gint64             n_inner[] = { inner, inner };
  static const gchar      *qkv[]     = { "self_attn.q_proj",
                                         "self_attn.k_proj",
                                         "self_attn.v_proj", NULL };
  static const gchar      *gate_up[] = { "mlp.gate_proj", "mlp.up_proj",
                                         NULL };

  layer->input_norm =
    pisces_weight_source_norm (source, "input_layernorm", width, FALSE);
  layer->qkv =
    pisces_weight_source_fused (source, qkv, n_qkv, width, config->qkv_bias);
  layer->o_proj =
    pisces_weight_source_linear (source, "self_attn.o_proj", width, q_width,
                                 FALSE);
  layer->post_attention_norm =
    pisces_weight_source_norm (source, "post_attention_layernorm", width,
                               FALSE);
  layer->gate_up =
    pisces_weight_source_fused (source, gate_up, n_inner, width, FALSE);
  layer->down =
    pisces_weight_source_linear (source, "mlp.down_proj", width, inner, FALSE);
}

/**
 * pisces_llama_layer_attend:
 * @keys_values: `[n_sequences * max_positions, 2 * n_kv_heads * head_dim]`:
 *   keys and values side by side.  Those of the new positions are written
 *   here.
 * @rope: how queries and keys are turned.
 * @positions: `[n_sequences]`: for each sequence, the row of the cache that the
 *   first of its rows of @x goes to.
 * @x: `[n_sequences * n, hidden_size]`: x += attention (norm (x)).
 */
void
pisces_llama_layer_attend (PiscesBackend           *backend,
                           const PiscesLlamaLayer  *layer,
                           const PiscesLlamaConfig *config,
                           const PiscesRope        *rope,
                           PiscesTensor             keys_values,
                           gint                     n_sequences,
                           const gint64            *positions,
                           PiscesTensor             x)
{
  gsize                    mark     = pisces_backend_mark (backend);
  gint64                   n        = pisces_tensor_n_rows (x);
  gint64                   lengths[PISCES_MAX_SEQUENCES];
  gint64                   q_width  = (gint64) config->n_heads *
                                      config->head_dim;
  gint64                   kv_width = (gint64) config->n_kv_heads *
                                      config->head_dim;
  const PiscesFusion       fusion   = { .norm    = layer->input_norm.weight,
                                        .epsilon = config->rms_norm_eps };
  PiscesTensor             qkv      = pisces_backend_alloc_operand (backend, layer->qkv.weight,
                                                                    2, n, q_width + 2 * kv_width);
  PiscesTensor             heads    = pisces_backend_alloc_operand (backend, layer->qkv.weight,
                                                                    2, n, q_width);
  PiscesAttentionParams    params   =
    {
      .n_batch        = n_sequences,
      .n_heads        = config->n_heads,
      .n_kv_heads     = config->n_kv_heads,
      .head_dim       = config->head_dim,
      .causal         = TRUE,
      .lengths        = lengths,
      .scale          = 1 / sqrt (config->head_dim)
    };

  for (gint i = 0; i < n_sequences; i++)
    lengths[i] = positions[i] + n / n_sequences;

  pisces_fused_linear (backend, qkv, x, layer->qkv.weight, layer->qkv.bias, &fusion);
  pisces_rope_append (backend, keys_values, qkv, rope, n_sequences, positions);

  pisces_attention (backend, heads, pisces_tensor_columns (qkv, 0, q_width),
                    pisces_tensor_columns (keys_values, 0, kv_width),
                    pisces_tensor_columns (keys_values, kv_width, kv_width),
                    &params);
  pisces_linear (backend, x, heads, layer->o_proj.weight, NULL,
                 PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

/**
 * pisces_llama_layer_feed_forward:
 * @x: `[n, hidden_size]`: x += down (silu (gate (h)) * up (h)), h = norm (x).
 */
void
pisces_llama_layer_feed_forward (PiscesBackend           *backend,
                                 const PiscesLlamaLayer  *layer,
                                 const PiscesLlamaConfig *config,
                                 PiscesTensor             x)
{
  gsize              mark   = pisces_backend_mark (backend);
  gint64             n      = pisces_tensor_n_rows (x);
  PiscesTensor       gated  = pisces_backend_alloc_operand (backend, layer->down.weight, 2,
                                                            n, config->intermediate_size);
  const PiscesFusion fusion = { .norm       = layer->post_attention_norm.weight,
                                .epsilon    = config->rms_norm_eps,
                                .gate       = PISCES_GATE_FIRST,
                                .activation = PISCES_ACT_SILU };

  pisces_fused_linear (backend, gated, x, layer->gate_up.weight, NULL, &fusion);
  pisces_linear (backend, x, gated, layer->down.weight, NULL,
                 PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}
