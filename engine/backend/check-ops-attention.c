/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-attention.c: the functions of check-ops-cases.c for attention and
 * for the ops that depend on the position of a row.
 */

#include <math.h>

#include "engine/backend/check-ops-arrays.h"
#include "engine/backend/check-ops-cases.h"


/* batch, heads, heads of keys, head width, queries, keys, rows of keys for
 * each sequence (0: the same as keys), causal */
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
  pisces_op_keep (run, y);
}

void
pisces_op_run_attention_of_operands (PiscesOpRun *run,
                                     const gint  *n)
{
  const PiscesAttentionParams params  = attention_params (n);
  const gint64                kv_rows = n[6] ? (gint64) n[6] * (n[0] - 1) + n[5]
                                             : (gint64) n[5] * n[0];
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor  q      = OPERAND (run, weight, INPUT, n[0] * n[4], n[1] * n[3]);
  PiscesTensor  k      = OPERAND (run, weight, INPUT, kv_rows, n[2] * n[3]);
  PiscesTensor  v      = OPERAND (run, weight, INPUT, kv_rows, n[2] * n[3]);
  PiscesTensor  y      = OPERAND (run, weight, OUTPUT, n[0] * n[4], n[1] * n[3]);

  if (weight)
    pisces_attention (run->backend, y, q, k, v, &params);
  pisces_op_keep (run, y);
}

/* batch, heads, heads of keys, head width, queries, room for keys, causal,
 * biases (0, 1, or one for each head); each sequence has fewer keys than the
 * one before it */
void
pisces_op_run_attention_of_lengths (PiscesOpRun *run,
                                    const gint  *n)
{
  PiscesWeight          *weight  = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor           q       = OPERAND (run, weight, INPUT, n[0] * n[4], n[1] * n[3]);
  PiscesTensor           k       = OPERAND (run, weight, INPUT, n[0] * n[5], n[2] * n[3]);
  PiscesTensor           v       = OPERAND (run, weight, INPUT, n[0] * n[5], n[2] * n[3]);
  PiscesTensor           y       = OPERAND (run, weight, OUTPUT, n[0] * n[4], n[1] * n[3]);
  g_autofree gint64     *lengths = g_new (gint64, n[0]);
  PiscesAttentionParams  params  =
  {
    .n_batch    = n[0],
    .n_heads    = n[1],
    .n_kv_heads = n[2],
    .head_dim   = n[3],
    .scale      = 1.0 / sqrt (n[3]),
    .causal     = n[6],
    .lengths    = lengths
  };

  for (gint i = 0; i < n[0]; i++)
    lengths[i] = MAX (n[5] - 1 - 37 * i, n[4]);
  if (n[7])
    params.bias = ARRAY (run, INPUT, n[7] * n[4], n[5]);
  if (weight)
    pisces_attention (run->backend, y, q, k, v, &params);
  pisces_op_keep (run, y);
}

/* heads, heads of keys, head width, causal, then the rows of each window,
 * ended by a 0 */
void
pisces_op_run_attention_of_windows (PiscesOpRun *run,
                                    const gint  *n)
{
  gint64                starts[PISCES_OP_CASE_NUMBERS] = { 0 };
  PiscesAttentionParams params =
  {
    .n_heads    = n[0],
    .n_kv_heads = n[1],
    .head_dim   = n[2],
    .scale      = 1.0 / sqrt (n[2]),
    .causal     = n[3],
    .starts     = starts
  };
  PiscesWeight         *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor          q, k, v, y;

  for (; 4 + params.n_batch < PISCES_OP_CASE_NUMBERS && n[4 + params.n_batch]; params.n_batch++)
    starts[params.n_batch + 1] = starts[params.n_batch] + n[4 + params.n_batch];
  q = OPERAND (run, weight, INPUT, starts[params.n_batch], n[0] * n[2]);
  k = OPERAND (run, weight, INPUT, starts[params.n_batch], n[1] * n[2]);
  v = OPERAND (run, weight, INPUT, starts[params.n_batch], n[1] * n[2]);
  y = OPERAND (run, weight, OUTPUT, starts[params.n_batch], n[0] * n[2]);

  if (weight)
    pisces_attention (run->backend, y, q, k, v, &params);
  pisces_op_keep (run, y);
}


