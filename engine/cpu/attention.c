/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention.c: the CPU backend's attention.  A task takes some queries of one
 * head and goes through the keys, 64 at a time, with the softmax and the weighted
 * sum of values so far (online-softmax.c; Dao et al., arXiv 2205.14135, algorithm
 * 1).  So memory does not grow with the keys.  Keys and values are float32 or
 * float16.  attention-few.c has most cases with few queries.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"


/* Keys of one step: as many as the outputs of a panel, so that the tile can
 * multiply them.  */
#define N_KEYS          PISCES_PANEL

/* The most and the fewest queries of one task.  With more queries, the time for
 * copying keys into a panel matters less.  */
#define MAX_QUERIES     96
#define MIN_QUERIES     24

/* Of a sequence with fewer queries than this, the scores are computed without copying
 * the keys.  A task may have fewer: if its own number decided, the results would depend
 * on the number of threads.  */
#define PACK_MIN_QUERIES 4

/* One head of one sequence of the batch.  */
typedef struct
{
  PiscesTileFunc  tile_func;
  PiscesTensor    y, q, k, v;
  gint64          q_row;        /* the sequence's first rows       */
  gint64          kv_row;
  gint64          column;       /* where the head begins in q and y */
  gint64          kv_column;    /* and in k and v                  */
  gint64          n_keys;
  gboolean        pack;         /* the keys, before multiplying    */
  gint            head_dim;
  gint            padded_dim;   /* rounded up to 16                */
  gboolean        causal;
  gint64          first_position;  /* first query among the keys    */
  gfloat          scale;
  const gfloat   *bias;         /* bias of the first query         */
  gint64          bias_stride;
} Head;

typedef struct
{
  gfloat  scores[MAX_QUERIES * N_KEYS];
  gfloat  maximum[MAX_QUERIES];
  gfloat  total[MAX_QUERIES];
  gfloat *keys;                 /* [head_dim][64]                  */
  gfloat *widened;              /* [64][head_dim]: keys in float16 */
  gfloat *values;               /* [64][padded_dim], zeros at the end of each row */
  gfloat *sums;                 /* [MAX_QUERIES][padded_dim]       */
} Scratch;


static Scratch * scratch_new   (gint          head_dim,
                                gint          padded_dim);
static void      scratch_free  (Scratch      *scratch);
static void      attend        (const Head   *head,
                                Scratch      *scratch,
                                gint64        first,
                                gint          n_queries);
static void      step          (const Head   *head,
                                Scratch      *scratch,
                                gint64        first,
                                gint          n_queries,
                                gint64        key,
                                gint          n_keys);
static void      take_scores   (const Head   *head,
                                Scratch      *scratch,
                                gint64        first,
                                gint          n_queries,
                                gint64        key,
                                gint          n_keys);
static void      widen         (gfloat       *out,
                                gint64        stride,
                                const Head   *head,
                                PiscesTensor  tensor,
                                gint64        first,
                                gint          n);
static void      widen_row     (gfloat         *y,
                                const _Float16 *x,
                                gint64          n);
static void      add_values    (const Head   *head,
                                Scratch      *scratch,
                                gint          n_queries,
                                gint64        key,
                                gint          n_keys);
static gfloat    dot           (const gfloat *x,
                                const gfloat *y,
                                gint64        n);
static void      add_row       (gfloat       *y,
                                const gfloat *x,
                                gint64        n);


/* All heads of all sequences, divided into tiles of queries.  */
typedef struct
{
  const PiscesCpu             *cpu;
  const PiscesAttentionParams *params;
  PiscesTensor                 y, q, k, v;
  gint64                       n_queries;    /* the most of a sequence */
  gint64                       n_keys;
  gint                         padded;
  gint64                       rows;         /* of a tile */
  gint64                       n_tiles;
} Heads;

/* Where the rows of one sequence lie.  */
typedef struct
{
  gint64 q_row, n_queries;
  gint64 kv_row, n_keys;
} Sequence;

