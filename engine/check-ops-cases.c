/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-cases.c: one function for each op of backend.h: makes its inputs,
 * in rows further apart than they are wide, calls it, and keeps what came out.
 * Outputs are filled with NaN first; what lies between their rows is kept and
 * compared too.  The shapes are check-ops-table.c's.
 */

#include <math.h>

#include "engine/check-ops-cases.h"
#include "engine/samplers/text-sampler.h"

/* In every strided array, so many columns that no op may touch.  */
#define GAP 3

#define ARRAY(run, kind, ...) \
  array_new ((run), (kind), sizeof ((const gint64[]) { __VA_ARGS__ }) / sizeof (gint64), \
             (const gint64[]) { __VA_ARGS__ })
#define WEIGHT(run, use, type, ...) \
  weight_new ((run), (use), (type), sizeof ((const gint64[]) { __VA_ARGS__ }) / sizeof (gint64), \
              (const gint64[]) { __VA_ARGS__ })
#define VECTOR(run, n) WEIGHT ((run), PISCES_WEIGHT_VECTOR, PISCES_F32, (n))

typedef enum
{
  INPUT,
  OUTPUT
} Kind;


/*  arrays  */

/* From -1 to 1, by the counter alone (the finaliser of MurmurHash3).  */
static gfloat
next_random (PiscesOpRun *run)
{
  guint32 x = run->counter++ * 0x9e3779b9u;

  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  x ^= x >> 16;

  return (gfloat) (x >> 8) / 8388608.0f - 1.0f;
}

/* The array and the columns beside it.  */
static PiscesTensor
whole_of (PiscesTensor tensor)
{
  tensor.dims[tensor.n_dims - 1] = tensor.row_stride;

  return tensor;
}

static PiscesTensor
array_new (PiscesOpRun  *run,
           Kind          kind,
           gint          n_dims,
           const gint64 *dims)
{
  const gint64       width = dims[n_dims - 1];
  gint64             wide[PISCES_MAX_DIMS];
  PiscesTensor       whole;
  gint64             count;
  g_autofree gfloat *values = NULL;

  for (gint d = 0; d < n_dims; d++)
    wide[d] = dims[d];
  wide[n_dims - 1] += GAP;

  whole  = pisces_backend_alloc_dims (run->backend, n_dims, wide);
  count  = pisces_tensor_count (whole);
  values = g_new (gfloat, count);
  for (gint64 i = 0; i < count; i++)
    {
      const gfloat value = next_random (run);

      values[i] = kind == OUTPUT && i % (width + GAP) < width ? NAN : value;
    }
  pisces_upload (run->backend, whole, values);

  return pisces_tensor_columns (whole, 0, width);
}

/* A value of a type that is near, in float32.  */
static gfloat
rounded (gfloat      value,
         PiscesDType type)
{
  union { gfloat f; guint32 u; } bits = { .f = value };

  if (type == PISCES_F16)
    return (_Float16) value;
  if (type == PISCES_BF16)
    bits.u &= 0xffff0000u;

  return bits.f;
}

/* An array such as products and attention read: of 16 bits where a backend has
 * it so, once it has had a matrix of them.  The values are of that type
 * everywhere, so that the CPU reads the same.  */
static PiscesTensor
operand_new (PiscesOpRun *run,
             Kind         kind,
             gint64       n_rows,
             gint64       width)
{
  /* Both such rows as vectors of 8 elements can be read from, and others.  */
  const gint64       gap    = width % 8 == 0 ? 8 : GAP;
  PiscesTensor       whole  = pisces_backend_alloc_operand (run->backend, 2, n_rows, width + gap);
  const gint64       count  = pisces_tensor_count (whole);
  g_autofree gfloat *values = g_new (gfloat, count);

  for (gint64 i = 0; i < count; i++)
    {
      const gfloat value = rounded (next_random (run), run->weight_type);

      values[i] = kind == OUTPUT && i % (width + gap) < width ? NAN : value;
    }
  pisces_upload (run->backend, whole, values);

  return pisces_tensor_columns (whole, 0, width);
}

/* To a value that a rounded matrix has exactly: a multiple of the block's
 * largest by its number of steps, and the largest is there.  */
