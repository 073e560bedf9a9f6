/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-attention.c: attention, and the ops that depend on the position of a
 * row: rotating queries and keys, and the cache of keys and values.  The
 * position that rotates a row and the row of the cache where it is stored are
 * separate: for example, the tokens of one image may share one position in
 * time but take many rows.  As in backend-ops.c, every function does nothing
 * once the job has failed, checks shapes, and calls the backend's table.
 */

#include "engine/backend/op-arguments.h"


static void     append_to_one (PiscesBackend               *backend,
                               PiscesTensor                 keys_values,
                               PiscesTensor                 qkv,
                               const PiscesRope            *rope,
                               gint64                       first_place,
                               gint64                       first_position);
static gboolean is_rope       (const PiscesRope            *rope,
                               gint64                       n_rows);
static gboolean are_sequences (const PiscesAttentionParams *params,
                               PiscesTensor                 q,
                               PiscesTensor                 k);
static gboolean are_segments  (const PiscesAttentionParams *params,
                               PiscesTensor                 q,
                               PiscesTensor                 k);
static gboolean is_bias       (const PiscesAttentionParams *params,
                               PiscesTensor                 q,
                               PiscesTensor                 k);
static gboolean is_capturable (PiscesBackend               *backend,
                               const PiscesAttentionParams *params,
                               gint64                       n_queries);


/**
 * pisces_rope:
 * @x: `[rows, n_heads * head_dim]`, rotated in place.
 * @rope: see #PiscesRope.
 * @first_position: the position of the first row, if @rope has no positions;
 *   each further row is one position later.
 *
 * Rotary position embedding (Su et al., arXiv 2104.09864, equation 34):
 * rotates pair i of every head by position * frequencies[i].  With several
 * axes, each pair uses the position on its own axis: two for the rows and
 * columns of a picture (as in Qwen2.5-VL's vision tower, with axis_pairs 20,
 * 20), three for time, height and width (its MRoPE, arXiv 2409.12191, section
 * 2.1, with 16, 24, 24).
 */
void
pisces_rope (PiscesBackend    *backend,
             PiscesTensor      x,
             const PiscesRope *rope,
             gint64            first_position)
{
  if (! READY (backend, x))
    return;
  g_return_if_fail (is_rope (rope, N_ROWS (x)));
  g_return_if_fail (WIDTH (x) % rope->head_dim == 0);

  if (! rope->positions.data &&
      pisces_backend_is_uncapturable (backend, "a rope that counts its rows"))
    return;

  backend->table->rope (backend, x, rope, first_position);
}

/**
 * pisces_rope_append:
 * @keys_values: `[n_sequences * max_positions, 2 * n_kv_heads * head_dim]`: a
 *   KV cache, keys and values side by side, with one sequence after another.
 * @qkv: `[n_sequences * rows, (n_heads + 2 * n_kv_heads) * head_dim]`:
 *   queries, keys and values, with the same number of rows for each sequence.
 *   Afterwards its keys and values are undefined.
 * @rope: see #PiscesRope; its pairs are i and i + head_dim / 2.  Without
 *   positions, the position of a row is the row of the cache of its sequence
 *   that it is written to.
 * @n_sequences: at least 1.
 * @first_rows: `[n_sequences]`, in host memory: for each sequence, the cache
 *   row for its first new row.  The sequences may have different lengths.
 *
 * Rotates the queries in place, and writes the rotated keys and the values
 * into the cache; see pisces_rope().
 */