static Sequence
sequence_of (const Heads *heads,
             gint64       i)
{
  const PiscesAttentionParams *params  = heads->params;
  const gint64                 kv_rows = params->kv_rows_per_batch
                                         ? params->kv_rows_per_batch : heads->n_keys;

  if (params->starts)
    {
      const gint64 n = params->starts[i + 1] - params->starts[i];

      return (Sequence) { params->starts[i], n, params->starts[i], n };
    }
  return (Sequence) { i * heads->n_queries, heads->n_queries, i * kv_rows,
                      params->lengths ? params->lengths[i] : heads->n_keys };
}

static void
attend_tile (gint64   task,
             gpointer data)
{
  const Heads                 *heads    = data;
  const PiscesAttentionParams *params   = heads->params;
  const gint                   d        = params->head_dim;
  const gint64                 batch    = task / heads->n_tiles / params->n_heads;
  const gint64                 h        = task / heads->n_tiles % params->n_heads;
  const gint64                 first    = task % heads->n_tiles * heads->rows;
  const Sequence               sequence = sequence_of (heads, batch);
  Scratch                     *scratch;
  Head                         head     =
  {
    .tile_func      = heads->cpu->tile_func,
    .y = heads->y, .q = heads->q, .k = heads->k, .v = heads->v,
    .q_row = sequence.q_row, .kv_row = sequence.kv_row,
    .column         = h * d,
    .kv_column      = h / (params->n_heads / params->n_kv_heads) * d,
    .n_keys         = sequence.n_keys,
    .pack           = sequence.n_queries >= PACK_MIN_QUERIES,
    .head_dim = d, .padded_dim = heads->padded,
    .causal         = params->causal,
    .first_position = sequence.n_keys - sequence.n_queries,
    .scale = params->scale, .bias_stride = params->bias.row_stride
  };

  if (first >= sequence.n_queries)
    return;
  if (params->bias.data)
    head.bias = pisces_cpu_row (params->bias, pisces_tensor_n_rows (params->bias) >
                                              heads->n_queries ? h * heads->n_queries : 0);

  scratch = scratch_new (d, heads->padded);
  attend (&head, scratch, first, MIN (heads->rows, sequence.n_queries - first));
  scratch_free (scratch);
}

void
pisces_cpu_attention (PiscesBackend               *backend,
                      PiscesTensor                 y,
                      PiscesTensor                 q,
                      PiscesTensor                 k,
                      PiscesTensor                 v,
                      const PiscesAttentionParams *params)
{
  const gint   d       = params->head_dim;
  const gint64 n_pairs = (gint64) params->n_batch * params->n_heads;
  gint64       work    = 0, most = 0;
  gint         n;
  Heads        heads   =
  {
    .cpu = (const PiscesCpu *) backend, .params = params,
    .y = y, .q = q, .k = k, .v = v,
    .n_queries = pisces_tensor_n_rows (q) / params->n_batch,
    .n_keys    = pisces_attention_room (params, k),
    .padded    = (d + PISCES_PANEL_STEP - 1) / PISCES_PANEL_STEP * PISCES_PANEL_STEP,
    .rows      = MAX_QUERIES,
  };

  if (pisces_cpu_attention_few (backend, y, q, k, v, params))
    return;

  for (gint i = 0; i < params->n_batch; i++)
    {
      const Sequence sequence = sequence_of (&heads, i);

      most  = MAX (most, sequence.n_queries);
      work += sequence.n_queries * sequence.n_keys;
    }
  heads.n_queries = most;

  n = pisces_cpu_threads_for (backend, 4.0 * work * params->n_heads * d);
  while (n > 1 && heads.rows > MIN_QUERIES &&
         n_pairs * ((heads.n_queries + heads.rows - 1) / heads.rows) < 3 * n)
    heads.rows /= 2;
  heads.n_tiles = (heads.n_queries + heads.rows - 1) / heads.rows;

  pisces_cpu_share (backend, n, n_pairs * heads.n_tiles, attend_tile, &heads);
}


