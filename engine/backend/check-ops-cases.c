/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-cases.c: one function for each op of backend.h.  It makes the
 * inputs, with extra columns between their rows, calls the op, and keeps the
 * outputs.  Outputs are first filled with NaN; what is between their rows is
 * kept and compared too. check-ops-attention.c has attention and the ops that
 * depend on positions, check-ops-table.c has the shapes.  The comment before
 * each function says what its numbers mean.
 */

#include <math.h>

#include "engine/backend/check-ops-arrays.h"
#include "engine/backend/check-ops-cases.h"
#include "engine/samplers/text-sampler.h"


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
  pisces_op_keep (run, y);
}

/* The same, with an operand as input and another as output.  */
void
pisces_op_run_linear_of_operands (PiscesOpRun *run,
                                  const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, n[2], n[1]);
  PiscesWeight *bias   = n[5] ? VECTOR (run, n[2]) : NULL;
  PiscesTensor  x      = OPERAND (run, weight, INPUT, n[0], n[1]);
  PiscesTensor  y      = OPERAND (run, weight, n[4] ? INPUT : OUTPUT, n[0], n[2]);

  if (weight && (bias || ! n[5]))
    pisces_linear (run->backend, y, x, weight, bias, n[3], n[4]);
  pisces_op_keep (run, y);
}

/* rows, width; tests what comes before and after a product: a norm and a
 * gate */
void
pisces_op_run_operands (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesWeight *norm   = VECTOR (run, n[1]);
  PiscesWeight *bias   = VECTOR (run, n[1]);
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor  both   = OPERAND (run, weight, INPUT, n[0], 2 * n[1]);
  PiscesTensor  y[]    =
  {
    OPERAND (run, weight, OUTPUT, n[0], n[1]),
    OPERAND (run, weight, OUTPUT, n[0], n[1]),
    OPERAND (run, weight, OUTPUT, n[0], n[1]),
    OPERAND (run, weight, OUTPUT, n[0], n[1])
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
    pisces_op_keep (run, y[i]);
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
  PiscesTensor        y      = OPERAND (run, weight, OUTPUT, n[0], n[2]);

  if (bias && (fusion.norm || ! n[3]))
    pisces_fused_linear (run->backend, y, x, weight, bias, &fusion);
  pisces_op_keep (run, y);
}

void
pisces_op_run_fused_linear_of_operands (PiscesOpRun *run,
                                        const gint  *n)
{
  PiscesWeight       *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type,
                                       n[4] != PISCES_GATE_NONE ? 2 * n[2] : n[2], n[1]);
  PiscesWeight       *bias   = weight ? VECTOR (run, weight->dims[0]) : NULL;
  const PiscesFusion  fusion = { NULL, 0.0, n[4], n[5] };
  PiscesTensor        x      = OPERAND (run, weight, INPUT, n[0], n[1]);
  PiscesTensor        y      = OPERAND (run, weight, OUTPUT, n[0], n[2]);

  if (bias)
    pisces_fused_linear (run->backend, y, x, weight, bias, &fusion);
  pisces_op_keep (run, y);
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
  pisces_op_keep (run, y);
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
  pisces_op_keep (run, y);
}

/* norms, with an epsilon that avoids a division by 0 for rows of one element */

/* rows, width, has weights */
void
pisces_op_run_rms_norm (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_rms_norm (run->backend, y, x, n[2] ? VECTOR (run, n[1]) : NULL, 1e-2);
  pisces_op_keep (run, y);
}

/* rows, heads, head width, has weights; the heads are columns between others,
 * as keys are between queries and values */
void
pisces_op_run_rms_norm_heads (PiscesOpRun *run,
                              const gint  *n)
{
  const gint64  width  = (gint64) n[1] * n[2];
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], 2 * width + n[2]);
  PiscesWeight *weight = n[3] ? VECTOR (run, n[2]) : NULL;
  PiscesTensor  heads  = pisces_tensor_columns (x, width, width);
  PiscesTensor  y      = ARRAY (run, OUTPUT, n[0], width);

  pisces_rms_norm_heads (run->backend, y, heads, weight, n[2], 1e-2);
  /* In place.  */
  pisces_rms_norm_heads (run->backend, heads, heads, weight, n[2], 1e-2);
  pisces_op_keep (run, y);
  pisces_op_keep (run, x);
}

void
pisces_op_run_rms_norm_heads_of_operands (PiscesOpRun *run,
                                          const gint  *n)
{
  const gint64  width  = (gint64) n[1] * n[2];
  PiscesWeight *reader = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesWeight *weight = n[3] ? VECTOR (run, n[2]) : NULL;
  PiscesTensor  x      = OPERAND (run, reader, INPUT, n[0], 2 * width + n[2]);
  PiscesTensor  heads  = pisces_tensor_columns (x, width, width);

  if (reader)
    pisces_rms_norm_heads (run->backend, heads, heads, weight, n[2], 1e-2);
  pisces_op_keep (run, x);
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
  pisces_op_keep (run, x);
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
  pisces_op_keep (run, y);
}


/* copying and selecting rows */

/* rows, width */
void
pisces_op_run_copy (PiscesOpRun *run,
                    const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_copy (run->backend, y, x);
  pisces_op_keep (run, y);
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
  pisces_op_keep (run, y);
}

