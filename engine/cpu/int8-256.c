/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-256.c: products in integers in registers of 256 bits: for processors
 * with AVX2 (since 2013) and for those that also have AVX-VNNI, which is for
 * the ones without AVX-512 (Alder Lake and later).
 */

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize ("fp-contract=off")
#endif

#include "engine/cpu/int8.h"

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

#include "engine/cpu/int8-rest.h"

#define BLOCK PISCES_INT8_BLOCK
#define GROUP PISCES_INT8_GROUP

typedef gint32 FourBytes __attribute__ ((may_alias, aligned (1)));

#define INT8(name)    name##_avx2
#define INT8_TARGET   __attribute__ ((target ("avx2,fma,f16c")))
#define INT8_VNNI     0
#include "engine/cpu/int8-256-body.h"
#undef INT8
#undef INT8_TARGET
#undef INT8_VNNI

#define INT8(name)    name##_avx_vnni
#define INT8_TARGET   __attribute__ ((target ("avx2,fma,f16c,avxvnni")))
#define INT8_VNNI     1
#include "engine/cpu/int8-256-body.h"


static gboolean
has_avx2 (void)
{
  return __builtin_cpu_supports ("x86-64-v3");
}

/* __builtin_cpu_supports() has no name for it in all compilers.  */
static gboolean
has_avx_vnni (void)
{
  guint a, b, c, d;

  return has_avx2 () && __get_cpuid_count (7, 1, &a, &b, &c, &d) && a & 1 << 4;
}

const PiscesInt8 pisces_int8_avx2 =
{
  .name         = "avx2",
  .is_supported = has_avx2,
  .dot_8        = dot_8_avx2,
  .dot_4        = dot_4_avx2,
  .offset_8     = 0,
  .halves       = 2,
  .tile_8       = NULL,
  .tile_4       = tile_avx2,
  .tile_rows    = 3,
  .panel_width  = 16
};

const PiscesInt8 pisces_int8_avx_vnni =
{
  .name         = "avx-vnni",
  .is_supported = has_avx_vnni,
  .dot_8        = dot_8_avx_vnni,
  .dot_4        = dot_4_avx_vnni,
  .offset_8     = 128,
  .halves       = 2,
  .tile_8       = tile_avx_vnni,
  .tile_4       = tile_avx_vnni,
  .tile_rows    = 3,
  .panel_width  = 16
};

#endif
