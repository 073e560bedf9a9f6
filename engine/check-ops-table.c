/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-table.c: every op of backend.h in many shapes: one row, odd
 * widths, sizes around those of a kernel's tiles, rows further apart than
 * they are wide, and shapes of the networks.  Outputs are filled with NaN
 * first; what lies between their rows is kept and compared too.
 */

#include <math.h>

#include "engine/check-ops.h"

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
static void
run_linear (PiscesOpRun *run,
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
static void
run_linear_of_operands (PiscesOpRun *run,
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
static void
run_operands (PiscesOpRun *run,
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

/* batch, height, width, n_in, n_out, kernel height, kernel width, stride,
 * pads: top, left, bottom, right; activation, accumulate */
static void
run_conv2d (PiscesOpRun *run,
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

static void
run_attention (PiscesOpRun *run,
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

static void
run_attention_of_operands (PiscesOpRun *run,
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
static void
run_rms_norm (PiscesOpRun *run,
              const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_rms_norm (run->backend, y, x, n[2] ? VECTOR (run, n[1]) : NULL, 1e-2);
  keep (run, y);
}

static void
run_layer_norm (PiscesOpRun *run,
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
static void
run_group_norm (PiscesOpRun *run,
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
static void
run_copy (PiscesOpRun *run,
          const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_copy (run->backend, y, x);
  keep (run, y);
}

/* heads, head width, rows, rows of a sequence, first position, interleaved */
static void
run_rope (PiscesOpRun *run,
          const gint  *n)
{
  PiscesTensor  x           = ARRAY (run, INPUT, n[2], n[0] * n[1]);
  PiscesWeight *frequencies = VECTOR (run, n[1] / 2);

  if (frequencies)
    pisces_rope (run->backend, x, frequencies, n[1], n[3], n[4], n[5]);
  keep (run, x);
}

static void
run_rope_of_operands (PiscesOpRun *run,
                      const gint  *n)
{
  PiscesWeight *weight      = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesWeight *frequencies = VECTOR (run, n[1] / 2);
  PiscesTensor  x           = operand_new (run, INPUT, n[2], n[0] * n[1]);

  if (weight && frequencies)
    pisces_rope (run->backend, x, frequencies, n[1], n[3], n[4], n[5]);
  keep (run, x);
}

/* ids, rows, width */
static void
run_gather (PiscesOpRun *run,
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
static void
run_activate (PiscesOpRun *run,
              const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  /* From -8 to 8, where the tails are.  */
  pisces_combine (run->backend, x, 4.0, x, 4.0, x);
  pisces_activate (run->backend, y, x, n[2]);
  keep (run, y);
}

static void
run_glu (PiscesOpRun *run,
         const gint  *n)
{
  PiscesTensor both = ARRAY (run, INPUT, n[0], 2 * n[1]);
  PiscesTensor y    = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_glu (run->backend, y, pisces_tensor_columns (both, 0, n[1]),
              pisces_tensor_columns (both, n[1], n[1]), n[2]);
  keep (run, y);
}

/* rows, width, rows of v, rows that share one */
static void
run_add_broadcast (PiscesOpRun *run,
                   const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor v = ARRAY (run, INPUT, n[2], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_add_broadcast (run->backend, y, x, v, n[3]);
  keep (run, y);
}

static void
run_add_weight (PiscesOpRun *run,
                const gint  *n)
{
  PiscesTensor  x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesWeight *v = WEIGHT (run, PISCES_WEIGHT_VECTOR, PISCES_F32, n[2], n[1]);

  if (v)
    pisces_add_weight (run->backend, x, x, v);
  keep (run, x);
}

/* rows, width */
static void
run_combine (PiscesOpRun *run,
             const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor z = ARRAY (run, INPUT, n[0], n[1]);

  pisces_combine (run->backend, x, 0.7, x, -1.3, z);
  keep (run, x);
}


/*  images: batch, height, width, channels, factor  */

static void
run_upsample (PiscesOpRun *run,
              const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], 2 * n[1], 2 * n[2], n[3]);

  pisces_upsample (run->backend, y, x);
  keep (run, y);
}

static void
run_average_pool (PiscesOpRun *run,
                  const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1] / n[4], n[2] / n[4], n[3]);

  pisces_average_pool (run->backend, y, x, n[4]);
  keep (run, y);
}

static void
run_fold (PiscesOpRun *run,
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


/*  the table  */

#define F32(op, ...)  { #op, run_##op, PISCES_F32, 0, { __VA_ARGS__ } }
#define HALVES(op, ...) \
  { #op, run_##op, PISCES_F16,  0, { __VA_ARGS__ } }, \
  { #op, run_##op, PISCES_BF16, 0, { __VA_ARGS__ } }
#define ALL(op, ...) \
  F32 (op, __VA_ARGS__), HALVES (op, __VA_ARGS__)
#define ROUNDED(op, ...) \
  { #op, run_##op, PISCES_F16,  8, { __VA_ARGS__ } }, \
  { #op, run_##op, PISCES_BF16, 8, { __VA_ARGS__ } }, \
  { #op, run_##op, PISCES_F16,  4, { __VA_ARGS__ } }, \
  { #op, run_##op, PISCES_F32,  4, { __VA_ARGS__ } }
#define ACTIVATIONS(op, ...) \
  F32 (op, __VA_ARGS__, PISCES_ACT_SILU), \
  F32 (op, __VA_ARGS__, PISCES_ACT_GELU), \
  F32 (op, __VA_ARGS__, PISCES_ACT_GELU_TANH), \
  F32 (op, __VA_ARGS__, PISCES_ACT_GELU_QUICK)

const PiscesOpCase pisces_op_cases[] =
{
  F32 (copy, 1, 1), F32 (copy, 7, 3), F32 (copy, 33, 129),

  ALL (linear, 1, 1, 1, PISCES_ACT_NONE, FALSE, FALSE),
  ALL (linear, 1, 264, 19, PISCES_ACT_NONE, TRUE, TRUE),
  ALL (linear, 1, 4096, 40, PISCES_ACT_NONE, FALSE, FALSE),
  ALL (linear, 3, 130, 66, PISCES_ACT_GELU, FALSE, TRUE),
  ALL (linear, 4, 64, 9, PISCES_ACT_SILU, FALSE, FALSE),
  ALL (linear, 5, 33, 65, PISCES_ACT_GELU_TANH, FALSE, TRUE),
  ALL (linear, 67, 35, 70, PISCES_ACT_NONE, TRUE, FALSE),
  ALL (linear, 64, 64, 64, PISCES_ACT_GELU_QUICK, FALSE, TRUE),
  ALL (linear, 77, 1152, 130, PISCES_ACT_NONE, FALSE, TRUE),

  HALVES (linear_of_operands, 1, 264, 19, PISCES_ACT_NONE, TRUE, TRUE),
  HALVES (linear_of_operands, 3, 130, 66, PISCES_ACT_GELU, FALSE, TRUE),
  HALVES (linear_of_operands, 67, 72, 70, PISCES_ACT_NONE, FALSE, FALSE),
  HALVES (linear_of_operands, 77, 136, 130, PISCES_ACT_NONE, TRUE, TRUE),
  HALVES (operands, 1, 40), HALVES (operands, 7, 257),

  ROUNDED (linear, 1, 32, 1, PISCES_ACT_NONE, FALSE, FALSE),
  ROUNDED (linear, 1, 2048, 40, PISCES_ACT_SILU, FALSE, TRUE),
  ROUNDED (linear, 4, 96, 33, PISCES_ACT_NONE, FALSE, TRUE),
  ROUNDED (linear, 67, 64, 70, PISCES_ACT_GELU, FALSE, TRUE),
  ROUNDED (linear_of_operands, 2, 160, 65, PISCES_ACT_NONE, FALSE, TRUE),
  ROUNDED (linear_of_operands, 65, 96, 40, PISCES_ACT_NONE, TRUE, FALSE),

  ALL (conv2d, 2, 5, 7, 3, 5, 3, 3, 1, 1, 1, 1, 1, PISCES_ACT_SILU, FALSE),
  ALL (conv2d, 1, 9, 8, 33, 65, 3, 3, 2, 0, 0, 1, 1, PISCES_ACT_NONE, TRUE),
  ALL (conv2d, 1, 8, 12, 3, 10, 4, 4, 4, 0, 0, 0, 0, PISCES_ACT_NONE, FALSE),
  ALL (conv2d, 3, 3, 3, 8, 4, 1, 1, 1, 0, 0, 0, 0, PISCES_ACT_GELU, FALSE),
  ALL (conv2d, 1, 4, 5, 2, 3, 2, 3, 1, 1, 2, 0, 1, PISCES_ACT_NONE, FALSE),
  ALL (conv2d, 1, 16, 16, 64, 64, 3, 3, 1, 1, 1, 1, 1, PISCES_ACT_NONE, FALSE),

  F32 (attention, 1, 1, 1, 8, 1, 1, 0, TRUE),
  F32 (attention, 2, 4, 2, 40, 1, 131, 140, TRUE),
  F32 (attention, 1, 2, 1, 160, 1, 70, 0, FALSE),
  F32 (attention, 1, 4, 1, 128, 1, 300, 0, TRUE),
  F32 (attention, 2, 2, 1, 24, 37, 50, 60, TRUE),
  F32 (attention, 1, 2, 2, 72, 5, 77, 0, FALSE),
  F32 (attention, 2, 3, 3, 64, 64, 77, 0, FALSE),
  F32 (attention, 1, 1, 1, 160, 33, 33, 0, FALSE),
  F32 (attention, 1, 1, 1, 515, 2, 40, 0, TRUE),

  HALVES (attention_of_operands, 1, 1, 1, 8, 1, 1, 0, TRUE),
  HALVES (attention_of_operands, 2, 4, 2, 40, 1, 131, 140, TRUE),
  HALVES (attention_of_operands, 2, 2, 1, 24, 37, 50, 60, TRUE),
  HALVES (attention_of_operands, 1, 2, 2, 72, 65, 77, 0, FALSE),

  F32 (rms_norm, 1, 1, TRUE), F32 (rms_norm, 13, 40, TRUE), F32 (rms_norm, 2, 4096, FALSE),
  F32 (layer_norm, 1, 1, TRUE), F32 (layer_norm, 5, 257, TRUE), F32 (layer_norm, 3, 1152, FALSE),
  F32 (group_norm, 1, 1, 8, 4, PISCES_ACT_NONE),
  F32 (group_norm, 2, 70, 12, 3, PISCES_ACT_SILU),
  F32 (group_norm, 1, 201, 66, 33, PISCES_ACT_SILU),
  F32 (group_norm, 1, 64, 320, 32, PISCES_ACT_SILU),

  F32 (rope, 3, 8, 7, 4, 2001, FALSE), F32 (rope, 9, 72, 1, 1, 500, FALSE),
  F32 (rope, 2, 10, 7, 7, 0, TRUE), F32 (rope, 4, 128, 5, 5, 131, FALSE),
  HALVES (rope_of_operands, 3, 8, 7, 4, 2001, FALSE), HALVES (rope_of_operands, 2, 10, 7, 7, 0, TRUE),
  ALL (gather, 1, 3, 1), ALL (gather, 9, 5, 33), ALL (gather, 2, 300, 1024),

  ACTIVATIONS (activate, 1, 1), ACTIVATIONS (activate, 7, 259),
  ACTIVATIONS (glu, 1, 1), ACTIVATIONS (glu, 7, 259),
  F32 (add_broadcast, 7, 3, 7, 1), F32 (add_broadcast, 12, 65, 2, 6), F32 (add_broadcast, 12, 40, 2, 3),
  F32 (add_weight, 1, 1, 1), F32 (add_weight, 12, 65, 3), F32 (add_weight, 5, 1153, 1),
  F32 (combine, 1, 1), F32 (combine, 13, 40), F32 (combine, 3, 1025),

  F32 (upsample, 1, 1, 1, 1), F32 (upsample, 2, 3, 5, 33),
  F32 (average_pool, 1, 2, 2, 1, 2), F32 (average_pool, 2, 6, 9, 33, 3),
  F32 (fold, 1, 2, 2, 1, 2), F32 (fold, 2, 6, 9, 5, 3)
};

const guint pisces_n_op_cases = G_N_ELEMENTS (pisces_op_cases);