static gfloat
on_step (gfloat value,
         gint64 place,
         gint   n_bits)
{
  if (n_bits == 8)
    return place % 32 == 5 ? 127.0f / 128.0f : roundf (value * 127.0f) / 128.0f;

  return place % 32 == 5 ? -1.0f : roundf (value * 7.0f) / 8.0f;
}

static PiscesWeight *
weight_new (PiscesOpRun     *run,
            PiscesWeightUse  use,
            PiscesDType      type,
            gint             n_dims,
            const gint64    *dims)
{
  PiscesHostTensor    host  = { .name = "random", .dtype = type, .n_dims = n_dims };
  gint64              count = 1;
  g_autofree guint32 *data  = NULL;
  PiscesWeight       *weight;

  for (gint d = 0; d < n_dims; d++)
    {
      host.dims[d] = dims[d];
      count       *= dims[d];
    }
  data = g_new0 (guint32, count);
  for (gint64 i = 0; i < count; i++)
    {
      union { gfloat f; guint32 u; } value = { .f = next_random (run) };

      if (run->weight_bits && use == PISCES_WEIGHT_LINEAR)
        value.f = on_step (value.f, i, run->weight_bits);
      if (type == PISCES_F32)
        data[i] = value.u;
      else if (type == PISCES_BF16)
        ((guint16 *) data)[i] = value.u >> 16;
      else
        {
          union { _Float16 f; guint16 u; } half = { .f = (_Float16) value.f };

          ((guint16 *) data)[i] = half.u;
        }
    }
  host.data = data;
  weight    = pisces_backend_upload (run->backend, use, &host, 1);
  if (weight)
    g_ptr_array_add (run->weights, weight);

  return weight;
}

/* Keeps an output, with what lies between its rows.  */
static void
keep (PiscesOpRun  *run,
      PiscesTensor  y)
{
  const PiscesTensor whole = whole_of (y);
  const guint        first = run->values->len;

  g_array_set_size (run->values, first + pisces_tensor_count (whole));
  pisces_download (run->backend, (gfloat *) run->values->data + first, whole);
}


/*  products  */

/* rows, n_in, n_out, activation, accumulate, has a bias */
void
pisces_op_run_linear (PiscesOpRun *run,
                      const gint  *n)
{
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor  y      = ARRAY (run, n[4] ? INPUT : OUTPUT, n[0], n[2]);
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, n[2], n[1]);
  PiscesWeight *bias   = n[5] ? VECTOR (run, n[2]) : NULL;

  if (weight && (bias || ! n[5]))
    pisces_linear (run->backend, y, x, weight, bias, n[3], n[4]);
  keep (run, y);
}

/* The same from one operand to another: a backend's matrix comes first.  */
void
pisces_op_run_linear_of_operands (PiscesOpRun *run,
                                  const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, n[2], n[1]);
  PiscesWeight *bias   = n[5] ? VECTOR (run, n[2]) : NULL;
  PiscesTensor  x      = operand_new (run, INPUT, n[0], n[1]);
  PiscesTensor  y      = operand_new (run, n[4] ? INPUT : OUTPUT, n[0], n[2]);

  if (weight && (bias || ! n[5]))
    pisces_linear (run->backend, y, x, weight, bias, n[3], n[4]);
  keep (run, y);
}

/* rows, width: what comes before and after a product: a norm, a gate */
void
pisces_op_run_operands (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesWeight *norm   = VECTOR (run, n[1]);
  PiscesWeight *bias   = VECTOR (run, n[1]);
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor  both   = operand_new (run, INPUT, n[0], 2 * n[1]);
  PiscesTensor  y[]    =
  {
    operand_new (run, OUTPUT, n[0], n[1]),
    operand_new (run, OUTPUT, n[0], n[1]),
    operand_new (run, OUTPUT, n[0], n[1]),
    operand_new (run, OUTPUT, n[0], n[1])
  };

  if (weight && norm && bias)
    {
      pisces_rms_norm (run->backend, y[0], x, norm, 1e-2);
      pisces_layer_norm (run->backend, y[1], x, norm, bias, 1e-2);
      pisces_glu (run->backend, y[2], pisces_tensor_columns (both, 0, n[1]),
                  pisces_tensor_columns (both, n[1], n[1]), PISCES_ACT_SILU);
      pisces_copy (run->backend, y[3], x);
    }
  for (guint i = 0; i < G_N_ELEMENTS (y); i++)
    keep (run, y[i]);
}