/*  positions  */

/* How many pairs use each axis; if there are no axes, rows are counted.  */
static PiscesRope
rope_new (PiscesOpRun *run,
          gint         head_dim,
          gboolean     interleaved,
          gint64       n_rows,
          const gint  *pairs)
{
  PiscesRope rope   =
  {
    .frequencies = VECTOR (run, head_dim / 2),
    .head_dim    = head_dim,
    .interleaved = interleaved
  };
  gint       n_axes = 0;

  while (n_axes < PISCES_MAX_AXES && pairs[n_axes] > 0)
    {
      rope.axis_pairs[n_axes] = pairs[n_axes];
      n_axes++;
    }
  if (n_axes > 0)
    rope.positions = pisces_op_places_new (run, n_rows, n_axes);

  return rope;
}

/* heads, head width, rows, first position, interleaved, pairs of each axis */
void
pisces_op_run_rope (PiscesOpRun *run,
                    const gint  *n)
{
  PiscesTensor x    = ARRAY (run, INPUT, n[2], n[0] * n[1]);
  PiscesRope   rope = rope_new (run, n[1], n[4], n[2], n + 5);

  if (rope.frequencies)
    pisces_rope (run->backend, x, &rope, n[3]);
  pisces_op_keep (run, x);
}

void
pisces_op_run_rope_of_operands (PiscesOpRun *run,
                                const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesRope    rope   = rope_new (run, n[1], n[4], n[2], n + 5);
  PiscesTensor  x      = OPERAND (run, weight, INPUT, n[2], n[0] * n[1]);

  if (weight && rope.frequencies)
    pisces_rope (run->backend, x, &rope, n[3]);
  pisces_op_keep (run, x);
}

/* heads, heads of keys, head width, rows, first row of the cache, pairs of each
 * axis */
void
pisces_op_run_rope_append (PiscesOpRun *run,
                           const gint  *n)
{
  PiscesWeight *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesRope    rope   = rope_new (run, n[2], FALSE, n[3], n + 5);
  PiscesTensor  qkv    = OPERAND (run, weight, INPUT, n[3], (n[0] + 2 * n[1]) * n[2]);
  PiscesTensor  whole  = OPERAND (run, weight, OUTPUT, n[4] + n[3], 2 * n[1] * n[2]);
  PiscesTensor  cache  = pisces_tensor_rows (whole, n[4], n[3]);

  if (weight && rope.frequencies)
    pisces_rope_append (run->backend, whole, qkv, &rope, 1, &(gint64) { n[4] });
  pisces_op_keep (run, cache);
  /* The keys and values in qkv are undefined now, so they are overwritten.  */
  pisces_copy (run->backend, pisces_tensor_columns (qkv, n[0] * n[2], 2 * n[1] * n[2]), cache);
  pisces_op_keep (run, qkv);
}

/* sequences, rows of each, heads, heads of keys, head width, room of each, pairs of
 * each axis; each sequence but the first is shorter than the one before it */
void
pisces_op_run_rope_append_of_sequences (PiscesOpRun *run,
                                        const gint  *n)
{
  const gint64       n_rows = (gint64) n[0] * n[1];
  PiscesWeight      *weight = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesRope         rope   = rope_new (run, n[4], FALSE, n_rows, n + 6);
  PiscesTensor       qkv    = OPERAND (run, weight, INPUT, n_rows, (n[2] + 2 * n[3]) * n[4]);
  PiscesTensor       cache  = OPERAND (run, weight, INPUT, n[0] * n[5], 2 * n[3] * n[4]);
  g_autofree gint64 *first  = g_new (gint64, n[0]);

  for (gint i = 0; i < n[0]; i++)
    first[i] = MAX (n[5] - n[1] - 7 * i, 0);
  if (weight && rope.frequencies)
    pisces_rope_append (run->backend, cache, qkv, &rope, n[0], first);
  pisces_op_keep (run, cache);
  /* The keys and values in qkv are undefined now, so they are overwritten.  */
  pisces_copy (run->backend, pisces_tensor_columns (qkv, n[2] * n[4], 2 * n[3] * n[4]),
               pisces_tensor_rows (cache, 0, n_rows));
  pisces_op_keep (run, qkv);
}

