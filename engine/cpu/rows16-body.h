/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16-body.h: the code for one width of vector registers.  rows16.c includes
 * it once for each width, and defines before that:
 *
 *   ROWS(name)       the name with a suffix of its own
 *   ROWS_TARGET      the attribute that lets the compiler use the registers
 *   ROWS_LANES       floats of one register
 *   ROWS_HALVES(at)  so many float16 as floats
 *   ROWS_AT_ONCE     with so many rows of activations, the sums of all rows of weights
 *                    fit into the registers
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
ROWS (load) (ROWS (Vector)   both[2],
             const guint16  *w,
             const gboolean  bf16)
{
  if (bf16)
    {
      const ROWS (Bits) bits = *(const ROWS (Bits) *) w;

      both[0] = (ROWS (Vector)) (bits << 16);
      both[1] = (ROWS (Vector)) (bits & 0xffff0000u);
    }
  else
    {
      both[0] = ROWS_HALVES (w);
      both[1] = ROWS_HALVES (w + ROWS_LANES);
    }
}

ROWS_TARGET static inline __attribute__ ((always_inline)) gfloat
ROWS (total) (ROWS (Vector) first,
              ROWS (Vector) second)
{
  const ROWS (Vector) both  = first + second;
  gfloat              lanes[ROWS_LANES];

  memcpy (lanes, &both, sizeof (lanes));
  for (gint n = ROWS_LANES / 2; n > 0; n /= 2)
    for (gint l = 0; l < n; l++)
      lanes[l] += lanes[l + n];
  return lanes[0];
}

/* Adds the products of two registers of weights, or of the @n_left weights that
 * are left, with each row of @x.  */
ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (step) (ROWS (Vector)  *first,
             ROWS (Vector)  *second,
             const guint16  *w,
             const gfloat   *x,
             gint64          x_row,
             const gint      n_rows,
             gint64          n_left,
             const gboolean  bf16)
{
  ROWS (Vector) both[2];
  guint16       rest[2 * ROWS_LANES];

  if (G_UNLIKELY (n_left < 2 * ROWS_LANES))
    {
      memset (rest, 0, sizeof (rest));
      memcpy (rest, w, n_left * sizeof (guint16));
      w = rest;
    }
  __builtin_prefetch ((const guint8 *) w + AHEAD);
  ROWS (load) (both, w, bf16);

  #pragma GCC unroll 4
  for (gint i = 0; i < n_rows; i++)
    {
      first[i]  += both[0] * *(const ROWS (Vector) *) (x + i * x_row);
      second[i] += both[1] * *(const ROWS (Vector) *) (x + i * x_row + ROWS_LANES);
    }
}

/* Multiplies @n_w rows of weights with @n_rows rows of @x, at most ROWS_AT_ONCE.  */
ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (at_once) (gfloat               *sums,
                const guint16 *const *w,
                const gint            n_w,
                const gfloat         *x,
                gint64                x_row,
                const gint            n_rows,
                gint64                n_in,
                const gboolean        bf16)
{
  ROWS (Vector) first[PISCES_ROWS16_SOME * ROWS_AT_ONCE];
  ROWS (Vector) second[PISCES_ROWS16_SOME * ROWS_AT_ONCE];

  #pragma GCC unroll 16
  for (gint i = 0; i < n_w * n_rows; i++)
    first[i] = second[i] = (ROWS (Vector)) { 0 };

  for (gint64 c = 0; c < n_in; c += 2 * ROWS_LANES)
    {
      #pragma GCC unroll 4
      for (gint j = 0; j < n_w; j++)
        ROWS (step) (first + j * n_rows, second + j * n_rows, w[j] + c, x + c, x_row, n_rows,
                     n_in - c, bf16);
    }

  for (gint i = 0; i < n_w * n_rows; i++)
    sums[i] = ROWS (total) (first[i], second[i]);
}

