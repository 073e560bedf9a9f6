/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-256-body.h: products in integers with registers of 256 bits.  int8-256.c
 * includes it once for each instruction set, and defines before that:
 *
 *   INT8(name)     the name with a suffix of its own
 *   INT8_TARGET    the attribute that lets the compiler use the instructions
 *   INT8_VNNI      whether there is an instruction for u8 times s8: in it
 *                  bytes of weights are 128 more; without it signs are moved
 *                  to the other side
 */

INT8_TARGET static inline __m256i
INT8 (times_8) (__m256i w,
                __m256i x)
{
#if INT8_VNNI
  return _mm256_dpbusd_avx_epi32 (_mm256_setzero_si256 (),
                                  _mm256_xor_si256 (w, _mm256_set1_epi8 (-128)), x);
#else
  /* The sum of two products is at most 2 * 128 * 127, which fits in 16 bits.  */
  const __m256i pairs = _mm256_maddubs_epi16 (_mm256_abs_epi8 (w), _mm256_sign_epi8 (x, w));

  return _mm256_madd_epi16 (pairs, _mm256_set1_epi16 (1));
#endif
}

INT8_TARGET static inline __m256i
INT8 (times_4) (__m256i       w,
                const gint8  *x)
{
  const __m256i mask  = _mm256_set1_epi8 (15);
  const __m256i lower = _mm256_and_si256 (w, mask);
  const __m256i upper = _mm256_and_si256 (_mm256_srli_epi16 (w, 4), mask);
  const __m256i x0    = _mm256_loadu_si256 ((const __m256i *) x);
  const __m256i x1    = _mm256_loadu_si256 ((const __m256i *) (x + 32));
#if INT8_VNNI
  return _mm256_dpbusd_avx_epi32 (_mm256_dpbusd_avx_epi32 (_mm256_setzero_si256 (), lower, x0),
                                  upper, x1);
#else
  const __m256i pairs = _mm256_add_epi16 (_mm256_maddubs_epi16 (lower, x0),
                                          _mm256_maddubs_epi16 (upper, x1));

  return _mm256_madd_epi16 (pairs, _mm256_set1_epi16 (1));
#endif
}

/* Each half of the result has four sums: those of the same half of a, b, c and d.  */
INT8_TARGET static inline __m256i
INT8 (sums_of_four) (__m256i a,
                     __m256i b,
                     __m256i c,
                     __m256i d)
{
  return _mm256_hadd_epi32 (_mm256_hadd_epi32 (a, b), _mm256_hadd_epi32 (c, d));
}

/* Adds eight blocks, whose integer sums are @sums, to eight float32 sums.  */
INT8_TARGET static inline __m256
INT8 (add_blocks) (__m256              total,
                   __m256i             sums,
                   const _Float16     *w_scales,
                   const gfloat       *x_scales,
                   const gint32       *starts)
{
  const __m256i right = _mm256_add_epi32 (sums, _mm256_loadu_si256 ((const __m256i *) starts));
  const __m256  scale = _mm256_mul_ps (_mm256_cvtph_ps (_mm_loadu_si128 ((const __m128i *) w_scales)),
                                       _mm256_loadu_ps (x_scales));

  return _mm256_add_ps (total, _mm256_mul_ps (_mm256_cvtepi32_ps (right), scale));
}