/*  private functions  */

static Scratch *
scratch_new (gint head_dim,
             gint padded_dim)
{
  Scratch *scratch = g_new (Scratch, 1);

  scratch->keys    = g_new0 (gfloat, head_dim * N_KEYS);
  scratch->widened = g_new (gfloat, head_dim * N_KEYS);
  scratch->values  = g_new0 (gfloat, padded_dim * N_KEYS);
  scratch->sums    = g_new (gfloat, padded_dim * MAX_QUERIES);
  return scratch;
}

static void
scratch_free (Scratch *scratch)
{
  g_free (scratch->keys);
  g_free (scratch->widened);
  g_free (scratch->values);
  g_free (scratch->sums);
  g_free (scratch);
}

/* Returns how many keys a query may see.  */
static gint64
visible (const Head *head,
         gint64      query)
{
  return head->causal ? MIN (head->n_keys, head->first_position + query + 1)
                      : head->n_keys;
}

/* Computes the queries from @first to @first + @n_queries - 1 of the sequence.  */
static void
attend (const Head *head,
        Scratch    *scratch,
        gint64      first,
        gint        n_queries)
{
  const gint64 n_see = visible (head, first + n_queries - 1);

  for (gint i = 0; i < n_queries; i++)
    {
      scratch->maximum[i] = -INFINITY;
      scratch->total[i]   = 0.0f;
    }
  memset (scratch->sums, 0,
          (gsize) n_queries * head->padded_dim * sizeof (gfloat));

  for (gint64 key = 0; key < n_see; key += N_KEYS)
    step (head, scratch, first, n_queries, key, MIN (N_KEYS, n_see - key));

  for (gint i = 0; i < n_queries; i++)
    pisces_cpu_scale_row (pisces_cpu_row (head->y, head->q_row + first + i) + head->column,
                          scratch->sums + i * head->padded_dim,
                          1.0f / scratch->total[i], head->head_dim);
}

static void
step (const Head *head,
      Scratch    *scratch,
      gint64      first,
      gint        n_queries,
      gint64      key,
      gint        n_keys)
{
  take_scores (head, scratch, first, n_queries, key, n_keys);
  for (gint i = 0; i < n_queries; i++)
    {
      const gint64  n_see = CLAMP (visible (head, first + i) - key, 0, n_keys);
      gfloat       *row   = scratch->scores + i * N_KEYS;

      pisces_cpu_scale_row (row, row, head->scale, n_see);
      if (head->bias)
        add_row (row, head->bias + (first + i) * head->bias_stride + key, n_see);
      pisces_cpu_soften_row (row, n_see, n_keys, &scratch->maximum[i], &scratch->total[i],
                             scratch->sums + i * head->padded_dim, head->padded_dim);
    }
  add_values (head, scratch, n_queries, key, n_keys);
}