/* The same with more rows of @x.  There are no registers for the sums of all of
 * them, so each row of weights is read for a while before the next one.  */
ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (by_turns) (gfloat               *sums,
                 const guint16 *const *w,
                 const gint            n_w,
                 const gfloat         *x,
                 gint64                x_row,
                 const gint            n_rows,
                 gint64                n_in,
                 const gboolean        bf16)
{
  ROWS (Vector) all[PISCES_ROWS16_SOME][2][PISCES_ROWS16_ROWS];

  for (gint j = 0; j < n_w; j++)
    for (gint i = 0; i < n_rows; i++)
      all[j][0][i] = all[j][1][i] = (ROWS (Vector)) { 0 };

  for (gint64 begin = 0; begin < n_in; begin += BURST)
    for (gint j = 0; j < n_w; j++)
      {
        ROWS (Vector) first[PISCES_ROWS16_ROWS];
        ROWS (Vector) second[PISCES_ROWS16_ROWS];

        #pragma GCC unroll 4
        for (gint i = 0; i < n_rows; i++)
          {
            first[i]  = all[j][0][i];
            second[i] = all[j][1][i];
          }
        for (gint64 c = begin; c < MIN (begin + BURST, n_in); c += 2 * ROWS_LANES)
          ROWS (step) (first, second, w[j] + c, x + c, x_row, n_rows, n_in - c, bf16);
        #pragma GCC unroll 4
        for (gint i = 0; i < n_rows; i++)
          {
            all[j][0][i] = first[i];
            all[j][1][i] = second[i];
          }
      }

  for (gint j = 0; j < n_w; j++)
    for (gint i = 0; i < n_rows; i++)
      sums[j * n_rows + i] = ROWS (total) (all[j][0][i], all[j][1][i]);
}

ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (dots) (gfloat               *sums,
             const guint16 *const *w,
             const gint            n_w,
             const gfloat         *x,
             gint64                x_row,
             gint                  n_rows,
             gint64                n_in,
             const gboolean        bf16)
{
  switch (n_rows)
    {
    case 1:
      ROWS (at_once) (sums, w, n_w, x, x_row, 1, n_in, bf16);
      break;
    case 2:
      if (ROWS_AT_ONCE >= 2)
        ROWS (at_once) (sums, w, n_w, x, x_row, 2, n_in, bf16);
      else
        ROWS (by_turns) (sums, w, n_w, x, x_row, 2, n_in, bf16);
      break;
    case 3:
      ROWS (by_turns) (sums, w, n_w, x, x_row, 3, n_in, bf16);
      break;
    case 4:
      ROWS (by_turns) (sums, w, n_w, x, x_row, 4, n_in, bf16);
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
  ROWS (dots) (sums, &w, 1, x, x_row, n_rows, n_in, TRUE);
}

ROWS_TARGET static void
ROWS (dot_f16) (gfloat        *sums,
                const guint16 *w,
                const gfloat  *x,
                gint64         x_row,
                gint           n_rows,
                gint64         n_in)
{
  ROWS (dots) (sums, &w, 1, x, x_row, n_rows, n_in, FALSE);
}

ROWS_TARGET static void
ROWS (dots_bf16) (gfloat               *sums,
                  const guint16 *const *w,
                  const gfloat         *x,
                  gint64                x_row,
                  gint                  n_rows,
                  gint64                n_in)
{
  ROWS (dots) (sums, w, PISCES_ROWS16_SOME, x, x_row, n_rows, n_in, TRUE);
}

ROWS_TARGET static void
ROWS (dots_f16) (gfloat               *sums,
                 const guint16 *const *w,
                 const gfloat         *x,
                 gint64                x_row,
                 gint                  n_rows,
                 gint64                n_in)
{
  ROWS (dots) (sums, w, PISCES_ROWS16_SOME, x, x_row, n_rows, n_in, FALSE);
}

static const PiscesRows16 ROWS (rows) =
{
  ROWS_LANES, ROWS (dot_bf16), ROWS (dot_f16), ROWS (dots_bf16), ROWS (dots_f16)
};