void
pisces_rope_append (PiscesBackend    *backend,
                    PiscesTensor      keys_values,
                    PiscesTensor      qkv,
                    const PiscesRope *rope,
                    gint              n_sequences,
                    const gint64     *first_rows)
{
  const gint64 q_width = WIDTH (qkv) - WIDTH (keys_values);
  const gint64 n       = N_ROWS (qkv) / n_sequences;
  const gint64 n_room  = N_ROWS (keys_values) / n_sequences;

  if (! READY (backend, keys_values, qkv))
    return;
  g_return_if_fail (is_rope (rope, N_ROWS (qkv)) && ! rope->interleaved);
  g_return_if_fail (q_width >= 0 && q_width % rope->head_dim == 0);
  g_return_if_fail (WIDTH (keys_values) % (2 * rope->head_dim) == 0);
  g_return_if_fail (n * n_sequences == N_ROWS (qkv));
  g_return_if_fail (n_room * n_sequences == N_ROWS (keys_values));
  for (gint i = 0; i < n_sequences; i++)
    g_return_if_fail (first_rows[i] >= 0 && first_rows[i] + n <= n_room);

  if (! pisces_backend_has_captured (backend, first_rows, n_sequences, 0) &&
      pisces_backend_is_uncapturable (backend, "a cache at another position"))
    return;
  if (backend->table->rope_append &&
      backend->table->rope_append (backend, keys_values, qkv, rope, n_sequences,
                                   first_rows))
    return;

  for (gint i = 0; i < n_sequences; i++)
    append_to_one (backend, pisces_tensor_rows (keys_values, i * n_room + first_rows[i], n),
                   pisces_tensor_rows (qkv, i * n, n), rope, i * n, first_rows[i]);
}

/**
 * pisces_attention_room:
 *
 * For backends.
 *
 * Returns: how many rows of keys each sequence of a batch without starts has.
 *   The sequence may use fewer of them.
 */
gint64
pisces_attention_room (const PiscesAttentionParams *params,
                       PiscesTensor                 k)
{
  return params->kv_rows_per_batch
         ? N_ROWS (k) - params->kv_rows_per_batch * (params->n_batch - 1)
         : N_ROWS (k) / params->n_batch;
}

/**
 * pisces_attention:
 * @y: `[n_batch * n_queries, n_heads * head_dim]`.
 * @q: as @y.
 * @k: `[.., n_kv_heads * head_dim]`: n_keys rows for each sequence of the
 *   batch.  With kv_rows_per_batch, this is the distance from the first key of
 *   one sequence to that of the next, and the last one has n_keys rows.  With
 *   starts, as many rows as @q.
 * @v: as @k.
 * @params: see #PiscesAttentionParams.
 *
 * y = softmax (q kᵀ scale + bias) v for every head (Vaswani et al., arXiv
 * 1706.03762, equation 1); query head h uses key head h / (n_heads /
 * n_kv_heads).
 *
 * Lengths are for texts of different lengths in one cache, and for padding
 * after the keys.  Starts are for the windows of a picture, each of which only
 * sees itself.  Every query must see at least one key.  The smallest bias that
 * is allowed is -1e30, which hides a key if the query sees others.  In T5 the
 * bias depends on the distance between two positions (arXiv 1910.10683,
 * section 2.1).
 */
void
pisces_attention (PiscesBackend               *backend,
                  PiscesTensor                 y,
                  PiscesTensor                 q,
                  PiscesTensor                 k,
                  PiscesTensor                 v,
                  const PiscesAttentionParams *params)
{
  if (! READY (backend, y, q, k, v))
    return;
  g_return_if_fail (params->n_batch >= 1 && params->head_dim >= 1);
  g_return_if_fail (params->n_heads >= 1 && params->n_kv_heads >= 1);
  g_return_if_fail (params->n_heads % params->n_kv_heads == 0);
  g_return_if_fail (WIDTH (q) == params->n_heads * params->head_dim);
  g_return_if_fail (WIDTH (y) == WIDTH (q) && N_ROWS (y) == N_ROWS (q));
  g_return_if_fail (WIDTH (k) == params->n_kv_heads * params->head_dim);
  g_return_if_fail (WIDTH (v) == WIDTH (k) && N_ROWS (v) == N_ROWS (k));
  g_return_if_fail (params->starts ? are_segments (params, q, k)
                                   : are_sequences (params, q, k));
  g_return_if_fail (! params->bias.data || is_bias (params, q, k));

  if (! is_capturable (backend, params, N_ROWS (q) / params->n_batch) &&
      pisces_backend_is_uncapturable (backend, "an attention of another length"))
    return;

  backend->table->attention (backend, y, q, k, v, params);
}


