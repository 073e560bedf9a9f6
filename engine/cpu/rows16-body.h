/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16-body.h: the code for one width of vector registers.  rows16.c includes
 * it once for each width, and defines before that:
 *
 *   ROWS(name)       the name with a suffix of its own
 *   ROWS_TARGET      the attribute that lets the compiler use the registers
 *   ROWS_LANES       floats of one register
 *   ROWS_HALVES(at)  so many float16 as floats
 */

typedef gfloat  ROWS (Vector)
  __attribute__ ((vector_size (ROWS_LANES * 4), aligned (4), may_alias));
typedef guint32 ROWS (Bits)
  __attribute__ ((vector_size (ROWS_LANES * 4), aligned (2), may_alias));

/* Takes two registers of weights at a time, with a sum for each.  A bfloat16 is
 * the upper half of a float32, and each 32 bits hold two: the first of the pair
 * is the lower half.  So @x has first all even inputs of the two registers and
 * then all odd ones.  */
ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (sums) (gfloat         *sums,
             const guint16  *w,
             const gfloat   *x,
             gint64          x_row,
             const gint      n_rows,
             gint64          n_in,
             const gboolean  bf16)
{
  ROWS (Vector) first[PISCES_ROWS16_ROWS];
  ROWS (Vector) second[PISCES_ROWS16_ROWS];
  guint16       rest[2 * ROWS_LANES];

  #pragma GCC unroll 4
  for (gint i = 0; i < n_rows; i++)
    first[i] = second[i] = (ROWS (Vector)) { 0 };

  for (gint64 c = 0; c < n_in; c += 2 * ROWS_LANES, w += 2 * ROWS_LANES)
    {
      ROWS (Vector) w0, w1;

      if (G_UNLIKELY (n_in - c < 2 * ROWS_LANES))
        {
          memset (rest, 0, sizeof (rest));
          memcpy (rest, w, (n_in - c) * sizeof (guint16));
          w = rest;
        }
      __builtin_prefetch ((const guint8 *) w + AHEAD);
      if (bf16)
        {
          const ROWS (Bits) bits = *(const ROWS (Bits) *) w;

          w0 = (ROWS (Vector)) (bits << 16);
          w1 = (ROWS (Vector)) (bits & 0xffff0000u);
        }
      else
        {
          w0 = ROWS_HALVES (w);
          w1 = ROWS_HALVES (w + ROWS_LANES);
        }

      #pragma GCC unroll 4
      for (gint i = 0; i < n_rows; i++)
        {
          first[i]  += w0 * *(const ROWS (Vector) *) (x + i * x_row + c);
          second[i] += w1 * *(const ROWS (Vector) *) (x + i * x_row + c + ROWS_LANES);
        }
    }

  for (gint i = 0; i < n_rows; i++)
    {
      const ROWS (Vector) both  = first[i] + second[i];
      gfloat              lanes[ROWS_LANES];

      memcpy (lanes, &both, sizeof (lanes));
      for (gint n = ROWS_LANES / 2; n > 0; n /= 2)
        for (gint l = 0; l < n; l++)
          lanes[l] += lanes[l + n];
      sums[i] = lanes[0];
    }
}

ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (dot) (gfloat         *sums,
            const guint16  *w,
            const gfloat   *x,
            gint64          x_row,
            gint            n_rows,
            gint64          n_in,
            const gboolean  bf16)
{
  switch (n_rows)
    {
    case 1:
      ROWS (sums) (sums, w, x, x_row, 1, n_in, bf16);
      break;
    case 2:
      ROWS (sums) (sums, w, x, x_row, 2, n_in, bf16);
      break;
    case 3:
      ROWS (sums) (sums, w, x, x_row, 3, n_in, bf16);
      break;
    case 4:
      ROWS (sums) (sums, w, x, x_row, 4, n_in, bf16);
      break;
    }
}

ROWS_TARGET static void
ROWS (dot_bf16) (gfloat        *sums,
                 const guint16 *w,
                 const gfloat  *x,
                 gint64         x_row,
                 gint           n_rows,
                 gint64         n_in)
{
  ROWS (dot) (sums, w, x, x_row, n_rows, n_in, TRUE);
}

ROWS_TARGET static void
ROWS (dot_f16) (gfloat        *sums,
                const guint16 *w,
                const gfloat  *x,
                gint64         x_row,
                gint           n_rows,
                gint64         n_in)
{
  ROWS (dot) (sums, w, x, x_row, n_rows, n_in, FALSE);
}
