/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16-body.h: the code for one width of vector registers.  rows16.c includes
 * it once for each width, and defines before that:
 *
 *   ROWS(name)         the name with a suffix of its own
 *   ROWS_TARGET        the attribute that lets the compiler use the registers
 *   ROWS_LANES         floats of one register
 *   ROWS_HALVES(at)    so many float16 as floats
 *   ROWS_TOTAL(lanes)  the sum of all floats of a register
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
      ROWS (Bits) bits = *(const ROWS (Bits) *) w;

      PISCES_CPU_IN_REGISTER (bits);
      both[0] = (ROWS (Vector)) (bits << 16);
      both[1] = (ROWS (Vector)) (bits & 0xffff0000u);
    }
  else
    {
      both[0] = ROWS_HALVES (w);
      both[1] = ROWS_HALVES (w + ROWS_LANES);
    }
}

/* Adds the products of one line of each of @n_w rows of weights with each row of @x.  */
ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (add_line) (ROWS (Vector)        *first,
                 ROWS (Vector)        *second,
                 const guint16 *const *w,
                 const gint            n_w,
                 gint64                begin,
                 const gfloat         *x,
                 const gint            n_rows,
                 const gboolean        bf16)
{
  #pragma GCC unroll 4
  for (gint c = 0; c < PISCES_ROWS16_LINE; c += 2 * ROWS_LANES)
    #pragma GCC unroll 3
    for (gint j = 0; j < n_w; j++)
      {
        ROWS (Vector) both[2];

        ROWS (load) (both, w[j] + begin + c, bf16);
        #pragma GCC unroll 4
        for (gint i = 0; i < n_rows; i++)
          {
            const gfloat *at = x + i * PISCES_ROWS16_LINE + c;

            first[j * n_rows + i]  += both[0] * *(const ROWS (Vector) *) at;
            second[j * n_rows + i] += both[1] * *(const ROWS (Vector) *) (at + ROWS_LANES);
          }
      }
}

ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (dot_rows) (gfloat               *sums,
                 gint64                place_sums,
                 gint64                row_sums,
                 const guint16 *const *w,
                 const gint            n_w,
                 const gfloat         *x,
                 const gint            n_rows,
                 gint64                n_in,
                 const gboolean        bf16)
{
  const gint64  whole = n_in / PISCES_ROWS16_LINE * PISCES_ROWS16_LINE;
  ROWS (Vector) first[6];       /* three places and two rows, or one and four */
  ROWS (Vector) second[6];

  #pragma GCC unroll 6
  for (gint i = 0; i < n_w * n_rows; i++)
    first[i] = second[i] = (ROWS (Vector)) { 0 };

  for (gint64 c = 0; c < whole; c += PISCES_ROWS16_LINE)
    {
      #pragma GCC unroll 3
      for (gint j = 0; j < n_w; j++)
        __builtin_prefetch ((const guint8 *) (w[j] + c) + PISCES_ROWS16_AHEAD);
      ROWS (add_line) (first, second, w, n_w, c, x + c * n_rows, n_rows, bf16);
    }
  if (whole < n_in)
    {
      guint16        rest[PISCES_ROWS16_PLACES][PISCES_ROWS16_LINE] = { 0 };
      const guint16 *rests[PISCES_ROWS16_PLACES];

      for (gint j = 0; j < n_w; j++)
        rests[j] = memcpy (rest[j], w[j] + whole, (n_in - whole) * sizeof (guint16));
      ROWS (add_line) (first, second, rests, n_w, 0, x + whole * n_rows, n_rows, bf16);
    }

  #pragma GCC unroll 3
  for (gint j = 0; j < n_w; j++)
    #pragma GCC unroll 4
    for (gint i = 0; i < n_rows; i++)
      sums[j * place_sums + i * row_sums] = ROWS_TOTAL (first[j * n_rows + i] +
                                                        second[j * n_rows + i]);
}

/* For more than two rows of @x there are no registers for the sums of several rows of
 * weights.  */
ROWS_TARGET static inline __attribute__ ((always_inline)) void
ROWS (dots) (const PiscesRows16Step *step,
             const gint              n_rows,
             const gboolean          bf16)
{
  for (gint64 o = 0; o < step->n_each; o++)
    {
      const guint16 *w[PISCES_ROWS16_PLACES];

      for (gint j = 0; j < PISCES_ROWS16_PLACES; j++)
        w[j] = step->w[j] + o * step->n_in;
      if (n_rows <= 2)
        ROWS (dot_rows) (step->sums + o, step->n_each, step->row_sums, w, PISCES_ROWS16_PLACES,
                         step->x, n_rows, step->n_in, bf16);
      else
        for (gint j = 0; j < PISCES_ROWS16_PLACES; j++)
          ROWS (dot_rows) (step->sums + j * step->n_each + o, 0, step->row_sums, w + j, 1,
                           step->x, n_rows, step->n_in, bf16);
    }
}

ROWS_TARGET static void
ROWS (dots_bf16) (const PiscesRows16Step *step)
{
  switch (step->n_rows)
    {
    case 1: ROWS (dots) (step, 1, TRUE); break;
    case 2: ROWS (dots) (step, 2, TRUE); break;
    case 3: ROWS (dots) (step, 3, TRUE); break;
    case 4: ROWS (dots) (step, 4, TRUE); break;
    }
}

ROWS_TARGET static void
ROWS (dots_f16) (const PiscesRows16Step *step)
{
  switch (step->n_rows)
    {
    case 1: ROWS (dots) (step, 1, FALSE); break;
    case 2: ROWS (dots) (step, 2, FALSE); break;
    case 3: ROWS (dots) (step, 3, FALSE); break;
    case 4: ROWS (dots) (step, 4, FALSE); break;
    }
}

static const PiscesRows16 ROWS (rows) =
{
  .lanes = ROWS_LANES, .dots_bf16 = ROWS (dots_bf16), .dots_f16 = ROWS (dots_f16)
};
