/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The LLaMA decoder (arXiv 2302.13971, with the grouped heads of 2305.13245),
 * the same as transformers' LlamaForCausalLM: RMSNorm before each half of a
 * layer, rotary positions on pairs (i, i + head_dim / 2), SwiGLU, no biases.  That of
 * Qwen2.5-VL (arXiv 2502.13923) has biases for queries, keys and values, and
 * positions on three axes.
 * llama-config.c reads the configuration and the rotary frequencies,
 * llama-layer.c has one layer, and llama-cache.c the cache; this file has the whole
 * decoder.
 */

#include <string.h>

#include "engine/backend/finite.h"
#include "engine/networks/llama-config.h"
#include "engine/networks/llama-private.h"
#include "engine/pisces.h"

static void forward      (PiscesTensor        y,
                          PiscesTensor        x,
                          const gint64       *rows,
                          gpointer            user_data);
static void forward_some (PiscesLlamaCache   *cache,
                          gint                first,
                          gint                n_sequences,
                          const gint64       *rows,
                          PiscesTensor        positions,
                          PiscesTensor        y,
                          PiscesTensor        x);
static void load_weights (PiscesLlama        *llama,
                          PiscesWeightSource *source,
                          PiscesLlamaNames    names,
                          const gdouble      *frequencies);
static void load_head    (PiscesLlama        *llama,
                          PiscesWeightSource *source,
                          PiscesLlamaNames    names);

/**
 * pisces_llama_load:
 * @backend: the backend that will run it; it must live longer than the
 *   decoder.
 * @config: a `LlamaConfig` or a `Qwen2_5_VLTextConfig`.
 * @files: files with the tensors of a `LlamaForCausalLM`.
 * @prefix: the prefix of their names, for example `"language_model."`.
 *
 * Returns: (transfer full) (nullable): the decoder, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error
 *   of the backend.
 */
PiscesLlama *
pisces_llama_load (PiscesBackend      *backend,
                   PiscesConfig       *config,
                   PiscesWeightFiles  *files,
                   const gchar        *prefix,
                   GError            **error)
{
  g_autofree gchar *body = g_strconcat (prefix, "model.", NULL);
  g_autofree gchar *head = g_strconcat (prefix, "lm_head", NULL);

  return pisces_llama_load_named (backend, config, files,
                                  (PiscesLlamaNames) { .body = body, .head = head },
                                  error);
}

/**
 * pisces_llama_load_named:
 * @names: where the tensors are, in checkpoints that lay them out otherwise.
 *
 * The same as pisces_llama_load().
 */
PiscesLlama *
pisces_llama_load_named (PiscesBackend      *backend,
                         PiscesConfig       *config,
                         PiscesWeightFiles  *files,
                         PiscesLlamaNames    names,
                         GError            **error)
{
  g_autoptr (PiscesLlama)        llama       = g_new0 (PiscesLlama, 1);
  g_autoptr (PiscesWeightSource) source      = NULL;
  g_autofree gdouble            *frequencies = NULL;

  llama->backend = backend;
  frequencies = pisces_llama_config_read (&llama->config, config, error);
  if (! frequencies)
    return NULL;

  source = pisces_weight_source_new (backend, files, "");
  if (names.head_decides)
    {
      g_autofree gchar *head = g_strconcat (names.head, ".weight", NULL);

      llama->config.tie_word_embeddings = ! pisces_weight_source_has (source, head) &&
                                          ! names.head_is_own;
    }
  load_weights (llama, source, names, frequencies);
  llama->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&llama);
}

/**
 * pisces_llama_load_head:
 * @llama: a decoder that was loaded without its head.
 * @files: the same files.
 * @names: the same names.
 * @error: return location for an error.
 *
 * Loads the head, which only text is written with.
 *
 * Returns: whether it is loaded.
 */
gboolean
pisces_llama_load_head (PiscesLlama       *llama,
                        PiscesWeightFiles *files,
                        PiscesLlamaNames   names,
                        GError           **error)
{
  g_autoptr (PiscesWeightSource) source = pisces_weight_source_new (llama->backend, files, "");

  load_head (llama, source, names);
  llama->head_weights = pisces_weight_source_take (source);

  return pisces_weight_source_check (source, error);
}

