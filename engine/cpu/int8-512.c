/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-512.c: products in integers for processors with AVX-512 VNNI.  Its
 * instruction multiplies unsigned bytes with signed ones, so 128 is added to
 * weights in 8 bits.  Weights in 4 bits have 8 added already in the file.
 */

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize ("fp-contract=off")
#endif

#include "engine/cpu/int8.h"

#ifdef __x86_64__

#include <immintrin.h>

#include "engine/cpu/int8-prefetch.h"

#define BLOCK  PISCES_INT8_BLOCK
#define GROUP  PISCES_INT8_GROUP

typedef gint32 FourBytes __attribute__ ((may_alias, aligned (1)));

#define TARGET __attribute__ ((target ("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma,f16c")))


/* Each quarter of the result has four sums: those of the same quarter of a, b, c
 * and d.  */
TARGET static inline __m512i
sums_of_four (__m512i a,
              __m512i b,
              __m512i c,
              __m512i d)
{
  const __m512i ab = _mm512_add_epi32 (_mm512_unpacklo_epi32 (a, b), _mm512_unpackhi_epi32 (a, b));
  const __m512i cd = _mm512_add_epi32 (_mm512_unpacklo_epi32 (c, d), _mm512_unpackhi_epi32 (c, d));

  return _mm512_add_epi32 (_mm512_unpacklo_epi64 (ab, cd), _mm512_unpackhi_epi64 (ab, cd));
}