/* rows, n_in, n_out, has a norm, gate, activation */
void
pisces_op_run_fused_linear (PiscesOpRun *run,
                            const gint  *n)
{
  PiscesWeight       *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type,
                                       n[4] != PISCES_GATE_NONE ? 2 * n[2] : n[2], n[1]);
  PiscesWeight       *bias   = weight ? VECTOR (run, weight->dims[0]) : NULL;
  const PiscesFusion  fusion = { n[3] ? VECTOR (run, n[1]) : NULL, 1e-2, n[4], n[5] };
  PiscesTensor        x      = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor        y      = operand_new (run, OUTPUT, n[0], n[2]);

  if (bias && (fusion.norm || ! n[3]))
    pisces_fused_linear (run->backend, y, x, weight, bias, &fusion);
  keep (run, y);
}

void
pisces_op_run_fused_linear_of_operands (PiscesOpRun *run,
                                        const gint  *n)
{
  PiscesWeight       *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type,
                                       n[4] != PISCES_GATE_NONE ? 2 * n[2] : n[2], n[1]);
  PiscesWeight       *bias   = weight ? VECTOR (run, weight->dims[0]) : NULL;
  const PiscesFusion  fusion = { NULL, 0.0, n[4], n[5] };
  PiscesTensor        x      = operand_new (run, INPUT, n[0], n[1]);
  PiscesTensor        y      = operand_new (run, OUTPUT, n[0], n[2]);

  if (bias)
    pisces_fused_linear (run->backend, y, x, weight, bias, &fusion);
  keep (run, y);
}

/* batch, height, width, n_in, n_out, kernel height, kernel width, stride,
 * pads: top, left, bottom, right; activation, accumulate */
void
pisces_op_run_conv2d (PiscesOpRun *run,
                      const gint  *n)
{
  const PiscesConvParams params =
  {
    n[7], n[8], n[9], n[10], n[11], n[12], n[13]
  };
  const gint64  height = (n[1] + n[8] + n[10] - n[5]) / n[7] + 1;
  const gint64  width  = (n[2] + n[9] + n[11] - n[6]) / n[7] + 1;
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor  y      = ARRAY (run, n[13] ? INPUT : OUTPUT, n[0], height, width, n[4]);
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_CONV, run->weight_type, n[4], n[3], n[5], n[6]);
  PiscesWeight *bias   = VECTOR (run, n[4]);

  if (weight && bias)
    pisces_conv2d (run->backend, y, x, weight, bias, &params);
  keep (run, y);
}

/* batch, height, width, n_in, n_out, rows of shift, accumulate */
void
pisces_op_run_conv2d_with_shift (PiscesOpRun *run,
                                 const gint  *n)
{
  PiscesConvParams  params = { .stride = 1, .pad_top = 1, .pad_left = 1,
                               .pad_bottom = 1, .pad_right = 1,
                               .accumulate = n[6] };
  PiscesTensor      x      = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor      y      = ARRAY (run, n[6] ? INPUT : OUTPUT, n[0], n[1], n[2], n[4]);
  PiscesWeight     *weight = WEIGHT (run, PISCES_WEIGHT_CONV, run->weight_type, n[4], n[3], 3, 3);
  PiscesWeight     *bias   = VECTOR (run, n[4]);

  params.shift = ARRAY (run, INPUT, n[5], n[4]);
  if (weight && bias)
    pisces_conv2d (run->backend, y, x, weight, bias, &params);
  keep (run, y);
}

/* batch, heads, heads of keys, head width, queries, keys, rows of keys for
 * each of the batch (0: as many), causal */
static PiscesAttentionParams
attention_params (const gint *n)
{
  return (PiscesAttentionParams)
  {
    .n_batch           = n[0],
    .n_heads           = n[1],
    .n_kv_heads        = n[2],
    .head_dim          = n[3],
    .causal            = n[7],
    .first_position    = n[7] ? n[5] - n[4] : 0,
    .kv_rows_per_batch = n[6],
    .scale             = 1.0 / sqrt (n[3])
  };
}