/* scores[i][j] = q[i] k[j], before scaling.  */
static void
take_scores (const Head *head,
             Scratch    *scratch,
             gint64      first,
             gint        n_queries,
             gint64      key,
             gint        n_keys)
{
  static const gfloat zeros[N_KEYS];
  const gfloat *keys   = scratch->widened;
  gint64        stride = head->head_dim;
  const gfloat *q[PISCES_TILE_ROWS];

  if (head->k.dtype == PISCES_F16)
    {
      widen (scratch->widened, stride, head, head->k, key, n_keys);
    }
  else
    {
      keys   = pisces_cpu_row (head->k, head->kv_row + key) + head->kv_column;
      stride = head->k.row_stride;
    }

  if (! head->pack)
    {
      for (gint i = 0; i < n_queries; i++)
        for (gint j = 0; j < n_keys; j++)
          scratch->scores[i * N_KEYS + j] =
            dot (pisces_cpu_row (head->q, head->q_row + first + i) +
                 head->column, keys + j * stride, head->head_dim);
      return;
    }

  pisces_cpu_transpose (scratch->keys, N_KEYS, keys, stride, n_keys, head->head_dim);
  for (gint row = 0; row < n_queries; row += PISCES_TILE_ROWS)
    {
      const PiscesTile tile =
      {
        .x       = q,
        .n_taps  = 1,
        .n_in    = head->head_dim,
        .w       = (const guint8 *) scratch->keys,
        .w_row   = N_KEYS * sizeof (gfloat),
        .width   = (n_keys + PISCES_PANEL_STEP - 1) / PISCES_PANEL_STEP *
                   PISCES_PANEL_STEP,
        .y       = scratch->scores + row * N_KEYS,
        .y_row   = N_KEYS,
        .n_rows  = MIN (PISCES_TILE_ROWS, n_queries - row),
        .initial = zeros
      };

      for (gint i = 0; i < tile.n_rows; i++)
        q[i] = pisces_cpu_row (head->q, head->q_row + first + row + i) +
               head->column;
      head->tile_func (&tile);
    }
}

/* Copies the rows of one head, which are in float16, to rows of float32.  */
static void
widen (gfloat       *out,
       gint64        stride,
       const Head   *head,
       PiscesTensor  tensor,
       gint64        first,
       gint          n)
{
  for (gint j = 0; j < n; j++)
    widen_row (out + j * stride,
               (const _Float16 *) tensor.data +
               (head->kv_row + first + j) * tensor.row_stride + head->kv_column,
               head->head_dim);
}

/* sums[i] += scores[i] V.  The values are copied first, to rows that lie one after
 * the other: where the rows of a tensor are a multiple of a page apart, few of them
 * fit into the first level cache at once, and they are read for every tile.  */
static void
add_values (const Head *head,
            Scratch    *scratch,
            gint        n_queries,
            gint64      key,
            gint        n_keys)
{
  const gfloat *x[PISCES_TILE_ROWS];

  if (head->v.dtype == PISCES_F16)
    widen (scratch->values, head->padded_dim, head, head->v, key, n_keys);
  else
    for (gint j = 0; j < n_keys; j++)
      memcpy (scratch->values + j * head->padded_dim,
              pisces_cpu_row (head->v, head->kv_row + key + j) + head->kv_column,
              head->head_dim * sizeof (gfloat));

  for (gint column = 0; column < head->padded_dim; column += PISCES_PANEL)
    for (gint row = 0; row < n_queries; row += PISCES_TILE_ROWS)
      {
        const PiscesTile tile =
        {
          .x          = x,
          .n_taps     = 1,
          .n_in       = n_keys,
          .w          = (const guint8 *) (scratch->values + column),
          .w_row      = head->padded_dim * sizeof (gfloat),
          .width      = MIN (PISCES_PANEL, head->padded_dim - column),
          .y          = scratch->sums + row * head->padded_dim + column,
          .y_row      = head->padded_dim,
          .n_rows     = MIN (PISCES_TILE_ROWS, n_queries - row),
          .accumulate = TRUE
        };

        for (gint i = 0; i < tile.n_rows; i++)
          x[i] = scratch->scores + (row + i) * N_KEYS;
        head->tile_func (&tile);
      }
}

PISCES_VECTORISED static gfloat
dot (const gfloat *x,
     const gfloat *y,
     gint64        n)
{
  gfloat sum = 0.0f;

  #pragma omp simd reduction (+ : sum)
  for (gint64 i = 0; i < n; i++)
    sum += x[i] * y[i];
  return sum;
}

PISCES_VECTORISED static void
add_row (gfloat       *y,
         const gfloat *x,
         gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] += x[i];
}

PISCES_VECTORISED static void
widen_row (gfloat         *y,
           const _Float16 *x,
           gint64          n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] = (gfloat) x[i];
}