void
pisces_llama_free (PiscesLlama *llama)
{
  if (! llama)
    return;

  g_clear_pointer (&llama->head_weights, g_ptr_array_unref);
  g_clear_pointer (&llama->weights, g_ptr_array_unref);
  g_free (llama->layers);
  g_free (llama);
}

const PiscesLlamaConfig *
pisces_llama_get_config (PiscesLlama *llama)
{
  return &llama->config;
}

/**
 * pisces_llama_embed:
 * @y: `[n, hidden_size]`: receives the embeddings.
 * @ids: `[n]` tokens.
 */
void
pisces_llama_embed (PiscesLlama  *llama,
                    PiscesTensor  y,
                    const gint32 *ids)
{
  gint64 n = pisces_tensor_n_rows (y);

  for (gint64 i = 0; i < n; i++)
    if (ids[i] < 0 || ids[i] >= llama->config.vocab_size)
      {
        pisces_backend_fail (llama->backend, PISCES_ERROR_MODEL_INVALID,
                             "The tokenizer gave the token %d, but the "
                             "language model knows only %d tokens.",
                             ids[i], llama->config.vocab_size);
        return;
      }

  pisces_gather (llama->backend, y, llama->embed_tokens, ids);
}

/**
 * pisces_llama_forward:
 * @cache: the earlier positions; the new ones are appended.
 * @y: `[n_sequences * n, hidden_size]`: hidden states after the final norm.
 * @x: `[n_sequences * n, hidden_size]`: embeddings of the next n positions of
 *   each sequence; not changed.
 *
 * The job fails if the cache has no room for n more positions.  If this is
 * called for one position of each sequence at a time, with the same @y and @x,
 * the backend may capture and replay it.  Weights are read once for all
 * sequences, which may have different lengths.
 */
void
pisces_llama_forward (PiscesLlama      *llama,
                      PiscesLlamaCache *cache,
                      PiscesTensor      y,
                      PiscesTensor      x)
{
  const gint64 n = pisces_tensor_n_rows (x) / cache->n_sequences;

  g_return_if_fail (cache->llama == llama);
  g_return_if_fail (n * cache->n_sequences == pisces_tensor_n_rows (x));

  for (gint i = 0; i < cache->n_sequences; i++)
    if (! pisces_llama_cache_has_room (cache, i, n))
      return;

  if (n == 1)
    {
      pisces_llama_cache_set_next (cache);
      pisces_step_run (cache->step, y, x, cache->lengths);
    }
  else
    {
      const gsize mark = pisces_backend_mark (llama->backend);

      forward_some (cache, 0, cache->n_sequences, cache->lengths,
                    pisces_llama_cache_count_on (cache, 0, cache->n_sequences, n), y, x);
      pisces_backend_release (llama->backend, mark);
    }
  for (gint i = 0; i < cache->n_sequences; i++)
    cache->lengths[i] += n;
}

/**
 * pisces_llama_forward_at:
 * @cache: the earlier positions, of one sequence; the new ones are appended.
 * @y: `[n, hidden_size]`: hidden states after the final norm.
 * @x: `[n, hidden_size]`: embeddings of the next n rows; not changed.
 * @positions: `[n, PISCES_ROPE_AXES]`, in host memory: where each row is on each
 *   axis (mrope.h).
 * @shift: what is added to the row of the cache for the position of rows that are
 *   appended later, with pisces_llama_forward().
 *
 * Like pisces_llama_forward(), for a decoder whose positions have several axes.
 */
void
pisces_llama_forward_at (PiscesLlama      *llama,
                         PiscesLlamaCache *cache,
                         PiscesTensor      y,
                         PiscesTensor      x,
                         const gfloat     *positions,
                         gint64            shift)
{
  PiscesBackend *backend = llama->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  const gint64   n       = pisces_tensor_n_rows (x);
  PiscesTensor   where;

  g_return_if_fail (cache->llama == llama && cache->n_sequences == 1);
  g_return_if_fail (llama->config.sections[0] > 0);

  if (! pisces_llama_cache_has_room (cache, 0, n))
    return;

  where = pisces_backend_alloc_typed (backend, PISCES_F32, 2, n, PISCES_ROPE_AXES);
  pisces_upload (backend, where, positions);
  forward_some (cache, 0, 1, cache->lengths, where, y, x);
  pisces_backend_release (backend, mark);
  cache->lengths[0] += n;
  cache->shift       = shift;
}

