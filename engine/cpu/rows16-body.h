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

/* Multiplies @n_w rows of weights with @n_rows rows of @x.  */
ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (sums) (gfloat               *sums,
             const guint16 *const *w,
             const gint            n_w,
             const gfloat         *x,
             gint64                x_row,
             const gint            n_rows,
             gint64                n_in,
             const gboolean        bf16)
{
  ROWS (Vector) first[PISCES_ROWS16_ROWS];
  ROWS (Vector) second[PISCES_ROWS16_ROWS];
  guint16       rest[2 * ROWS_LANES];

  #pragma GCC unroll 4
  for (gint i = 0; i < n_w * n_rows; i++)
    first[i] = second[i] = (ROWS (Vector)) { 0 };

  for (gint64 c = 0; c < n_in; c += 2 * ROWS_LANES)
    {
      #pragma GCC unroll 4
      for (gint j = 0; j < n_w; j++)
        {
          const guint16 *at = w[j] + c;
          ROWS (Vector)  both[2];

          if (G_UNLIKELY (n_in - c < 2 * ROWS_LANES))
            {
              memset (rest, 0, sizeof (rest));
              memcpy (rest, at, (n_in - c) * sizeof (guint16));
              at = rest;
            }
          __builtin_prefetch ((const guint8 *) at + AHEAD);
          ROWS (load) (both, at, bf16);

          #pragma GCC unroll 4
          for (gint i = 0; i < n_rows; i++)
            {
              const gfloat *row = x + i * x_row + c;

              first[j * n_rows + i]  += both[0] * *(const ROWS (Vector) *) row;
              second[j * n_rows + i] += both[1] * *(const ROWS (Vector) *) (row + ROWS_LANES);
            }
        }
    }

  for (gint i = 0; i < n_w * n_rows; i++)
    sums[i] = ROWS (total) (first[i], second[i]);
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
      ROWS (sums) (sums, &w, 1, x, x_row, 1, n_in, bf16);
      break;
    case 2:
      ROWS (sums) (sums, &w, 1, x, x_row, 2, n_in, bf16);
      break;
    case 3:
      ROWS (sums) (sums, &w, 1, x, x_row, 3, n_in, bf16);
      break;
    case 4:
      ROWS (sums) (sums, &w, 1, x, x_row, 4, n_in, bf16);
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

ROWS_TARGET static void
ROWS (dots_bf16) (gfloat               *sums,
                  const guint16 *const *w,
                  const gfloat         *x,
                  gint64                n_in)
{
  ROWS (sums) (sums, w, PISCES_ROWS16_SOME, x, 0, 1, n_in, TRUE);
}

ROWS_TARGET static void
ROWS (dots_f16) (gfloat               *sums,
                 const guint16 *const *w,
                 const gfloat         *x,
                 gint64                n_in)
{
  ROWS (sums) (sums, w, PISCES_ROWS16_SOME, x, 0, 1, n_in, FALSE);
}

static const PiscesRows16 ROWS (rows) =
{
  ROWS_LANES, ROWS (dot_bf16), ROWS (dot_f16), ROWS (dots_bf16), ROWS (dots_f16)
};