/* ids, rows, width, from operands */
void
pisces_op_run_gather_rows (PiscesOpRun *run,
                           const gint  *n)
{
  PiscesWeight      *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor       x      = n[3] ? OPERAND (run, weight, INPUT, n[1], n[2])
                                   : ARRAY (run, INPUT, n[1], n[2]);
  PiscesTensor       y      = OPERAND (run, weight, OUTPUT, n[0], n[2]);
  g_autofree gint32 *ids    = g_new (gint32, n[0]);

  for (gint i = 0; i < n[0]; i++)
    ids[i] = i * 7 % n[1];
  if (weight)
    pisces_gather_rows (run->backend, y, x, ids);
  pisces_op_keep (run, y);
}

/* rows, width, activation */
void
pisces_op_run_activate (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1]);

  /* Uses values from -8 to 8, to include the tails.  */
  pisces_combine (run->backend, x, 4.0, x, 4.0, x);
  pisces_activate (run->backend, y, x, n[2]);
  pisces_op_keep (run, y);
}

void
pisces_op_run_glu (PiscesOpRun *run,
                   const gint  *n)
{
  PiscesTensor both = ARRAY (run, INPUT, n[0], 2 * n[1]);
  PiscesTensor y    = ARRAY (run, OUTPUT, n[0], n[1]);

  pisces_glu (run->backend, y, pisces_tensor_columns (both, 0, n[1]),
              pisces_tensor_columns (both, n[1], n[1]), n[2]);
  pisces_op_keep (run, y);
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
  pisces_op_keep (run, y);
}

void
pisces_op_run_add_weight (PiscesOpRun *run,
                          const gint  *n)
{
  PiscesTensor  x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesWeight *v = WEIGHT (run, PISCES_WEIGHT_VECTOR, PISCES_F32, n[2], n[1]);

  if (v)
    pisces_add_weight (run->backend, x, x, v);
  pisces_op_keep (run, x);
}

/* rows, width */
void
pisces_op_run_combine (PiscesOpRun *run,
                       const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor z = ARRAY (run, INPUT, n[0], n[1]);

  pisces_combine (run->backend, x, 0.7, x, -1.3, z);
  pisces_op_keep (run, x);
}

/* rows, width, rows of the scale and the shift, which are columns of one
 * tensor, as in the result of a product; once with an operand as y, and once
 * in place */
void
pisces_op_run_modulate (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor  all    = ARRAY (run, INPUT, n[2], 3 * n[1]);
  PiscesTensor  shift  = pisces_tensor_columns (all, 0, n[1]);
  PiscesTensor  scale  = pisces_tensor_columns (all, n[1], n[1]);
  PiscesTensor  y      = OPERAND (run, weight, OUTPUT, n[0], n[1]);

  if (weight)
    {
      pisces_modulate (run->backend, y, x, scale, shift);
      pisces_modulate (run->backend, x, x, scale, shift);
    }
  pisces_op_keep (run, y);
  pisces_op_keep (run, x);
}

/* rows, width, rows of the gate; once with an operand as z, and once with x's
 * type */
void
pisces_op_run_add_gated (PiscesOpRun *run,
                         const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor  x      = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor  all    = ARRAY (run, INPUT, n[2], 2 * n[1]);
  PiscesTensor  gate   = pisces_tensor_columns (all, n[1], n[1]);
  PiscesTensor  z      = OPERAND (run, weight, INPUT, n[0], n[1]);
  PiscesTensor  more   = ARRAY (run, INPUT, n[0], n[1]);
  PiscesTensor  y      = ARRAY (run, OUTPUT, n[0], n[1]);

  if (weight)
    {
      pisces_add_gated (run->backend, y, x, gate, z);
      pisces_add_gated (run->backend, x, x, gate, more);
    }
  pisces_op_keep (run, y);
  pisces_op_keep (run, x);
}


/*  images: batch, height, width, channels, factor  */

void
pisces_op_run_upsample (PiscesOpRun *run,
                        const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], 2 * n[1], 2 * n[2], n[3]);

  pisces_upsample (run->backend, y, x);
  pisces_op_keep (run, y);
}

void
pisces_op_run_average_pool (PiscesOpRun *run,
                            const gint  *n)
{
  PiscesTensor x = ARRAY (run, INPUT, n[0], n[1], n[2], n[3]);
  PiscesTensor y = ARRAY (run, OUTPUT, n[0], n[1] / n[4], n[2] / n[4], n[3]);

  pisces_average_pool (run->backend, y, x, n[4]);
  pisces_op_keep (run, y);
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
  pisces_op_keep (run, deep);
  pisces_op_keep (run, back);
}


/*  tokens: n, temperature in tenths, top-p in hundredths, tokens  */

void
pisces_op_run_sample (PiscesOpRun *run,
                      const gint  *n)
{
  PiscesTensor logits = pisces_backend_alloc (run->backend, 2, 1, n[0]);
  PiscesRandom random;

  pisces_random_init (&random, 1, n[0]);
  for (gint i = 0; i < n[3]; i++)
    {
      const PiscesSampling sampling = { n[1] / 10.0, n[2] / 100.0, 0.0 };
      PiscesTensor         drawn    = ARRAY (run, INPUT, 1, n[0]);
      gfloat               id;

      /* Uses values from -8 to 8.  */
      pisces_combine (run->backend, logits, 8.0, drawn, 0.0, drawn);
      id = pisces_sample (run->backend, logits, sampling, &random);
      g_array_append_val (run->values, id);
    }
}