/* The data for writing one token of a text.  */
typedef struct
{
  PiscesOpRun           *run;
  PiscesRope             rope;
  PiscesTensor           cache;
  PiscesAttentionParams  params;
} Text;

static void
attend_once (PiscesTensor  y,
             PiscesTensor  x,
             const gint64 *positions,
             gpointer      user_data)
{
  Text         *text     = user_data;
  const gint64  q_width  = pisces_tensor_width (y);
  const gint64  kv_width = pisces_tensor_width (text->cache) / 2;
  const gint    n        = text->params.n_batch;
  gint64        lengths[PISCES_MAX_SEQUENCES];

  for (gint i = 0; i < n; i++)
    lengths[i] = positions[i] + 1;
  text->params.lengths = lengths;
  pisces_rope_append (text->run->backend, text->cache, x, &text->rope, n, positions);
  pisces_attention (text->run->backend, y, pisces_tensor_columns (x, 0, q_width),
                    pisces_tensor_columns (text->cache, 0, kv_width),
                    pisces_tensor_columns (text->cache, kv_width, kv_width), &text->params);
}

/* Writes one token after another in each sequence, so that the later ones
 * replay what the backend has captured. heads, heads of keys, head width,
 * tokens, first row of the cache, room after them, sequences (each begins 5
 * rows after the one before it), pairs of each axis; with axes, a token's
 * position is written before its step */
void
pisces_op_run_captured_step (PiscesOpRun *run,
                             const gint  *n)
{
  const gint64  q_width  = (gint64) n[0] * n[2];
  const gint64  kv_width = (gint64) n[1] * n[2];
  const gint    n_texts  = n[6];
  PiscesWeight *weight   = WEIGHT (run, PISCES_WEIGHT_LINEAR, run->weight_type, 8, 8);
  PiscesTensor  qkv      = OPERAND (run, weight, INPUT, n[3] * n_texts, q_width + 2 * kv_width);
  PiscesTensor  x        = OPERAND (run, weight, INPUT, n_texts, q_width + 2 * kv_width);
  PiscesTensor  y        = OPERAND (run, weight, OUTPUT, n_texts, q_width);
  PiscesTensor  all      = OPERAND (run, weight, OUTPUT, n[3] * n_texts, q_width);
  const gint64  n_room   = n[4] + n[3] + n[5] + 5 * (n_texts - 1);
  Text          text     =
  {
    .run         = run,
    .rope        = rope_new (run, n[2], FALSE, n_texts, n + 7),
    .cache       = OPERAND (run, weight, INPUT, n_texts * n_room, 2 * kv_width),
    .params      = { .n_batch = n_texts, .n_heads = n[0], .n_kv_heads = n[1],
                     .head_dim = n[2], .causal = TRUE, .kv_rows_per_batch = n_room,
                     .scale = 1.0 / sqrt (n[2]) }
  };
  PiscesStep   *step     = pisces_step_new (run->backend, n_texts, attend_once, &text);

  for (gint i = 0; i < n[3] && weight && text.rope.frequencies; i++)
    {
      gint64 positions[PISCES_MAX_SEQUENCES];

      for (gint s = 0; s < n_texts; s++)
        positions[s] = n[4] + i + 5 * s;
      if (text.rope.positions.data)
        pisces_copy (run->backend, text.rope.positions,
                     pisces_op_places_new (run, n_texts,
                                           pisces_tensor_width (text.rope.positions)));
      pisces_copy (run->backend, x, pisces_tensor_rows (qkv, i * n_texts, n_texts));
      pisces_step_run (step, y, x, positions);
      pisces_copy (run->backend, pisces_tensor_rows (all, i * n_texts, n_texts), y);
    }
  pisces_step_free (step);
  pisces_op_keep (run, all);
}
