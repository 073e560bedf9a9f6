/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16-pairs.c: weights in bfloat16 are multiplied by the instruction that adds up
 * the products of pairs of bfloat16 in float32.  It needs a third of the instructions
 * that the conversion to float32 takes, so more of the memory is asked for at a time.
 *
 * An activation becomes two bfloat16, its upper part and what is left, so 16 bits of
 * its mantissa are kept; those of the weights have 8.
 */

#include "engine/cpu/rows16.h"
#include "engine/cpu/vectors.h"

#ifdef __x86_64__

#define TARGET __attribute__ ((target ("arch=x86-64-v4,avx512bf16,prefer-vector-width=512")))


/* Multiplies one line of weights with each row of @x: 32 upper parts, then 32 lower.  */
TARGET static inline __attribute__ ((always_inline)) void
add_line (__m512       *totals,
          __m512i       line,
          const gfloat *x,
          const gint    n_rows)
{
  #pragma GCC unroll 4
  for (gint i = 0; i < n_rows; i++)
    {
      const gfloat *at = x + i * PISCES_ROWS16_LINE;

      totals[i] = _mm512_dpbf16_ps (totals[i], (__m512bh) line, (__m512bh) _mm512_loadu_ps (at));
      totals[i] = _mm512_dpbf16_ps (totals[i], (__m512bh) line, (__m512bh) _mm512_loadu_ps (at + 16));
    }
}

/* Computes one row of weights of each place.  */
TARGET static inline __attribute__ ((always_inline)) void
dot_rows (const PiscesRows16Step *step,
          gint64                  output,
          const gint              n_rows)
{
  const gint64   whole = step->n_in / PISCES_ROWS16_LINE * PISCES_ROWS16_LINE;
  const guint16 *w[PISCES_ROWS16_PLACES];
  __m512         totals[PISCES_ROWS16_PLACES * PISCES_ROWS16_ROWS];

  #pragma GCC unroll 3
  for (gint j = 0; j < PISCES_ROWS16_PLACES; j++)
    w[j] = step->w[j] + output * step->n_in;
  #pragma GCC unroll 12
  for (gint i = 0; i < PISCES_ROWS16_PLACES * n_rows; i++)
    totals[i] = _mm512_setzero_ps ();

  for (gint64 c = 0; c < whole; c += PISCES_ROWS16_LINE)
    #pragma GCC unroll 3
    for (gint j = 0; j < PISCES_ROWS16_PLACES; j++)
      {
        __m512i line = _mm512_loadu_si512 (w[j] + c);

        PISCES_CPU_IN_REGISTER (line);
        __builtin_prefetch ((const guint8 *) (w[j] + c) + PISCES_ROWS16_AHEAD);
        add_line (totals + j * n_rows, line, step->x + c * n_rows, n_rows);
      }
  if (whole < step->n_in)
    #pragma GCC unroll 3
    for (gint j = 0; j < PISCES_ROWS16_PLACES; j++)
      add_line (totals + j * n_rows,
                _mm512_maskz_loadu_epi16 ((1u << (step->n_in - whole)) - 1, w[j] + whole),
                step->x + whole * n_rows, n_rows);

  #pragma GCC unroll 3
  for (gint j = 0; j < PISCES_ROWS16_PLACES; j++)
    #pragma GCC unroll 4
    for (gint i = 0; i < n_rows; i++)
      step->sums[i * step->row_sums + j * step->n_each + output] =
        _mm512_reduce_add_ps (totals[j * n_rows + i]);
}

TARGET static inline __attribute__ ((always_inline)) void
dots (const PiscesRows16Step *step,
      const gint              n_rows)
{
  for (gint64 o = 0; o < step->n_each; o++)
    dot_rows (step, o, n_rows);
}

/**
 * pisces_rows16_dots_pairs:
 *
 * See #PiscesRows16Step.  Only for processors with AVX-512 BF16.
 */
TARGET void
pisces_rows16_dots_pairs (const PiscesRows16Step *step)
{
  switch (step->n_rows)
    {
    case 1: dots (step, 1); break;
    case 2: dots (step, 2); break;
    case 3: dots (step, 3); break;
    case 4: dots (step, 4); break;
    }
}

/**
 * pisces_rows16_arrange_pairs:
 *
 * See pisces_rows16_arrange(): the upper parts of the inputs of a line, then the lower
 * ones.
 *
 * The upper part is cut, not rounded, so that a large number does not become
 * infinite.  What is left of one that is not finite is 0.
 */
TARGET void
pisces_rows16_arrange_pairs (gfloat       *y,
                             gint64        y_line,
                             const gfloat *x,
                             gint64        n_in)
{
  const __m512i upper_half = _mm512_set1_epi32 (0xffff0000);

  for (gint64 c = 0; c < n_in; c += PISCES_ROWS16_LINE, y += y_line)
    #pragma GCC unroll 2
    for (gint half = 0; half < 2; half++)
      {
        const gint64    n     = CLAMP (n_in - c - half * 16, 0, 16);
        const __m512    all   = _mm512_maskz_loadu_ps ((1u << n) - 1, x + c + half * 16);
        const __m512i   bits  = _mm512_and_si512 ((__m512i) all, upper_half);
        const __mmask16 sound = _mm512_cmp_ps_mask (_mm512_abs_ps (all),
                                                    _mm512_set1_ps (G_MAXFLOAT), _CMP_LE_OQ);
        const __m512    left  = _mm512_maskz_sub_ps (sound, all, (__m512) bits);

        _mm256_storeu_si256 ((__m256i *) y + half,
                             _mm512_cvtepi32_epi16 (_mm512_srli_epi32 (bits, 16)));
        _mm256_storeu_si256 ((__m256i *) y + 2 + half, (__m256i) _mm512_cvtneps_pbh (left));
      }
}

#endif
