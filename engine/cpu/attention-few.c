/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention-few.c: the CPU backend's attention of one to three queries of each
 * sequence, as in decoding, where reading the keys and values takes the time.  A
 * task takes some keys of a sequence and all of its heads, so that whole rows
 * are read in order.  The tasks are the same for any number of threads, and
 * their sums are put together in order, so the bits are too.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"


/* The most queries of a sequence.  */
#define MAX_QUERIES 3

/* The most tasks of a sequence.  Each keeps sums of all heads, which have to be
 * put together.  */
#define MAX_PARTS 16

typedef struct
{
  const PiscesFew             *few;
  const PiscesAttentionParams *params;
  PiscesTensor                 y, q, k, v;
  gint64                       n_queries;    /* of each sequence              */
  gint64                       n_keys;
  gint64                       n_parts;      /* of a sequence                 */
  gint64                       per_part;     /* keys                          */
  gint64                       n_rows;       /* queries times heads           */
  gfloat                      *results;      /* [n_batch * n_parts] of those
                                              * of a part                     */
  gint64                       result_floats;
} Attention;

/* What a task keeps: the largest score of each row, the sum of the exponents
 * above it, and the sums of values.  The rows are `[kv head][query][head]`.  */
typedef struct
{
  gfloat *maximum;      /* [n_rows]            */
  gfloat *total;        /* [n_rows]            */
  gfloat *sums;         /* [n_rows][head_dim]  */
} Result;


static void attend_part (gint64           task,
                         gpointer         data);
static void put_together (const Attention *attention,
                         gint64           sequence);


static gint64
keys_of (const PiscesAttentionParams *params,
         gint64                       n_keys,
         gint64                       sequence)
{
  return params->lengths ? params->lengths[sequence] : n_keys;
}

/**
 * pisces_cpu_attention_few:
 *
 * Does what pisces_attention() does.
 *
 * Returns: whether it was done; if not, nothing was written.
 */
gboolean
pisces_cpu_attention_few (PiscesBackend               *backend,
                          PiscesTensor                 y,
                          PiscesTensor                 q,
                          PiscesTensor                 k,
                          PiscesTensor                 v,
                          const PiscesAttentionParams *params)
{
  const PiscesCpu   *cpu       = (const PiscesCpu *) backend;
  gint64             most      = 0, work = 0;
  g_autofree gfloat *results   = NULL;
  Attention          attention =
  {
    .few = cpu->few, .params = params,
    .y = y, .q = q, .k = k, .v = v,
    .n_queries = pisces_tensor_n_rows (q) / params->n_batch,
    .n_keys    = pisces_attention_room (params, k)
  };

  if (params->starts || params->bias.data || attention.n_queries > MAX_QUERIES ||
      params->head_dim % PISCES_FEW_LANES != 0)
    return FALSE;

  for (gint i = 0; i < params->n_batch; i++)
    {
      most  = MAX (most, keys_of (params, attention.n_keys, i));
      work += keys_of (params, attention.n_keys, i);
    }
  attention.per_part = (most + MAX_PARTS * PISCES_FEW_KEYS - 1) /
                       (MAX_PARTS * PISCES_FEW_KEYS) * PISCES_FEW_KEYS;
  attention.n_parts  = (most + attention.per_part - 1) / attention.per_part;
  attention.n_rows   = attention.n_queries * params->n_heads;
  attention.result_floats = attention.n_rows * (2 + params->head_dim);
  results = g_new (gfloat, params->n_batch * attention.n_parts * attention.result_floats);
  attention.results = results;

  pisces_cpu_share (backend,
                    pisces_cpu_threads_for (backend, 4.0 * work * attention.n_rows *
                                                     params->head_dim),
                    params->n_batch * attention.n_parts, attend_part, &attention);
  for (gint64 i = 0; i < params->n_batch; i++)
    put_together (&attention, i);

  return TRUE;
}


/*  private functions  */

static Result
result_of (const Attention *attention,
           gint64           task)
{
  gfloat *memory = attention->results + task * attention->result_floats;

  return (Result) { memory, memory + attention->n_rows, memory + 2 * attention->n_rows };
}

/* The row of q or y that a row of a result belongs to, and its first column.  */
static gfloat *
place_of (const Attention *attention,
          PiscesTensor     tensor,
          gint64           sequence,
          gint64           row)
{
  const gint   per_head  = attention->params->n_heads / attention->params->n_kv_heads;
  const gint64 kv_head   = row / (per_head * attention->n_queries);
  const gint64 query     = row / per_head % attention->n_queries;
  const gint64 head      = kv_head * per_head + row % per_head;

  return pisces_cpu_row (tensor, sequence * attention->n_queries + query) +
         head * attention->params->head_dim;
}