void
pisces_op_run_attention (PiscesOpRun *run,
                         const gint  *n)
{
  const PiscesAttentionParams params  = attention_params (n);
  const gint64                kv_rows = n[6] ? (gint64) n[6] * (n[0] - 1) + n[5]
                                             : (gint64) n[5] * n[0];
  PiscesTensor q = ARRAY (run, INPUT, n[0] * n[4], n[1] * n[3]);
  PiscesTensor k = ARRAY (run, INPUT, kv_rows, n[2] * n[3]);
  PiscesTensor v = ARRAY (run, INPUT, kv_rows, n[2] * n[3]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0] * n[4], n[1] * n[3]);

  pisces_attention (run->backend, y, q, k, v, &params);
  keep (run, y);
}

void
pisces_op_run_attention_of_operands (PiscesOpRun *run,
                                     const gint  *n)
{
  const PiscesAttentionParams params  = attention_params (n);
  const gint64                kv_rows = n[6] ? (gint64) n[6] * (n[0] - 1) + n[5]
                                             : (gint64) n[5] * n[0];
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor  q      = operand_new (run, INPUT, n[0] * n[4], n[1] * n[3]);
  PiscesTensor  k      = operand_new (run, INPUT, kv_rows, n[2] * n[3]);
  PiscesTensor  v      = operand_new (run, INPUT, kv_rows, n[2] * n[3]);
  PiscesTensor  y      = operand_new (run, OUTPUT, n[0] * n[4], n[1] * n[3]);

  if (weight)
    pisces_attention (run->backend, y, q, k, v, &params);
  keep (run, y);
}


/*  norms: an epsilon that keeps rows of one element from dividing by nothing  */

/* rows, width, has weights */
void
pisces_op_run_rms_norm (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_rms_norm (run->backend, y, x, n[2] ? VECTOR (run, n[1]) : NULL, 1e-2);
  keep (run, y);
}

void
pisces_op_run_layer_norm (PiscesOpRun *run,
                          const gint  *n)
{
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1]);
  PiscesWeight *weight = n[2] ? VECTOR (run, n[1]) : NULL;
  PiscesWeight *bias   = n[2] ? VECTOR (run, n[1]) : NULL;

  /* In place.  */
  pisces_layer_norm (run->backend, x, x, weight, bias, 1e-2);
  keep (run, x);
}

/* batch, rows, channels, groups, activation */
void
pisces_op_run_group_norm (PiscesOpRun *run,
                          const gint  *n)
{
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1], n[2]);
  PiscesTensor  y      = ARRAY (run, OUTPUT, n[0], n[1], n[2]);
  PiscesWeight *weight = VECTOR (run, n[2]);
  PiscesWeight *bias   = VECTOR (run, n[2]);

  pisces_group_norm (run->backend, y, x, weight, bias, n[3], 1e-2, n[4]);
  keep (run, y);
}


/*  rows  */

/* rows, width */
void
pisces_op_run_copy (PiscesOpRun *run,
                    const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_copy (run->backend, y, x);
  keep (run, y);
}

/* heads, head width, rows, rows of a sequence, first position, interleaved */
void
pisces_op_run_rope (PiscesOpRun *run,
                    const gint  *n)
{
  PiscesTensor  x           = ARRAY (run, INPUT, n[2], n[0] * n[1]);
  PiscesWeight *frequencies = VECTOR (run, n[1] / 2);

  if (frequencies)
    pisces_rope (run->backend, x, frequencies, n[1], n[3], n[4], n[5]);
  keep (run, x);
}

void
pisces_op_run_rope_of_operands (PiscesOpRun *run,
                                const gint  *n)
{
  PiscesWeight *weight      = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesWeight *frequencies = VECTOR (run, n[1] / 2);
  PiscesTensor  x           = operand_new (run, INPUT, n[2], n[0] * n[1]);

  if (weight && frequencies)
    pisces_rope (run->backend, x, frequencies, n[1], n[3], n[4], n[5]);
  keep (run, x);
}

/* heads, heads of keys, head width, rows, first position */
void
pisces_op_run_rope_append (PiscesOpRun *run,
                           const gint  *n)
{
  PiscesWeight *weight      = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesWeight *frequencies = VECTOR (run, n[2] / 2);
  PiscesTensor  qkv         = operand_new (run, INPUT, n[3], (n[0] + 2 * n[1]) * n[2]);
  PiscesTensor  whole       = operand_new (run, OUTPUT, n[4] + n[3], 2 * n[1] * n[2]);
  PiscesTensor  cache       = pisces_tensor_rows (whole, n[4], n[3]);

  if (weight && frequencies)
    pisces_rope_append (run->backend, whole, qkv, frequencies, n[2], n[4]);
  keep (run, cache);
  /* What is left of keys and values is not said.  */
  pisces_copy (run->backend, pisces_tensor_columns (qkv, n[0] * n[2], 2 * n[1] * n[2]), cache);
  keep (run, qkv);
}

