/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * few-queries.c: the functions of few-queries.h for three widths of vector
 * registers.  The widest that the machine has is chosen at run time.
 */

#include <stdlib.h>
#include <string.h>

#include "engine/cpu/few-queries.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif


typedef gfloat Four __attribute__ ((vector_size (16)));

static inline Four
four_halves (const guint16 *at)
{
  _Float16 h[4];

  memcpy (h, at, sizeof (h));
  return (Four) { (gfloat) h[0], (gfloat) h[1], (gfloat) h[2], (gfloat) h[3] };
}

#define FEW(name)       name##_128
#define FEW_TARGET
#define FEW_LANES       4
#define FEW_HALVES(at)  (Vector_128) four_halves (at)
#include "engine/cpu/few-queries-body.h"
#undef FEW
#undef FEW_TARGET
#undef FEW_LANES
#undef FEW_HALVES

#ifdef __x86_64__

#define FEW(name)       name##_256
#define FEW_TARGET      __attribute__ ((target ("arch=x86-64-v3")))
#define FEW_LANES       8
#define FEW_HALVES(at)  (Vector_256) _mm256_cvtph_ps (_mm_loadu_si128 ((const __m128i *) (at)))
#include "engine/cpu/few-queries-body.h"
#undef FEW
#undef FEW_TARGET
#undef FEW_LANES
#undef FEW_HALVES

#define FEW(name)       name##_512
#define FEW_TARGET      __attribute__ ((target ("arch=x86-64-v4,prefer-vector-width=512")))
#define FEW_LANES       16
#define FEW_HALVES(at)  (Vector_512) _mm512_cvtph_ps (_mm256_loadu_si256 ((const __m256i *) (at)))
#include "engine/cpu/few-queries-body.h"

#endif


/**
 * pisces_few_choose:
 *
 * Returns: the functions for this machine.  The environment variable
 *   PISCES_CPU_VECTORS (128, 256, 512) chooses narrower ones, for tests.
 */
const PiscesFew *
pisces_few_choose (void)
{
#ifdef __x86_64__
  const gchar *wanted = g_getenv ("PISCES_CPU_VECTORS");
  const gint   widest = wanted ? atoi (wanted) : 512;

  if (widest >= 512 && __builtin_cpu_supports ("x86-64-v4"))
    return &few_512;
  if (widest >= 256 && __builtin_cpu_supports ("x86-64-v3"))
    return &few_256;
#endif
  return &few_128;
}