/* The integer sums of sixteen blocks.  A register holds two blocks.  */
TARGET static inline __m512i
sixteen_of_8 (const guint8 *quants,
              const gint8  *x)
{
  const __m512i order = _mm512_setr_epi32 (0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
  const __m512i flip  = _mm512_set1_epi8 (-128);
  __m512i       sums[8];
  __m512i       a, b;

  #pragma GCC unroll 8
  for (gint i = 0; i < 8; i++)
    sums[i] = _mm512_dpbusd_epi32 (_mm512_setzero_si512 (),
                                   _mm512_xor_si512 (_mm512_loadu_si512 (quants + 64 * i), flip),
                                   _mm512_loadu_si512 (x + 64 * i));
  a = sums_of_four (sums[0], sums[1], sums[2], sums[3]);
  b = sums_of_four (sums[4], sums[5], sums[6], sums[7]);

  return _mm512_permutexvar_epi32 (order,
                                   _mm512_add_epi32 (_mm512_shuffle_i32x4 (a, b, 0x88),
                                                     _mm512_shuffle_i32x4 (a, b, 0xdd)));
}

/* The same for 4 bits.  A register holds four blocks, one in each quarter.  */
TARGET static inline __m512i
sixteen_of_4 (const guint8 *quants,
              const gint8  *x)
{
  const __m512i order = _mm512_setr_epi32 (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i mask  = _mm512_set1_epi8 (15);
  __m512i       sums[4];

  #pragma GCC unroll 4
  for (gint i = 0; i < 4; i++)
    {
      const __m512i w     = _mm512_loadu_si512 (quants + 64 * i);
      const __m512i lower = _mm512_and_si512 (w, mask);
      const __m512i upper = _mm512_and_si512 (_mm512_srli_epi16 (w, 4), mask);

      sums[i] = _mm512_dpbusd_epi32 (_mm512_dpbusd_epi32 (_mm512_setzero_si512 (), lower,
                                                          _mm512_loadu_si512 (x + 128 * i)),
                                     upper, _mm512_loadu_si512 (x + 128 * i + 64));
    }

  return _mm512_permutexvar_epi32 (order, sums_of_four (sums[0], sums[1], sums[2], sums[3]));
}

TARGET static inline gfloat
add_up (__m512 sixteen)
{
  const __m256 eight = _mm256_add_ps (_mm512_castps512_ps256 (sixteen),
                                      _mm512_extractf32x8_ps (sixteen, 1));
  const __m128 four  = _mm_add_ps (_mm256_castps256_ps128 (eight), _mm256_extractf128_ps (eight, 1));
  const __m128 two   = _mm_add_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

TARGET static inline __attribute__ ((always_inline)) void
dot (gfloat                *results,
     const guint8  *const  *quants,
     const _Float16 *const *scales,
     const PiscesInt8Row   *x,
     gint64                 n_blocks,
     const gint             n_rows,
     const gint             n_bits)
{
  const gint  size = BLOCK * n_bits / 8;
  __m512      totals[PISCES_INT8_ROWS];

  #pragma GCC unroll 2
  for (gint i = 0; i < n_rows; i++)
    totals[i] = _mm512_setzero_ps ();

  for (gint64 b = 0; b < n_blocks; b += GROUP)
    {
      const gint8   *at     = x->quants + b * BLOCK;
      const __m512   by     = _mm512_loadu_ps (x->scales + b);
      const __m512i  starts = _mm512_loadu_si512 (x->starts + b);

      #pragma GCC unroll 2
      for (gint i = 0; i < n_rows; i++)
        {
          const guint8   *q = quants[i] + b * size;
          const _Float16 *s = scales[i] + b;
          __m512i         sums;
          __m512          scale;

          prefetch_ahead (q, s, GROUP * size);
          sums  = _mm512_add_epi32 (n_bits == 8 ? sixteen_of_8 (q, at) : sixteen_of_4 (q, at),
                                    starts);
          scale = _mm512_mul_ps (_mm512_cvtph_ps (_mm256_loadu_si256 ((const __m256i *) s)), by);
          totals[i] = _mm512_add_ps (totals[i], _mm512_mul_ps (_mm512_cvtepi32_ps (sums), scale));
        }
    }

  #pragma GCC unroll 2
  for (gint i = 0; i < n_rows; i++)
    results[i] = add_up (totals[i]);
}

TARGET static gfloat
dot_8 (const guint8        *quants,
       const _Float16      *scales,
       const PiscesInt8Row *x,
       gint64               n_blocks)
{
  gfloat sum;

  dot (&sum, &quants, &scales, x, n_blocks, 1, 8);
  return sum;
}

TARGET static gfloat
dot_4 (const guint8        *quants,
       const _Float16      *scales,
       const PiscesInt8Row *x,
       gint64               n_blocks)
{
  gfloat sum;

  dot (&sum, &quants, &scales, x, n_blocks, 1, 4);
  return sum;
}

TARGET static void
dots_8 (gfloat                *sums,
        const guint8  *const  *quants,
        const _Float16 *const *scales,
        const PiscesInt8Row   *x,
        gint64                 n_blocks)
{
  dot (sums, quants, scales, x, n_blocks, PISCES_INT8_ROWS, 8);
}

TARGET static void
dots_4 (gfloat                *sums,
        const guint8  *const  *quants,
        const _Float16 *const *scales,
        const PiscesInt8Row   *x,
        gint64                 n_blocks)
{
  dot (sums, quants, scales, x, n_blocks, PISCES_INT8_ROWS, 4);
}

/* Twelve integer sums, twelve float32 sums and two registers of weights take 26
 * of the 32 registers.  So six rows can share each reading of the weights.  */
TARGET static inline __attribute__ ((always_inline)) void
tile_rows (gfloat                *y,
           gint64                 y_row,
           const PiscesInt8Panel *panel,
           const PiscesInt8Row   *first,
           gsize                  row_bytes,
           const gint             n_rows,
           gint64                 n_blocks)
{
  __m512 totals[6][2];

  #pragma GCC unroll 6
  for (gint i = 0; i < n_rows; i++)
    {
      totals[i][0] = _mm512_loadu_ps (y + i * y_row);
      totals[i][1] = _mm512_loadu_ps (y + i * y_row + 16);
    }

  for (gint64 b = 0; b < n_blocks; b++)
    {
      const guint8 *w      = panel->quants + b * 32 * BLOCK;
      const gint8  *x      = first->quants + b * BLOCK;
      const __m512  scale0 = _mm512_load_ps (panel->scales + b * 32);
      const __m512  scale1 = _mm512_load_ps (panel->scales + b * 32 + 16);
      __m512i       sums[6][2];

      #pragma GCC unroll 6
      for (gint i = 0; i < n_rows; i++)
        sums[i][0] = sums[i][1] = _mm512_set1_epi32 (first->starts[b + i * row_bytes / 4]);

      #pragma GCC unroll 8
      for (gint k = 0; k < BLOCK / 4; k++)
        {
          const __m512i w0 = _mm512_load_si512 (w + 128 * k);
          const __m512i w1 = _mm512_load_si512 (w + 128 * k + 64);

          #pragma GCC unroll 6
          for (gint i = 0; i < n_rows; i++)
            {
              const __m512i four = _mm512_set1_epi32 (*(const FourBytes *) (x + i * row_bytes + 4 * k));

              sums[i][0] = _mm512_dpbusd_epi32 (sums[i][0], w0, four);
              sums[i][1] = _mm512_dpbusd_epi32 (sums[i][1], w1, four);
            }
        }

      #pragma GCC unroll 6
      for (gint i = 0; i < n_rows; i++)
        {
          const __m512 by = _mm512_set1_ps (first->scales[b + i * row_bytes / 4]);

          totals[i][0] = _mm512_fmadd_ps (_mm512_cvtepi32_ps (sums[i][0]),
                                          _mm512_mul_ps (scale0, by), totals[i][0]);
          totals[i][1] = _mm512_fmadd_ps (_mm512_cvtepi32_ps (sums[i][1]),
                                          _mm512_mul_ps (scale1, by), totals[i][1]);
        }
    }

  #pragma GCC unroll 6
  for (gint i = 0; i < n_rows; i++)
    {
      _mm512_storeu_ps (y + i * y_row, totals[i][0]);
      _mm512_storeu_ps (y + i * y_row + 16, totals[i][1]);
    }
}

TARGET static void
tile (gfloat                *y,
      gint64                 y_row,
      const PiscesInt8Panel *panel,
      const PiscesInt8Row   *first,
      gsize                  row_bytes,
      gint                   n_rows,
      gint64                 n_blocks)
{
  switch (n_rows)
    {
    case 1:
      tile_rows (y, y_row, panel, first, row_bytes, 1, n_blocks);
      break;
    case 2:
      tile_rows (y, y_row, panel, first, row_bytes, 2, n_blocks);
      break;
    case 3:
      tile_rows (y, y_row, panel, first, row_bytes, 3, n_blocks);
      break;
    case 4:
      tile_rows (y, y_row, panel, first, row_bytes, 4, n_blocks);
      break;
    case 5:
      tile_rows (y, y_row, panel, first, row_bytes, 5, n_blocks);
      break;
    case 6:
      tile_rows (y, y_row, panel, first, row_bytes, 6, n_blocks);
      break;
    }
}

static gboolean
is_supported (void)
{
  return __builtin_cpu_supports ("x86-64-v4") && __builtin_cpu_supports ("avx512vnni");
}

const PiscesInt8 pisces_int8_avx512_vnni =
{
  .name         = "avx512-vnni",
  .is_supported = is_supported,
  .dot_8        = dot_8,
  .dot_4        = dot_4,
  .dots_8       = dots_8,
  .dots_4       = dots_4,
  .offset_8     = 128,
  .halves       = 4,
  .tile_8       = tile,
  .tile_4       = tile,
  .pack         = pisces_int8_pack_avx2,
  .tile_rows    = 6,
  .panel_width  = 32
};

#endif