/* ids, rows, width */
void
pisces_op_run_gather (PiscesOpRun *run,
                      const gint  *n)
{
  PiscesTensor       y     = ARRAY (run, OUTPUT, n[0], n[2]);
  PiscesWeight      *table = WEIGHT (run, PISCES_WEIGHT_TABLE, run->weight_type, n[1], n[2]);
  g_autofree gint32 *ids   = g_new (gint32, n[0]);

  for (gint i = 0; i < n[0]; i++)
    ids[i] = i * 7 % n[1];
  if (table)
    pisces_gather (run->backend, y, table, ids);
  keep (run, y);
}

/* rows, width, activation */
void
pisces_op_run_activate (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  /* From -8 to 8, where the tails are.  */
  pisces_combine (run->backend, x, 4.0, x, 4.0, x);
  pisces_activate (run->backend, y, x, n[2]);
  keep (run, y);
}

void
pisces_op_run_glu (PiscesOpRun *run,
                   const gint  *n)
{
  PiscesTensor both = ARRAY (run, INPUT, n[0], 2 * n[1]);
  PiscesTensor y    = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_glu (run->backend, y, pisces_tensor_columns (both, 0, n[1]),
              pisces_tensor_columns (both, n[1], n[1]), n[2]);
  keep (run, y);
}

/* rows, width, rows of v, rows that share one */
void
pisces_op_run_add_broadcast (PiscesOpRun *run,
                             const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor v = ARRAY (run, INPUT, n[2], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_add_broadcast (run->backend, y, x, v, n[3]);
  keep (run, y);
}

void
pisces_op_run_add_weight (PiscesOpRun *run,
                          const gint  *n)
{
  PiscesTensor  x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesWeight *v = WEIGHT (run, PISCES_WEIGHT_VECTOR, PISCES_F32, n[2], n[1]);

  if (v)
    pisces_add_weight (run->backend, x, x, v);
  keep (run, x);
}

/* rows, width */
void
pisces_op_run_combine (PiscesOpRun *run,
                       const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor z = ARRAY (run, INPUT, n[0], n[1]);

  pisces_combine (run->backend, x, 0.7, x, -1.3, z);
  keep (run, x);
}


/*  images: batch, height, width, channels, factor  */

void
pisces_op_run_upsample (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], 2 * n[1], 2 * n[2], n[3]);

  pisces_upsample (run->backend, y, x);
  keep (run, y);
}

void
pisces_op_run_average_pool (PiscesOpRun *run,
                            const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1] / n[4], n[2] / n[4], n[3]);

  pisces_average_pool (run->backend, y, x, n[4]);
  keep (run, y);
}

void
pisces_op_run_fold (PiscesOpRun *run,
                    const gint  *n)
{
  PiscesTensor x    = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor deep = ARRAY (run, OUTPUT, n[0], n[1] / n[4], n[2] / n[4], n[4] * n[4] * n[3]);
  PiscesTensor back = ARRAY (run, OUTPUT, n[0], n[1], n[2], n[3]);

  pisces_fold (run->backend, deep, x, n[4]);
  pisces_fold (run->backend, back, deep, n[4]);
  keep (run, deep);
  keep (run, back);
}


/*  tokens: n, temperature in tenths, top-k, top-p in hundredths, tokens  */

void
pisces_op_run_sample (PiscesOpRun *run,
                      const gint  *n)
{
  PiscesTensor logits = pisces_backend_alloc (run->backend, 2, 1, n[0]);
  PiscesRandom random;

  pisces_random_init (&random, 1, n[0]);
  for (gint i = 0; i < n[4]; i++)
    {
      const PiscesSampling sampling = { n[1] / 10.0, n[2], n[3] / 100.0, 0.0 };
      PiscesTensor         drawn    = ARRAY (run, INPUT, 1, n[0]);
      gfloat               id;

      /* From -8 to 8.  */
      pisces_combine (run->backend, logits, 8.0, drawn, 0.0, drawn);
      id = pisces_sample (run->backend, logits, sampling, &random);
      g_array_append_val (run->values, id);
    }
}