/* How many keys the query of a row of a result may see.  */
static gint64
visible (const Attention *attention,
         gint64           sequence,
         gint64           row)
{
  const PiscesAttentionParams *params = attention->params;
  const gint64                 n_keys = keys_of (params, attention->n_keys, sequence);
  const gint64                 query  = row / (params->n_heads / params->n_kv_heads) %
                                        attention->n_queries;

  return params->causal ? n_keys - attention->n_queries + query + 1 : n_keys;
}

PISCES_VECTORISED static void
add_scaled (gfloat       *y,
            const gfloat *x,
            gfloat        factor,
            gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] += factor * x[i];
}

static void
attend_part (gint64   task,
             gpointer data)
{
  const Attention             *attention = data;
  const PiscesAttentionParams *params    = attention->params;
  const gint64        sequence = task / attention->n_parts;
  const gint64        first    = task % attention->n_parts * attention->per_part;
  const gint64        end      = MIN (first + attention->per_part,
                                      keys_of (params, attention->n_keys, sequence));
  const gint64        kv_row   = sequence * (params->kv_rows_per_batch
                                             ? params->kv_rows_per_batch : attention->n_keys);
  const gboolean      is_f16   = attention->k.dtype == PISCES_F16;
  const gsize         size     = pisces_dtype_size (attention->k.dtype);
  const gint64        n_rows   = attention->n_rows;
  const Result        result   = result_of (attention, task);
  g_autofree gfloat  *memory   = g_new (gfloat, n_rows * (params->head_dim + PISCES_FEW_KEYS));
  gfloat             *queries  = memory;
  PiscesFewStep       step     =
  {
    .n_groups  = params->n_kv_heads,
    .per_group = n_rows / params->n_kv_heads,
    .head_dim  = params->head_dim,
    .queries   = queries,
    .scores    = memory + n_rows * params->head_dim,
    .sums      = result.sums
  };

  memset (result.sums, 0, n_rows * params->head_dim * sizeof (gfloat));
  for (gint64 row = 0; row < n_rows; row++)
    {
      result.maximum[row] = -INFINITY;
      result.total[row]   = 0.0f;
      pisces_cpu_scale_row (queries + row * params->head_dim,
                            place_of (attention, attention->q, sequence, row), params->scale,
                            params->head_dim);
    }

  for (gint64 key = first; key < end; key += PISCES_FEW_KEYS)
    {
      step.n_rows    = MIN (PISCES_FEW_KEYS, end - key);
      step.rows      = (const guint8 *) attention->k.data +
                       (kv_row + key) * attention->k.row_stride * size;
      step.row_bytes = attention->k.row_stride * size;
      (is_f16 ? attention->few->multiply_f16 : attention->few->multiply_f32) (&step);

      for (gint64 row = 0; row < n_rows; row++)
        pisces_cpu_soften_row (step.scores + row * PISCES_FEW_KEYS,
                               MIN (visible (attention, sequence, row) - key, step.n_rows),
                               step.n_rows, &result.maximum[row], &result.total[row],
                               result.sums + row * params->head_dim, params->head_dim);

      step.rows      = (const guint8 *) attention->v.data +
                       (kv_row + key) * attention->v.row_stride * size;
      step.row_bytes = attention->v.row_stride * size;
      (is_f16 ? attention->few->add_f16 : attention->few->add_f32) (&step);
    }
}

static void
put_together (const Attention *attention,
              gint64           sequence)
{
  const gint head_dim = attention->params->head_dim;

  for (gint64 row = 0; row < attention->n_rows; row++)
    {
      gfloat *y       = place_of (attention, attention->y, sequence, row);
      gfloat  maximum = -INFINITY;
      gfloat  total   = 0.0f;

      for (gint64 part = 0; part < attention->n_parts; part++)
        maximum = MAX (maximum, result_of (attention, sequence * attention->n_parts +
                                                      part).maximum[row]);
      memset (y, 0, head_dim * sizeof (gfloat));
      for (gint64 part = 0; part < attention->n_parts; part++)
        {
          const Result result = result_of (attention, sequence * attention->n_parts + part);
          const gfloat factor = expf (result.maximum[row] - maximum);

          if (result.total[row] == 0.0f)
            continue;
          total += factor * result.total[row];
          add_scaled (y, result.sums + row * head_dim, factor, head_dim);
        }
      pisces_cpu_scale_row (y, y, 1.0f / total, head_dim);
    }
}
