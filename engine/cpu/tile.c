/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tile.c: the innermost loop of all products, compiled for three widths of vector
 * registers.  The widest that the machine has is chosen at run time.  The code is
 * plain loops over GCC's vector types.
 */

#include "engine/cpu/tile.h"
#include "engine/cpu/vectors.h"


/* How far ahead weights are fetched into the cache: in bytes, and in lines of a
 * panel.  */
#define TILE_AHEAD       4096
#define TILE_LINES_AHEAD 12

/* With the checks of the undefined behaviour sanitizer, GCC would take four
 * minutes to compile these unrolled steps.  The address sanitizer still checks
 * them.  */
#define NO_CHECKS     __attribute__ ((no_sanitize ("undefined")))

#define TILE(name)    name##_128
#define TILE_TARGET   NO_CHECKS
#define TILE_FLOATS   4
#define TILE_VECTORS  2
#define TILE_WIDE     2
#include "engine/cpu/tile-body.h"
#undef TILE
#undef TILE_TARGET
#undef TILE_FLOATS
#undef TILE_VECTORS
#undef TILE_WIDE

#ifdef __x86_64__

#define TILE(name)    name##_256
#define TILE_TARGET   NO_CHECKS PISCES_CPU_TARGET_256
#define TILE_FLOATS   8
#define TILE_VECTORS  2
#define TILE_WIDE     8
#include "engine/cpu/tile-body.h"
#undef TILE
#undef TILE_TARGET
#undef TILE_FLOATS
#undef TILE_VECTORS
#undef TILE_WIDE

#define TILE(name)    name##_512
#define TILE_TARGET   NO_CHECKS PISCES_CPU_TARGET_512
#define TILE_FLOATS   16
#define TILE_VECTORS  4
#define TILE_WIDE     4
#include "engine/cpu/tile-body.h"

#endif


/**
 * pisces_tile_func:
 * @bf16: whether the weights are in bfloat16.
 *
 * Returns: the function for this machine.
 */
PiscesTileFunc
pisces_tile_func (gboolean bf16)
{
#ifdef __x86_64__
  const gint bits = pisces_cpu_vector_bits ();

  if (bits == 512)
    return bf16 ? run_bf16_512 : run_512;
  if (bits == 256)
    return bf16 ? run_bf16_256 : run_256;
#endif
  return bf16 ? run_bf16_128 : run_128;
}
