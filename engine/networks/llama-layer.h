/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * llama-layer.h: one layer of the decoder.  Only for llama.c.
 */

#pragma once

#include "engine/networks/llama.h"
#include "engine/networks/weight-source.h"

G_BEGIN_DECLS

typedef struct
{
  PiscesParameters input_norm;
  PiscesParameters qkv;                    /* queries, keys, values */
  PiscesParameters o_proj;
  PiscesParameters post_attention_norm;
  PiscesParameters gate_up;
  PiscesParameters down;
} PiscesLlamaLayer;

void pisces_llama_layer_load         (PiscesLlamaLayer        *layer,
                                      PiscesWeightSource      *source,
                                      const PiscesLlamaConfig *config);
void pisces_llama_layer_attend       (PiscesBackend           *backend,
                                      const PiscesLlamaLayer  *layer,
                                      const PiscesLlamaConfig *config,
                                      const PiscesRope        *rope,
                                      PiscesTensor             keys_values,
                                      gint                     n_sequences,
                                      const gint64            *positions,
                                      PiscesTensor             x);
void pisces_llama_layer_feed_forward (PiscesBackend           *backend,
                                      const PiscesLlamaLayer  *layer,
                                      const PiscesLlamaConfig *config,
                                      PiscesTensor             x);

G_END_DECLS