/*  private functions  */

/* Queries and keys are adjacent and rotated in the same way, so one call does
 * both.  */
static void
append_to_one (PiscesBackend    *backend,
               PiscesTensor      keys_values,
               PiscesTensor      qkv,
               const PiscesRope *rope,
               gint64            first_place,
               gint64            first_position)
{
  const gint64 q_width = WIDTH (qkv) - WIDTH (keys_values);
  PiscesRope   own     = *rope;

  if (own.positions.data)
    own.positions = pisces_tensor_rows (own.positions, first_place, N_ROWS (qkv));
  pisces_rope (backend,
               pisces_tensor_columns (qkv, 0, q_width + WIDTH (keys_values) / 2),
               &own, first_position);
  pisces_copy (backend, keys_values,
               pisces_tensor_columns (qkv, q_width, WIDTH (keys_values)));
}

static gboolean
is_rope (const PiscesRope *rope,
         gint64            n_rows)
{
  const gint half    = rope->head_dim / 2;
  gint       n_pairs = 0;

  if (rope->head_dim < 2 || rope->head_dim % 2 || ! rope->frequencies ||
      weight_count (rope->frequencies) != half)
    return FALSE;
  if (! rope->positions.data)
    return TRUE;

  for (gint axis = 0; axis < PISCES_MAX_AXES; axis++)
    n_pairs += rope->axis_pairs[axis];
  return rope->positions.dtype == PISCES_F32 &&
         N_ROWS (rope->positions) == n_rows &&
         WIDTH (rope->positions) >= 1 &&
         WIDTH (rope->positions) <= PISCES_MAX_AXES &&
         (WIDTH (rope->positions) == 1 || n_pairs == half);
}

/* All sequences of the batch have the same number of queries, and the same
 * room for keys.  */
static gboolean
are_sequences (const PiscesAttentionParams *params,
               PiscesTensor                 q,
               PiscesTensor                 k)
{
  const gint64 n_queries = N_ROWS (q) / params->n_batch;
  const gint64 n_keys    = pisces_attention_room (params, k);

  if (N_ROWS (q) % params->n_batch ||
      (params->kv_rows_per_batch == 0 && N_ROWS (k) % params->n_batch) ||
      n_keys < 1 || (params->causal && n_keys < n_queries))
    return FALSE;

  for (gint i = 0; params->lengths && i < params->n_batch; i++)
    if (params->lengths[i] < (params->causal ? n_queries : 1) ||
        params->lengths[i] > n_keys)
      return FALSE;
  return TRUE;
}

static gboolean
are_segments (const PiscesAttentionParams *params,
              PiscesTensor                 q,
              PiscesTensor                 k)
{
  if (params->lengths || params->kv_rows_per_batch || N_ROWS (k) != N_ROWS (q) ||
      params->starts[0] != 0 || params->starts[params->n_batch] != N_ROWS (q))
    return FALSE;

  for (gint i = 0; i < params->n_batch; i++)
    if (params->starts[i] > params->starts[i + 1])
      return FALSE;
  return TRUE;
}

static gboolean
is_bias (const PiscesAttentionParams *params,
         PiscesTensor                 q,
         PiscesTensor                 k)
{
  const gint64 n_queries = N_ROWS (q) / params->n_batch;

  return ! params->starts && params->bias.dtype == PISCES_F32 &&
         WIDTH (params->bias) == pisces_attention_room (params, k) &&
         (N_ROWS (params->bias) == n_queries ||
          N_ROWS (params->bias) == n_queries * params->n_heads);
}

/* The lengths change from one replay to the next, so they must be arrays that
 * a backend reads again each time.  */
static gboolean
is_capturable (PiscesBackend               *backend,
               const PiscesAttentionParams *params,
               gint64                       n_queries)
{
  return ! params->starts &&
         (! params->lengths ||
          pisces_backend_has_captured (backend, params->lengths, params->n_batch,
                                       n_queries));
}
