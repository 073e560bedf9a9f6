/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16.c: the functions of rows16.h for two widths of vector registers.  The
 * widest that the machine has is chosen at run time; registers of 512 bits were slower
 * than those of 256 (0.63 to 0.86 of what the memory gives, instead of 0.86 to 0.94),
 * except with products of pairs (rows16-pairs.c).
 */

#include <string.h>

#include "engine/cpu/rows16.h"
#include "engine/cpu/vectors.h"


typedef gfloat Four __attribute__ ((vector_size (16)));

static inline gfloat
total_of_four (Four four)
{
  return (four[0] + four[2]) + (four[1] + four[3]);
}

#define ROWS(name)         name##_128
#define ROWS_TARGET
#define ROWS_LANES         4
#define ROWS_HALVES(at)    (Vector_128) PISCES_CPU_HALVES_128 (at)
#define ROWS_TOTAL(lanes)  total_of_four ((Four) (lanes))
#include "engine/cpu/rows16-body.h"
#undef ROWS
#undef ROWS_TARGET
#undef ROWS_LANES
#undef ROWS_HALVES
#undef ROWS_TOTAL

#ifdef __x86_64__

PISCES_CPU_TARGET_256 static inline __attribute__ ((always_inline)) gfloat
total_of_eight (__m256 eight)
{
  return total_of_four ((Four) _mm_add_ps (_mm256_castps256_ps128 (eight),
                                           _mm256_extractf128_ps (eight, 1)));
}

#define ROWS(name)         name##_256
#define ROWS_TARGET        PISCES_CPU_TARGET_256
#define ROWS_LANES         8
#define ROWS_HALVES(at)    (Vector_256) PISCES_CPU_HALVES_256 (at)
#define ROWS_TOTAL(lanes)  total_of_eight ((__m256) (lanes))
#include "engine/cpu/rows16-body.h"
static const PiscesRows16 rows_pairs =
{
  .lanes        = 8,
  .dots_bf16    = pisces_rows16_dots_pairs,
  .dots_f16     = dots_f16_256,
  .arrange_bf16 = pisces_rows16_arrange_pairs
};

#endif


/**
 * pisces_rows16_choose:
 *
 * Returns: the functions for this machine.
 */
const PiscesRows16 *
pisces_rows16_choose (void)
{
#ifdef __x86_64__
  if (pisces_cpu_has_bf16 ())
    return &rows_pairs;
  if (pisces_cpu_vector_bits () >= 256)
    return &rows_256;
#endif
  return &rows_128;
}

/* Even and odd inputs by turns, as many of each as a register has.  */
static inline void
arrange_line (gfloat       *y,
              const gfloat *x,
              gint          lanes)
{
  for (gint c = 0; c < PISCES_ROWS16_LINE; c += 2 * lanes)
    for (gint i = 0; i < lanes; i++)
      {
        y[c + i]         = x[c + 2 * i];
        y[c + lanes + i] = x[c + 2 * i + 1];
      }
}

/**
 * pisces_rows16_row_floats:
 *
 * Returns: the size of an arranged row of @n_in inputs, in floats.
 */
gint64
pisces_rows16_row_floats (gint64 n_in)
{
  return (n_in + PISCES_ROWS16_LINE - 1) / PISCES_ROWS16_LINE * PISCES_ROWS16_LINE;
}

/**
 * pisces_rows16_arrange:
 * @y: (out): for each line of inputs as many floats, in the order in which the line's
 *   weights want them, with zeros after the last input.
 * @y_line: how many floats these lie apart: there is room for the lines of other rows
 *   in between, so that all are read in order.
 * @x: `[n_in]`.
 * @bf16: TRUE for weights in bfloat16; float16 takes the inputs in order.
 */
void
pisces_rows16_arrange (const PiscesRows16 *funcs,
                       gfloat             *y,
                       gint64              y_line,
                       const gfloat       *x,
                       gint64              n_in,
                       gboolean            bf16)
{
  if (bf16 && funcs->arrange_bf16)
    {
      funcs->arrange_bf16 (y, y_line, x, n_in);
      return;
    }

  for (gint64 c = 0; c < n_in; c += PISCES_ROWS16_LINE, y += y_line)
    {
      const gint n                        = MIN (PISCES_ROWS16_LINE, n_in - c);
      gfloat     line[PISCES_ROWS16_LINE] = { 0 };

      memcpy (line, x + c, n * sizeof (gfloat));
      if (bf16)
        arrange_line (y, line, funcs->lanes);
      else
        memcpy (y, line, sizeof (line));
    }
}
