/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * transpose.c: turns rows into columns, as panels want them.  Squares of eight by
 * eight are turned in registers: one value at a time, this took most of the time of
 * a prompt of 32 tokens, and a twentieth of a vision encoder's.
 */

#include "engine/cpu/cpu.h"


/* Floats in one register of AVX2, or in two registers of others.  */
#define LANES 8

typedef gfloat Lanes   __attribute__ ((vector_size (LANES * 4), aligned (4), may_alias));
typedef gint32 Indices __attribute__ ((vector_size (LANES * 4)));


/* First pairs of single values change places, then pairs of two, then pairs of
 * four.  */
static inline __attribute__ ((always_inline)) void
turn_square (gfloat       *out,
             gint64        out_stride,
             const gfloat *in,
             gint64        in_stride)
{
  const Indices low_1  = { 0, 8, 1, 9, 4, 12, 5, 13 };
  const Indices high_1 = { 2, 10, 3, 11, 6, 14, 7, 15 };
  const Indices low_2  = { 0, 1, 8, 9, 4, 5, 12, 13 };
  const Indices high_2 = { 2, 3, 10, 11, 6, 7, 14, 15 };
  const Indices low_4  = { 0, 1, 2, 3, 8, 9, 10, 11 };
  const Indices high_4 = { 4, 5, 6, 7, 12, 13, 14, 15 };
  Lanes         a[LANES], b[LANES];

  #pragma GCC unroll 8
  for (gint i = 0; i < LANES; i++)
    a[i] = *(const Lanes *) (in + i * in_stride);
  #pragma GCC unroll 4
  for (gint i = 0; i < LANES; i += 2)
    {
      b[i]     = __builtin_shuffle (a[i], a[i + 1], low_1);
      b[i + 1] = __builtin_shuffle (a[i], a[i + 1], high_1);
    }
  #pragma GCC unroll 2
  for (gint i = 0; i < LANES; i += 4)
    {
      a[i]     = __builtin_shuffle (b[i], b[i + 2], low_2);
      a[i + 1] = __builtin_shuffle (b[i], b[i + 2], high_2);
      a[i + 2] = __builtin_shuffle (b[i + 1], b[i + 3], low_2);
      a[i + 3] = __builtin_shuffle (b[i + 1], b[i + 3], high_2);
    }
  #pragma GCC unroll 4
  for (gint i = 0; i < 4; i++)
    {
      *(Lanes *) (out + i * out_stride)       = __builtin_shuffle (a[i], a[i + 4], low_4);
      *(Lanes *) (out + (i + 4) * out_stride) = __builtin_shuffle (a[i], a[i + 4], high_4);
    }
}

/**
 * pisces_cpu_transpose:
 * @out: `[n_columns][n_rows]`, with the stride @out_stride.
 * @in: `[n_rows][n_columns]`, with the stride @in_stride.
 *
 * Copies @in to @out with rows and columns exchanged.
 */
PISCES_VECTORISED void
pisces_cpu_transpose (gfloat       *out,
                      gint64        out_stride,
                      const gfloat *in,
                      gint64        in_stride,
                      gint64        n_rows,
                      gint64        n_columns)
{
  const gint64 whole_rows    = n_rows / LANES * LANES;
  const gint64 whole_columns = n_columns / LANES * LANES;

  for (gint64 c = 0; c < whole_columns; c += LANES)
    for (gint64 r = 0; r < whole_rows; r += LANES)
      turn_square (out + c * out_stride + r, out_stride, in + r * in_stride + c, in_stride);
  for (gint64 c = 0; c < n_columns; c++)
    for (gint64 r = c < whole_columns ? whole_rows : 0; r < n_rows; r++)
      out[c * out_stride + r] = in[r * in_stride + c];
}
