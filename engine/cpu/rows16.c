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
 * @y: (out): `[pisces_rows16_row_floats()]`, with zeros after the last input.
 * @x: `[n_in]`.
 * @bf16: TRUE for weights in bfloat16; float16 takes the inputs in order.
 */
void
pisces_rows16_arrange (const PiscesRows16 *funcs,
                       gfloat             *y,
                       const gfloat       *x,
                       gint64              n_in,
                       gboolean            bf16)
{
  const gint   lanes  = funcs->lanes;
  const gint64 floats = pisces_rows16_row_floats (n_in);

  if (! bf16)
    {
      memcpy (y, x, n_in * sizeof (gfloat));
      memset (y + n_in, 0, (floats - n_in) * sizeof (gfloat));
    }
  else if (funcs->arrange_bf16)
    funcs->arrange_bf16 (y, x, n_in);
  else
    for (gint64 c = 0; c < floats; c += 2 * lanes)
      for (gint i = 0; i < 2 * lanes; i++)
        y[c + i % 2 * lanes + i / 2] = c + i < n_in ? x[c + i] : 0.0f;
}
