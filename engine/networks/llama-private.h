/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * llama-private.h: the structs of the decoder and of its cache.  Only for llama.c and
 * llama-cache.c.
 */

#pragma once

#include "engine/networks/llama-layer.h"
#include "engine/networks/llama.h"

G_BEGIN_DECLS

struct _PiscesLlama
{
  PiscesBackend      *backend;
  PiscesLlamaConfig   config;
  GPtrArray          *weights;             /* owns all weights but           */
  GPtrArray          *head_weights;        /* those of a head that was loaded
                                            * later                          */

  const PiscesWeight *embed_tokens;
  PiscesLlamaLayer   *layers;
  PiscesParameters    norm;
  PiscesParameters    lm_head;
  const PiscesWeight *frequencies;         /* [head_dim / 2]                 */
};

struct _PiscesLlamaCache
{
  PiscesLlama  *llama;
  gint          n_sequences;
  gint64        max_positions;             /* of each sequence               */
  gint64        lengths[PISCES_MAX_SEQUENCES];
  PiscesTensor *keys_values;               /* for each layer: keys and values
                                            * side by side, one row for each
                                            * position, one sequence after
                                            * another                        */
  PiscesStep   *step;                      /* one more position for each
                                            * sequence                       */
  gint64        shift;                     /* from the row of the cache to its
                                            * position, after a picture      */
  PiscesTensor  next_positions;            /* [n_sequences, 1]: those of the
                                            * step; without data, rows are
                                            * counted                        */
};

gboolean     pisces_llama_cache_has_room (PiscesLlamaCache   *cache,
                                          gint                sequence,
                                          gint64              n);
PiscesTensor pisces_llama_cache_count_on (PiscesLlamaCache   *cache,
                                          gint                first,
                                          gint                n_sequences,
                                          gint64              n);
void         pisces_llama_cache_set_next (PiscesLlamaCache   *cache);

G_END_DECLS
