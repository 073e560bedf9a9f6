/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * llama-cache.c: the decoder's cache of keys and values, and where its rows are.
 */

#include "engine/networks/llama-private.h"
#include "engine/pisces.h"


void
pisces_llama_cache_free (PiscesLlamaCache *cache)
{
  if (! cache)
    return;

  pisces_step_free (cache->step);
  g_free (cache->keys_values);
  g_free (cache);
}

gint64
pisces_llama_cache_length (PiscesLlamaCache *cache)
{
  return pisces_llama_cache_sequence_length (cache, 0);
}

gint64
pisces_llama_cache_sequence_length (PiscesLlamaCache *cache,
                                    gint              sequence)
{
  g_return_val_if_fail (sequence >= 0 && sequence < cache->n_sequences, 0);

  return cache->lengths[sequence];
}

/**
 * pisces_llama_cache_rewind:
 * @length: the new length, at most the present one.
 *
 * Forgets the positions of all sequences from @length on, so that another text
 * can follow the same beginning.
 */
void
pisces_llama_cache_rewind (PiscesLlamaCache *cache,
                           gint64            length)
{
  for (gint i = 0; i < cache->n_sequences; i++)
    g_return_if_fail (length >= 0 && length <= cache->lengths[i]);

  for (gint i = 0; i < cache->n_sequences; i++)
    cache->lengths[i] = length;
}

/**
 * pisces_llama_cache_copy:
 * @to: a sequence of the cache.
 * @from: another one.
 *
 * Makes @to the same as @from, so that texts with the same beginning need to
 * process it only once.
 */
void
pisces_llama_cache_copy (PiscesLlamaCache *cache,
                         gint              to,
                         gint              from)
{
  PiscesBackend *backend = cache->llama->backend;
  const gint64   n       = cache->lengths[from];

  g_return_if_fail (to >= 0 && to < cache->n_sequences && to != from);
  g_return_if_fail (from >= 0 && from < cache->n_sequences);

  for (gint i = 0; i < cache->llama->config.n_layers && n > 0; i++)
    pisces_copy (backend,
                 pisces_tensor_rows (cache->keys_values[i], to * cache->max_positions, n),
                 pisces_tensor_rows (cache->keys_values[i], from * cache->max_positions, n));
  cache->lengths[to] = n;
}

/**
 * pisces_llama_cache_has_room:
 *
 * Returns: whether a sequence has room for so many rows more; if not, the backend has
 *   failed.
 */
gboolean
pisces_llama_cache_has_room (PiscesLlamaCache *cache,
                             gint              sequence,
                             gint64            n)
{
  if (n <= cache->max_positions - cache->lengths[sequence])
    return TRUE;

  pisces_backend_fail (cache->llama->backend, PISCES_ERROR_INVALID_REQUEST,
                       "The text is too long: it needs %" G_GINT64_FORMAT
                       " positions, and there is room for %"
                       G_GINT64_FORMAT ".",
                       cache->lengths[sequence] + n, cache->max_positions);
  return FALSE;
}

/**
 * pisces_llama_cache_count_on:
 * @first: the first of adjacent sequences.
 * @n_sequences: their number.
 * @n: how many rows each of them will get.
 *
 * Returns: `[n_sequences * n, PISCES_ROPE_AXES]`, in the arena: the positions of these
 *   rows, counted on all axes alike; without data for a decoder with one axis.
 */
PiscesTensor
pisces_llama_cache_count_on (PiscesLlamaCache *cache,
                             gint              first,
                             gint              n_sequences,
                             gint64            n)
{
  PiscesBackend      *backend   = cache->llama->backend;
  PiscesTensor        positions = { 0 };
  g_autofree gfloat  *values    = NULL;
  gfloat             *value;

  if (! cache->next_positions.data)
    return positions;

  positions = pisces_backend_alloc_typed (backend, PISCES_F32, 2, n_sequences * n,
                                          PISCES_ROPE_AXES);
  value = values = g_new (gfloat, n_sequences * n * PISCES_ROPE_AXES);
  for (gint i = first; i < first + n_sequences; i++)
    for (gint64 row = cache->lengths[i]; row < cache->lengths[i] + n; row++)
      for (gint axis = 0; axis < PISCES_ROPE_AXES; axis++)
        *value++ = row + cache->shift;
  pisces_upload (backend, positions, values);

  return positions;
}

/**
 * pisces_llama_cache_set_next:
 *
 * Writes where the rows of the next step are.  This is done before the step, as one that
 * was captured cannot read memory of the host.
 */
void
pisces_llama_cache_set_next (PiscesLlamaCache *cache)
{
  gfloat values[PISCES_MAX_SEQUENCES];

  if (! cache->next_positions.data)
    return;

  for (gint i = 0; i < cache->n_sequences; i++)
    values[i] = cache->lengths[i] + cache->shift;
  pisces_upload (cache->llama->backend, cache->next_positions, values);
}
