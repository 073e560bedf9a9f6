/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * few-queries.c: the functions of few-queries.h for three widths of vector
 * registers.  The widest that the machine has is chosen at run time.
 */

#include <string.h>

#include "engine/cpu/few-queries.h"
#include "engine/cpu/vectors.h"


#define FEW(name)       name##_128
#define FEW_TARGET
#define FEW_LANES       4
#define FEW_HALVES(at)  (Vector_128) PISCES_CPU_HALVES_128 (at)
#include "engine/cpu/few-queries-body.h"
#undef FEW
#undef FEW_TARGET
#undef FEW_LANES
#undef FEW_HALVES

#ifdef __x86_64__

#define FEW(name)       name##_256
#define FEW_TARGET      PISCES_CPU_TARGET_256
#define FEW_LANES       8
#define FEW_HALVES(at)  (Vector_256) PISCES_CPU_HALVES_256 (at)
#include "engine/cpu/few-queries-body.h"
#undef FEW
#undef FEW_TARGET
#undef FEW_LANES
#undef FEW_HALVES

#define FEW(name)       name##_512
#define FEW_TARGET      PISCES_CPU_TARGET_512
#define FEW_LANES       16
#define FEW_HALVES(at)  (Vector_512) PISCES_CPU_HALVES_512 (at)
#include "engine/cpu/few-queries-body.h"

#endif


/**
 * pisces_few_choose:
 *
 * Returns: the functions for this machine.
 */
const PiscesFew *
pisces_few_choose (void)
{
#ifdef __x86_64__
  const gint bits = pisces_cpu_vector_bits ();

  if (bits == 512)
    return &few_512;
  if (bits == 256)
    return &few_256;
#endif
  return &few_128;
}