INT8_TARGET static inline gfloat
INT8 (add_up) (__m256 first,
               __m256 second)
{
  const __m256 eight = _mm256_add_ps (first, second);
  const __m128 four  = _mm_add_ps (_mm256_castps256_ps128 (eight), _mm256_extractf128_ps (eight, 1));
  const __m128 two   = _mm_add_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

/* The integer sums of eight blocks.  */
INT8_TARGET static inline __m256i
INT8 (eight_of_8) (const guint8 *quants,
                   const gint8  *x)
{
  __m256i sums[8];
  __m256i a, b;

  #pragma GCC unroll 8
  for (gint i = 0; i < 8; i++)
    sums[i] = INT8 (times_8) (_mm256_loadu_si256 ((const __m256i *) (quants + 32 * i)),
                              _mm256_loadu_si256 ((const __m256i *) (x + 32 * i)));
  a = INT8 (sums_of_four) (sums[0], sums[1], sums[2], sums[3]);
  b = INT8 (sums_of_four) (sums[4], sums[5], sums[6], sums[7]);

  return _mm256_add_epi32 (_mm256_permute2x128_si256 (a, b, 0x20),
                           _mm256_permute2x128_si256 (a, b, 0x31));
}

INT8_TARGET static inline __m256i
INT8 (eight_of_4) (const guint8 *quants,
                   const gint8  *x)
{
  /* Each half of a register holds one block, so the even blocks come first.  */
  const __m256i order = _mm256_setr_epi32 (0, 4, 1, 5, 2, 6, 3, 7);
  __m256i       sums[4];

  #pragma GCC unroll 4
  for (gint i = 0; i < 4; i++)
    sums[i] = INT8 (times_4) (_mm256_loadu_si256 ((const __m256i *) (quants + 32 * i)),
                              x + 64 * i);

  return _mm256_permutevar8x32_epi32 (INT8 (sums_of_four) (sums[0], sums[1], sums[2], sums[3]),
                                      order);
}

INT8_TARGET static inline __attribute__ ((always_inline)) void
INT8 (dot) (gfloat                *results,
            const guint8  *const  *quants,
            const _Float16 *const *scales,
            const PiscesInt8Row   *x,
            gint64                 n_blocks,
            const gint             n_rows,
            const gint             n_bits)
{
  const gint  size = BLOCK * n_bits / 8;
  __m256      first[PISCES_INT8_ROWS];
  __m256      second[PISCES_INT8_ROWS];

  #pragma GCC unroll 2
  for (gint i = 0; i < n_rows; i++)
    first[i] = second[i] = _mm256_setzero_ps ();

  for (gint64 b = 0; b < n_blocks; b += GROUP)
    {
      const gint8  *at     = x->quants + b * BLOCK;
      const gfloat *by     = x->scales + b;
      const gint32 *starts = x->starts + b;

      #pragma GCC unroll 2
      for (gint i = 0; i < n_rows; i++)
        {
          const guint8   *q = quants[i] + b * size;
          const _Float16 *s = scales[i] + b;

          prefetch_ahead (q, s, GROUP * size);
          first[i]  = INT8 (add_blocks) (first[i],
                                         n_bits == 8 ? INT8 (eight_of_8) (q, at)
                                                     : INT8 (eight_of_4) (q, at),
                                         s, by, starts);
          second[i] = INT8 (add_blocks) (second[i],
                                         n_bits == 8
                                         ? INT8 (eight_of_8) (q + 8 * size, at + 8 * BLOCK)
                                         : INT8 (eight_of_4) (q + 8 * size, at + 8 * BLOCK),
                                         s + 8, by + 8, starts + 8);
        }
    }

  #pragma GCC unroll 2
  for (gint i = 0; i < n_rows; i++)
    results[i] = INT8 (add_up) (first[i], second[i]);
}

INT8_TARGET static gfloat
INT8 (dot_8) (const guint8        *quants,
              const _Float16      *scales,
              const PiscesInt8Row *x,
              gint64               n_blocks)
{
  gfloat sum;

  INT8 (dot) (&sum, &quants, &scales, x, n_blocks, 1, 8);
  return sum;
}

INT8_TARGET static gfloat
INT8 (dot_4) (const guint8        *quants,
              const _Float16      *scales,
              const PiscesInt8Row *x,
              gint64               n_blocks)
{
  gfloat sum;

  INT8 (dot) (&sum, &quants, &scales, x, n_blocks, 1, 4);
  return sum;
}

INT8_TARGET static void
INT8 (dots_8) (gfloat                *sums,
               const guint8  *const  *quants,
               const _Float16 *const *scales,
               const PiscesInt8Row   *x,
               gint64                 n_blocks)
{
  INT8 (dot) (sums, quants, scales, x, n_blocks, PISCES_INT8_ROWS, 8);
}

INT8_TARGET static void
INT8 (dots_4) (gfloat                *sums,
               const guint8  *const  *quants,
               const _Float16 *const *scales,
               const PiscesInt8Row   *x,
               gint64                 n_blocks)
{
  INT8 (dot) (sums, quants, scales, x, n_blocks, PISCES_INT8_ROWS, 4);
}

#if INT8_VNNI

/* The products of a block, in 32 bits, four inputs of eight outputs at a time.  */
INT8_TARGET static inline __attribute__ ((always_inline)) void
INT8 (tile_block) (__m256i              sums[][2],
                   const guint8        *w,
                   const PiscesInt8Row *first,
                   gsize                row_bytes,
                   const gint           n_rows,
                   gint64               b,
                   const gint           n_bits)
{
  #pragma GCC unroll 3
  for (gint i = 0; i < n_rows; i++)
    sums[i][0] = sums[i][1] = _mm256_set1_epi32 (first->starts[b + i * row_bytes / 4]);

  #pragma GCC unroll 8
  for (gint k = 0; k < BLOCK / 4; k++)
    {
      const __m256i w0 = _mm256_load_si256 ((const __m256i *) (w + 64 * k));
      const __m256i w1 = _mm256_load_si256 ((const __m256i *) (w + 64 * k + 32));

      #pragma GCC unroll 3
      for (gint i = 0; i < n_rows; i++)
        {
          const __m256i x = four_inputs (first, i * row_bytes + b * BLOCK + 4 * k);

          sums[i][0] = _mm256_dpbusd_avx_epi32 (sums[i][0], w0, x);
          sums[i][1] = _mm256_dpbusd_avx_epi32 (sums[i][1], w1, x);
        }
    }
}

#else

/* The same without an instruction that adds in 32 bits.  Weights of up to 15 are
 * added up in 16 bits, where 8 * 2 * 15 * 127 still fits.  So two registers of
 * weights in 4 bits are taken at a time, or the two halves of one in 8 bits.  That is
 * half of the multiplications of float32.  */
INT8_TARGET static inline __attribute__ ((always_inline)) void
INT8 (tile_block) (__m256i              sums[][2],
                   const guint8        *w,
                   const PiscesInt8Row *first,
                   gsize                row_bytes,
                   const gint           n_rows,
                   gint64               b,
                   const gint           n_bits)
{
  const __m256i mask = _mm256_set1_epi8 (15);
  const __m256i one  = _mm256_set1_epi16 (1);

  #pragma GCC unroll 2
  for (gint j = 0; j < 2; j += n_bits == 8 ? 1 : 2)
    {
      __m256i pairs[3][2];

      #pragma GCC unroll 3
      for (gint i = 0; i < n_rows; i++)
        pairs[i][0] = pairs[i][1] = _mm256_setzero_si256 ();

      #pragma GCC unroll 8
      for (gint k = 0; k < BLOCK / 4; k++)
        {
          const __m256i *at = (const __m256i *) (w + 64 * k + 32 * j);
          __m256i        w0 = _mm256_load_si256 (at);
          __m256i        w1;

          if (n_bits == 8)
            {
              w1 = _mm256_and_si256 (_mm256_srli_epi16 (w0, 4), mask);
              w0 = _mm256_and_si256 (w0, mask);
            }
          else
            {
              w1 = _mm256_load_si256 (at + 1);
            }

          #pragma GCC unroll 3
          for (gint i = 0; i < n_rows; i++)
            {
              const __m256i x = four_inputs (first, i * row_bytes + b * BLOCK + 4 * k);

              pairs[i][0] = _mm256_add_epi16 (pairs[i][0], _mm256_maddubs_epi16 (w0, x));
              pairs[i][1] = _mm256_add_epi16 (pairs[i][1], _mm256_maddubs_epi16 (w1, x));
              KEEP (pairs[i][0]);
              KEEP (pairs[i][1]);
            }
        }

      #pragma GCC unroll 3
      for (gint i = 0; i < n_rows; i++)
        {
          const __m256i start = _mm256_set1_epi32 (first->starts[b + i * row_bytes / 4]);
          const __m256i sum0  = _mm256_madd_epi16 (pairs[i][0], one);
          const __m256i sum1  = _mm256_madd_epi16 (pairs[i][1], one);

          if (n_bits == 8)
            {
              sums[i][j] = _mm256_add_epi32 (_mm256_add_epi32 (sum0, start),
                                             _mm256_slli_epi32 (sum1, 4));
            }
          else
            {
              sums[i][0] = _mm256_add_epi32 (sum0, start);
              sums[i][1] = _mm256_add_epi32 (sum1, start);
            }
        }
      PISCES_CPU_FORGET_LOADS ();
    }
}

#endif

INT8_TARGET static inline __attribute__ ((always_inline)) void
INT8 (tile_rows) (gfloat                *y,
                  gint64                 y_row,
                  const PiscesInt8Panel *panel,
                  const PiscesInt8Row   *first,
                  gsize                  row_bytes,
                  const gint             n_rows,
                  gint64                 n_blocks,
                  const gint             n_bits)
{
  __m256 totals[3][2];

  #pragma GCC unroll 3
  for (gint i = 0; i < n_rows; i++)
    {
      totals[i][0] = _mm256_loadu_ps (y + i * y_row);
      totals[i][1] = _mm256_loadu_ps (y + i * y_row + 8);
    }

  for (gint64 b = 0; b < n_blocks; b++)
    {
      const __m256 scale0 = _mm256_load_ps (panel->scales + b * 16);
      const __m256 scale1 = _mm256_load_ps (panel->scales + b * 16 + 8);
      __m256i      sums[3][2];

      INT8 (tile_block) (sums, panel->quants + b * 16 * BLOCK, first, row_bytes, n_rows, b,
                         n_bits);
      #pragma GCC unroll 3
      for (gint i = 0; i < n_rows; i++)
        {
          const __m256 by = _mm256_set1_ps (first->scales[b + i * row_bytes / 4]);

          totals[i][0] = _mm256_fmadd_ps (_mm256_cvtepi32_ps (sums[i][0]),
                                          _mm256_mul_ps (scale0, by), totals[i][0]);
          totals[i][1] = _mm256_fmadd_ps (_mm256_cvtepi32_ps (sums[i][1]),
                                          _mm256_mul_ps (scale1, by), totals[i][1]);
        }
    }

  #pragma GCC unroll 3
  for (gint i = 0; i < n_rows; i++)
    {
      _mm256_storeu_ps (y + i * y_row, totals[i][0]);
      _mm256_storeu_ps (y + i * y_row + 8, totals[i][1]);
    }
}

INT8_TARGET static inline __attribute__ ((always_inline)) void
INT8 (tile) (gfloat                *y,
             gint64                 y_row,
             const PiscesInt8Panel *panel,
             const PiscesInt8Row   *first,
             gsize                  row_bytes,
             gint                   n_rows,
             gint64                 n_blocks,
             const gint             n_bits)
{
  if (n_rows == 3)
    INT8 (tile_rows) (y, y_row, panel, first, row_bytes, 3, n_blocks, n_bits);
  else if (n_rows == 2)
    INT8 (tile_rows) (y, y_row, panel, first, row_bytes, 2, n_blocks, n_bits);
  else
    INT8 (tile_rows) (y, y_row, panel, first, row_bytes, 1, n_blocks, n_bits);
}

INT8_TARGET static void
INT8 (tile_8) (gfloat                *y,
               gint64                 y_row,
               const PiscesInt8Panel *panel,
               const PiscesInt8Row   *first,
               gsize                  row_bytes,
               gint                   n_rows,
               gint64                 n_blocks)
{
  INT8 (tile) (y, y_row, panel, first, row_bytes, n_rows, n_blocks, 8);
}

#if ! INT8_VNNI

INT8_TARGET static void
INT8 (tile_4) (gfloat                *y,
               gint64                 y_row,
               const PiscesInt8Panel *panel,
               const PiscesInt8Row   *first,
               gsize                  row_bytes,
               gint                   n_rows,
               gint64                 n_blocks)
{
  INT8 (tile) (y, y_row, panel, first, row_bytes, n_rows, n_blocks, 4);
}

#endif
