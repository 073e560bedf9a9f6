/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-256.c: products in integers with registers of 256 bits.  There are two
 * sets: for processors with AVX2 (since 2013), and for those that also have
 * AVX-VNNI.  The latter is meant for processors without AVX-512 (Alder Lake and
 * later).
 */

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize ("fp-contract=off")
#endif

#include "engine/cpu/int8.h"

#ifdef __x86_64__

#include <cpuid.h>

#include "engine/cpu/int8-prefetch.h"
#include "engine/cpu/vectors.h"

#define BLOCK PISCES_INT8_BLOCK
#define GROUP PISCES_INT8_GROUP

/* Makes the compiler compute the value here.  It would otherwise change the order
 * of additions, and then needs twice as many registers as there are.  */
#define KEEP(value) __asm__ ("" : "+x" (value))

typedef gint32 FourBytes __attribute__ ((may_alias, aligned (1)));

/* Broadcasts four bytes of the rows' quants.  */
__attribute__ ((target ("avx2"))) static inline __attribute__ ((always_inline)) __m256i
four_inputs (const PiscesInt8Row *first,
             gint64               at)
{
  return _mm256_set1_epi32 (*(const FourBytes *) (first->quants + at));
}

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


/* Loads the inputs of one output, four bytes at a time, as bytes without sign.  */
__attribute__ ((target ("avx2"))) static inline __m256i
load_block (const guint8 *quants,
            gint          n_bits)
{
  const __m128i mask = _mm_set1_epi8 (15);
  __m128i       pairs;

  if (n_bits == 8)
    return _mm256_xor_si256 (_mm256_loadu_si256 ((const __m256i *) quants),
                             _mm256_set1_epi8 (-128));
  pairs = _mm_loadu_si128 ((const __m128i *) quants);
  return _mm256_set_m128i (_mm_and_si128 (_mm_srli_epi16 (pairs, 4), mask),
                           _mm_and_si128 (pairs, mask));
}

/* Transposes eight rows of eight items of four bytes each.  */
__attribute__ ((target ("avx2"))) static inline void
turn_over (__m256i *rows)
{
  __m256i pairs[8];
  __m256i fours[8];

  #pragma GCC unroll 4
  for (gint i = 0; i < 8; i += 2)
    {
      pairs[i]     = _mm256_unpacklo_epi32 (rows[i], rows[i + 1]);
      pairs[i + 1] = _mm256_unpackhi_epi32 (rows[i], rows[i + 1]);
    }
  #pragma GCC unroll 2
  for (gint i = 0; i < 8; i += 4)
    {
      fours[i]     = _mm256_unpacklo_epi64 (pairs[i], pairs[i + 2]);
      fours[i + 1] = _mm256_unpackhi_epi64 (pairs[i], pairs[i + 2]);
      fours[i + 2] = _mm256_unpacklo_epi64 (pairs[i + 1], pairs[i + 3]);
      fours[i + 3] = _mm256_unpackhi_epi64 (pairs[i + 1], pairs[i + 3]);
    }
  #pragma GCC unroll 4
  for (gint i = 0; i < 4; i++)
    {
      rows[i]     = _mm256_permute2x128_si256 (fours[i], fours[i + 4], 0x20);
      rows[i + 4] = _mm256_permute2x128_si256 (fours[i], fours[i + 4], 0x31);
    }
}

__attribute__ ((target ("avx2"))) void
pisces_int8_pack_avx2 (guint32      *packed,
                       gint64        width,
                       const guint8 *quants,
                       gsize         row_bytes,
                       gint64        n_blocks,
                       gint          n_bits)
{
  for (gint64 b = 0; b < n_blocks; b++, quants += BLOCK * n_bits / 8, packed += 8 * width)
    {
      __m256i rows[8];

      #pragma GCC unroll 8
      for (gint i = 0; i < 8; i++)
        rows[i] = load_block (quants + i * row_bytes, n_bits);
      turn_over (rows);
      #pragma GCC unroll 8
      for (gint i = 0; i < 8; i++)
        _mm256_storeu_si256 ((__m256i *) (packed + i * width), rows[i]);
    }
}

static gboolean
has_avx2 (void)
{
  return __builtin_cpu_supports ("x86-64-v3");
}

/* Asks the processor directly, because not every compiler's
 * __builtin_cpu_supports() knows AVX-VNNI.  */
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
  .dots_8       = dots_8_avx2,
  .dots_4       = dots_4_avx2,
  .offset_8     = 0,
  .halves       = 2,
  .tile_8       = tile_8_avx2,
  .tile_4       = tile_4_avx2,
  .pack         = pisces_int8_pack_avx2,
  .tile_rows    = 3,
  .panel_width  = 16
};

const PiscesInt8 pisces_int8_avx_vnni =
{
  .name         = "avx-vnni",
  .is_supported = has_avx_vnni,
  .dot_8        = dot_8_avx_vnni,
  .dot_4        = dot_4_avx_vnni,
  .dots_8       = dots_8_avx_vnni,
  .dots_4       = dots_4_avx_vnni,
  .offset_8     = 128,
  .halves       = 2,
  /* The panels of both hold bytes.  */
  .tile_8       = tile_8_avx_vnni,
  .tile_4       = tile_8_avx_vnni,
  .pack         = pisces_int8_pack_avx2,
  .tile_rows    = 3,
  .panel_width  = 16
};

#endif
