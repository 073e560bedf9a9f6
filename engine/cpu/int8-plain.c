/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-plain.c: products in integers in plain C.  This is the specification: the
 * functions of all instruction sets give the same bits as these.
 *
 * The sums of a block are integers, so they are exact in any order.  There are
 * sixteen float32 sums, and each takes every sixteenth block in order.  Each step
 * is a product and an addition that are both rounded.  At the end the sixteen
 * sums are added in pairs.
 */

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize ("fp-contract=off")
#endif

#include "engine/cpu/int8.h"

#define BLOCK PISCES_INT8_BLOCK
#define GROUP PISCES_INT8_GROUP


static gboolean
is_supported (void)
{
  return TRUE;
}

/* Adds the sum of one block, times the scales of both sides.  */
static void
add_block (gfloat              *sums,
           gint64               block,
           gint32               sum,
           const _Float16      *scales,
           const PiscesInt8Row *x)
{
  const gfloat scale   = (gfloat) scales[block] * x->scales[block];
  const gfloat product = (gfloat) (sum + x->starts[block]) * scale;

  sums[block % GROUP] += product;
}

static gfloat
add_up (gfloat *sums)
{
  for (gint n = GROUP / 2; n > 0; n /= 2)
    for (gint i = 0; i < n; i++)
      sums[i] += sums[i + n];

  return sums[0];
}

static gfloat
dot_8 (const guint8        *quants,
       const _Float16      *scales,
       const PiscesInt8Row *x,
       gint64               n_blocks)
{
  gfloat sums[GROUP] = { 0 };

  for (gint64 b = 0; b < n_blocks; b++)
    {
      const gint8 *w   = (const gint8 *) quants + b * BLOCK;
      const gint8 *at  = x->quants + b * BLOCK;
      gint32       sum = 0;

      for (gint i = 0; i < BLOCK; i++)
        sum += w[i] * at[i];
      add_block (sums, b, sum, scales, x);
    }

  return add_up (sums);
}

static gfloat
dot_4 (const guint8        *quants,
       const _Float16      *scales,
       const PiscesInt8Row *x,
       gint64               n_blocks)
{
  gfloat sums[GROUP] = { 0 };

  for (gint64 b = 0; b < n_blocks; b++)
    {
      const guint8 *w   = quants + b * BLOCK / 2;
      const gint8  *at  = x->quants + b * BLOCK;
      gint32        sum = 0;

      for (gint i = 0; i < BLOCK / 2; i++)
        sum += (w[i] & 15) * at[i] + (w[i] >> 4) * at[BLOCK / 2 + i];
      add_block (sums, b, sum, scales, x);
    }

  return add_up (sums);
}

static void
dots_8 (gfloat                *sums,
        const guint8  *const  *quants,
        const _Float16 *const *scales,
        const PiscesInt8Row   *x,
        gint64                 n_blocks)
{
  for (gint i = 0; i < PISCES_INT8_ROWS; i++)
    sums[i] = dot_8 (quants[i], scales[i], x, n_blocks);
}

static void
dots_4 (gfloat                *sums,
        const guint8  *const  *quants,
        const _Float16 *const *scales,
        const PiscesInt8Row   *x,
        gint64                 n_blocks)
{
  for (gint i = 0; i < PISCES_INT8_ROWS; i++)
    sums[i] = dot_4 (quants[i], scales[i], x, n_blocks);
}

const PiscesInt8 pisces_int8_plain =
{
  .name         = "plain",
  .is_supported = is_supported,
  .dot_8        = dot_8,
  .dot_4        = dot_4,
  .dots_8       = dots_8,
  .dots_4       = dots_4,
  .offset_8     = 0,
  .halves       = 1,
  .panel_width  = 16,
  .tile_rows    = 1
};
