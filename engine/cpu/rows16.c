/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16.c: the functions of rows16.h for three widths of vector registers.  The
 * widest that the machine has is chosen at run time.
 */

#include <string.h>

#include "engine/cpu/rows16.h"
#include "engine/cpu/vectors.h"


/* How far ahead weights are prefetched, in bytes.  The processor's own
 * prefetching stops at the end of each page.  */
#define AHEAD 2048

/* How many weights of a row are read before those of the next one.  */
#define BURST 256

#define ROWS(name)       name##_128
#define ROWS_TARGET
#define ROWS_LANES       4
#define ROWS_AT_ONCE     1
#define ROWS_HALVES(at)  (Vector_128) PISCES_CPU_HALVES_128 (at)
#include "engine/cpu/rows16-body.h"
#undef ROWS
#undef ROWS_TARGET
#undef ROWS_LANES
#undef ROWS_AT_ONCE
#undef ROWS_HALVES

#ifdef __x86_64__

#define ROWS(name)       name##_256
#define ROWS_TARGET      PISCES_CPU_TARGET_256
#define ROWS_LANES       8
#define ROWS_AT_ONCE     1
#define ROWS_HALVES(at)  (Vector_256) PISCES_CPU_HALVES_256 (at)
#include "engine/cpu/rows16-body.h"
#undef ROWS
#undef ROWS_TARGET
#undef ROWS_LANES
#undef ROWS_AT_ONCE
#undef ROWS_HALVES

#define ROWS(name)       name##_512
#define ROWS_TARGET      PISCES_CPU_TARGET_512
#define ROWS_LANES       16
#define ROWS_AT_ONCE     2
#define ROWS_HALVES(at)  (Vector_512) PISCES_CPU_HALVES_512 (at)
#include "engine/cpu/rows16-body.h"

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
  const gint bits = pisces_cpu_vector_bits ();

  if (bits == 512)
    return &rows_512;
  if (bits == 256)
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
pisces_rows16_row_floats (const PiscesRows16 *funcs,
                          gint64              n_in)
{
  const gint64 chunk = 2 * funcs->lanes;

  return (n_in + chunk - 1) / chunk * chunk;
}

/**
 * pisces_rows16_arrange:
 * @y: (out): `[pisces_rows16_row_floats()]`, with zeros after the last input.
 * @x: `[n_in]`.
 * @in_pairs: TRUE for weights in bfloat16; float16 takes the inputs in order.
 */
void
pisces_rows16_arrange (const PiscesRows16 *funcs,
                       gfloat             *y,
                       const gfloat       *x,
                       gint64              n_in,
                       gboolean            in_pairs)
{
  const gint   lanes = funcs->lanes;
  const gint64 whole = in_pairs ? n_in / (2 * lanes) * (2 * lanes) : n_in;

  if (! in_pairs)
    memcpy (y, x, n_in * sizeof (gfloat));
  for (gint64 c = 0; in_pairs && c < whole; c += 2 * lanes)
    for (gint i = 0; i < lanes; i++)
      {
        y[c + i]         = x[c + 2 * i];
        y[c + lanes + i] = x[c + 2 * i + 1];
      }

  memset (y + whole, 0, (pisces_rows16_row_floats (funcs, n_in) - whole) * sizeof (gfloat));
  for (gint64 i = 0; i < n_in - whole; i++)
    y[whole + i % 2 * lanes + i / 2] = x[whole + i];
}