/**
 * pisces_llama_forward_one:
 * @sequence: the index of a sequence of the cache.
 * @y: `[n, hidden_size]`: hidden states after the final norm.
 * @x: `[n, hidden_size]`: embeddings of the next n positions of that sequence;
 *   not changed.
 *
 * Like pisces_llama_forward(), but for one of several sequences, because their
 * prompts may have different lengths.
 */
void
pisces_llama_forward_one (PiscesLlama      *llama,
                          PiscesLlamaCache *cache,
                          gint              sequence,
                          PiscesTensor      y,
                          PiscesTensor      x)
{
  const gint64 n    = pisces_tensor_n_rows (x);
  const gsize  mark = pisces_backend_mark (llama->backend);

  g_return_if_fail (cache->llama == llama);
  g_return_if_fail (sequence >= 0 && sequence < cache->n_sequences);

  if (! pisces_llama_cache_has_room (cache, sequence, n))
    return;

  forward_some (cache, sequence, 1, &cache->lengths[sequence],
                pisces_llama_cache_count_on (cache, sequence, 1, n), y, x);
  pisces_backend_release (llama->backend, mark);
  cache->lengths[sequence] += n;
}

/**
 * pisces_llama_head:
 * @logits: `[n, vocab_size]`.
 * @state: `[n, hidden_size]`: hidden states after the final norm.
 */
void
pisces_llama_head (PiscesLlama  *llama,
                   PiscesTensor  logits,
                   PiscesTensor  state)
{
  pisces_linear (llama->backend, logits, state, llama->lm_head.weight, NULL,
                 PISCES_ACT_NONE, FALSE);
}

/**
 * pisces_llama_logits:
 * @state: `[1, hidden_size]`: a hidden state after the final norm.
 * @logits: (out caller-allocates): `[vocab_size]`, in host memory.
 *
 * Waits for the device.
 *
 * Returns: %FALSE if the job has failed or was cancelled.
 */
gboolean
pisces_llama_logits (PiscesLlama  *llama,
                     PiscesTensor  state,
                     gfloat       *logits)
{
  PiscesBackend *backend = llama->backend;
  gsize          mark    = pisces_backend_mark (backend);
  PiscesTensor   y;
  gboolean       ok;

  y = pisces_backend_alloc (backend, 2, pisces_tensor_n_rows (state),
                            llama->config.vocab_size);
  pisces_llama_head (llama, y, state);
  ok = pisces_download_finite (backend, logits, y);
  pisces_backend_release (backend, mark);

  return ok;
}

/**
 * pisces_llama_cache_new:
 * @max_positions: how many positions there is room for.
 *
 * The memory is from the arena: when a mark from before this call is released,
 * the cache must no longer be used.
 *
 * Returns: (transfer full): an empty cache of one sequence.
 */
PiscesLlamaCache *
pisces_llama_cache_new (PiscesLlama *llama,
                        gint64       max_positions)
{
  return pisces_llama_cache_new_batch (llama, 1, max_positions);
}

/**
 * pisces_llama_cache_new_batch:
 * @n_sequences: 1 to %PISCES_MAX_SEQUENCES.
 * @max_positions: how many positions there is room for in each sequence.
 *
 * Returns: (transfer full): an empty cache of several sequences, for guidance
 *   and for choosing the best of several texts; see pisces_llama_cache_new().
 */
PiscesLlamaCache *
pisces_llama_cache_new_batch (PiscesLlama *llama,
                              gint         n_sequences,
                              gint64       max_positions)
{
  PiscesLlamaCache        *cache;
  const PiscesLlamaConfig *config = &llama->config;
  gint64                   width  = 2 * (gint64) config->n_kv_heads *
                                    config->head_dim;

  g_return_val_if_fail (n_sequences >= 1 && n_sequences <= PISCES_MAX_SEQUENCES, NULL);

  cache = g_new0 (PiscesLlamaCache, 1);
  cache->llama         = llama;
  cache->n_sequences   = n_sequences;
  cache->max_positions = max_positions;
  cache->keys_values   = g_new0 (PiscesTensor, config->n_layers);
  for (gint i = 0; i < config->n_layers; i++)
    cache->keys_values[i] = pisces_backend_alloc_cache (llama->backend,
                                                        llama->layers[i].qkv.weight, 2,
                                                        n_sequences * max_positions, width);
  if (config->sections[0] > 0)
    cache->next_positions = pisces_backend_alloc_typed (llama->backend, PISCES_F32, 2,
                                                        n_sequences, 1);
  cache->step = pisces_step_new (llama->backend, n_sequences, forward, cache);

  return cache;
}

