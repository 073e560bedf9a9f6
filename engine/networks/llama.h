/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * llama.h: a LLaMA decoder with a KV cache, and that of Qwen2.5-VL, which differs
 * in two details.  Its input is embeddings, so that visual vectors can stand between
 * words, and its output is hidden states, from which words or vectors can be made.
 * Knows nothing of tokens' meaning.
 *
 *   cache = pisces_llama_cache_new (llama, 512);
 *   pisces_llama_embed (llama, x, ids);
 *   pisces_llama_forward (llama, cache, y, x);
 *   pisces_llama_logits (llama, pisces_tensor_rows (y, n - 1, 1), logits);
 *
 * Results come first among the arguments, as with the backend's ops, and are
 * memory of the caller.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"
#include "engine/networks/rope-config.h"

G_BEGIN_DECLS

typedef struct _PiscesLlama      PiscesLlama;
typedef struct _PiscesLlamaCache PiscesLlamaCache;

typedef struct
{
  gint      hidden_size;
  gint      intermediate_size;
  gint      n_layers;
  gint      n_heads;
  gint      n_kv_heads;
  gint      head_dim;
  gint      vocab_size;
  gint      max_positions;                 /* for which the model was
                                            * trained */
  gdouble   rms_norm_eps;
  gboolean  tie_word_embeddings;
  gboolean  qkv_bias;
  gint      sections[PISCES_ROPE_AXES];    /* pairs of a head that turn with
                                            * each axis; all 0: there is one
                                            * axis, on which rows are counted */
} PiscesLlamaConfig;

/* Where a checkpoint has the decoder's tensors.  */
typedef struct
{
  const gchar *body;           /* before "embed_tokens.weight", "layers.0.…"  */
  const gchar *head;           /* "lm_head"                                   */
  gboolean     head_decides;   /* the head is the file's where it has one,
                                * whatever the configuration says of tying;
                                * where it has none, the table of embeddings,
                                * unless head_is_own                          */
  gboolean     head_is_own;    /* the configuration says that the head is not
                                * the table of embeddings                     */
  gboolean     head_later;     /* the head is not loaded until
                                * pisces_llama_load_head()                    */
} PiscesLlamaNames;

gint               pisces_llama_config_max_positions
                                             (PiscesConfig       *config);
gboolean           pisces_llama_config_unties
                                             (PiscesConfig       *config,
                                              PiscesConfig       *text);
PiscesLlama      * pisces_llama_load         (PiscesBackend      *backend,
                                              PiscesConfig       *config,
                                              PiscesWeightFiles  *files,
                                              const gchar        *prefix,
                                              GError            **error);
PiscesLlama      * pisces_llama_load_named   (PiscesBackend      *backend,
                                              PiscesConfig       *config,
                                              PiscesWeightFiles  *files,
                                              PiscesLlamaNames    names,
                                              GError            **error);
gboolean           pisces_llama_load_head    (PiscesLlama        *llama,
                                              PiscesWeightFiles  *files,
                                              PiscesLlamaNames    names,
                                              GError            **error);
void               pisces_llama_free         (PiscesLlama        *llama);
const PiscesLlamaConfig *
                   pisces_llama_get_config   (PiscesLlama        *llama);

void               pisces_llama_embed        (PiscesLlama        *llama,
                                              PiscesTensor        y,
                                              const gint32       *ids);
void               pisces_llama_forward      (PiscesLlama        *llama,
                                              PiscesLlamaCache   *cache,
                                              PiscesTensor        y,
                                              PiscesTensor        x);
void               pisces_llama_forward_at   (PiscesLlama        *llama,
                                              PiscesLlamaCache   *cache,
                                              PiscesTensor        y,
                                              PiscesTensor        x,
                                              const gfloat       *positions,
                                              gint64              shift);
void               pisces_llama_forward_one  (PiscesLlama        *llama,
                                              PiscesLlamaCache   *cache,
                                              gint                sequence,
                                              PiscesTensor        y,
                                              PiscesTensor        x);
void               pisces_llama_head         (PiscesLlama        *llama,
                                              PiscesTensor        logits,
                                              PiscesTensor        state);
gboolean           pisces_llama_logits       (PiscesLlama        *llama,
                                              PiscesTensor        state,
                                              gfloat             *logits);

/* the cache: its tensors belong to the arena, its struct to the caller */

PiscesLlamaCache * pisces_llama_cache_new    (PiscesLlama        *llama,
                                              gint64              max_positions);
PiscesLlamaCache * pisces_llama_cache_new_batch
                                             (PiscesLlama        *llama,
                                              gint                n_sequences,
                                              gint64              max_positions);
void               pisces_llama_cache_free   (PiscesLlamaCache   *cache);
gint64             pisces_llama_cache_length (PiscesLlamaCache   *cache);
gint64             pisces_llama_cache_sequence_length
                                             (PiscesLlamaCache   *cache,
                                              gint                sequence);
void               pisces_llama_cache_rewind (PiscesLlamaCache   *cache,
                                              gint64              length);
void               pisces_llama_cache_copy   (PiscesLlamaCache   *cache,
                                              gint                to,
                                              gint                from);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesLlama,      pisces_llama_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesLlamaCache, pisces_llama_cache_free)

G_END_DECLS