/*  private functions  */

static void
forward (PiscesTensor  y,
         PiscesTensor  x,
         const gint64 *rows,
         gpointer      user_data)
{
  PiscesLlamaCache *cache = user_data;

  forward_some (cache, 0, cache->n_sequences, rows, cache->next_positions, y, x);
}

/* For adjacent sequences in the cache, with the same number of rows for
 * each.  */
static void
forward_some (PiscesLlamaCache *cache,
              gint              first,
              gint              n_sequences,
              const gint64     *rows,
              PiscesTensor      positions,
              PiscesTensor      y,
              PiscesTensor      x)
{
  const PiscesLlama *llama   = cache->llama;
  PiscesBackend     *backend = llama->backend;
  const gsize        mark    = pisces_backend_mark (backend);
  PiscesRope         rope    = { .frequencies = llama->frequencies,
                                 .head_dim    = llama->config.head_dim,
                                 .positions   = positions };
  PiscesTensor       stream;

  memcpy (rope.axis_pairs, llama->config.sections, sizeof (llama->config.sections));

  stream = pisces_backend_alloc (backend, 2, pisces_tensor_n_rows (x),
                                 llama->config.hidden_size);
  pisces_copy (backend, stream, x);

  for (gint i = 0; i < llama->config.n_layers; i++)
    {
      PiscesTensor keys_values = pisces_tensor_rows (cache->keys_values[i],
                                                     first * cache->max_positions,
                                                     n_sequences * cache->max_positions);

      pisces_llama_layer_attend (backend, &llama->layers[i], &llama->config,
                                 &rope, keys_values, n_sequences, rows, stream);
      pisces_llama_layer_feed_forward (backend, &llama->layers[i],
                                       &llama->config, stream);
    }

  pisces_rms_norm (backend, y, stream, llama->norm.weight,
                   llama->config.rms_norm_eps);
  pisces_backend_release (backend, mark);
}

static void
load_weights (PiscesLlama        *llama,
              PiscesWeightSource *source,
              PiscesLlamaNames    names,
              const gdouble      *frequencies)
{
  const PiscesLlamaConfig *config = &llama->config;
  gint                     half   = config->head_dim / 2;
  g_autofree gfloat       *values = g_new (gfloat, half);

  for (gint i = 0; i < half; i++)
    values[i] = frequencies[i];
  llama->frequencies = pisces_weight_source_values (source, NULL, PISCES_WEIGHT_VECTOR,
                                                    values, 1, half);

  pisces_weight_source_enter (source, "%s", names.body);
  llama->embed_tokens =
    pisces_weight_source_table (source, "embed_tokens.weight",
                                PISCES_WEIGHT_TABLE,
                                config->vocab_size, config->hidden_size);

  llama->layers = g_new0 (PiscesLlamaLayer, config->n_layers);
  for (gint i = 0; i < config->n_layers; i++)
    {
      pisces_weight_source_enter (source, "layers.%d.", i);
      pisces_llama_layer_load (&llama->layers[i], source, config);
      pisces_weight_source_leave (source);
    }

  llama->norm = pisces_weight_source_norm (source, "norm", config->hidden_size, FALSE);
  pisces_weight_source_leave (source);
  if (! names.head_later)
    load_head (llama, source, names);
}

static void
load_head (PiscesLlama        *llama,
           PiscesWeightSource *source,
           PiscesLlamaNames    names)
{
  const PiscesLlamaConfig *config = &llama->config;

  if (! config->tie_word_embeddings)
    {
      llama->lm_head = pisces_weight_source_linear (source, names.head, config->vocab_size,
                                                    config->hidden_size, FALSE);
      return;
    }

  pisces_weight_source_enter (source, "%s", names.body);
  llama->lm_head = pisces_weight_source_tied (source, llama->embed_tokens, "embed_tokens");
  pisces_weight_source_leave (source);
}
