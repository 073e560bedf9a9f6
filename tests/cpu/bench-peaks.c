/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-peaks.c: operations per second of one thread that does nothing else,
 * with values in registers only; a product and an addition count as two.
 */

#include <math.h>
#include <time.h>

#include "engine/cpu/int8.h"
#include "engine/cpu/vectors.h"
#include "tests/cpu/bench-peaks.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define N_SUMS   12
#define N_ROUNDS 200000
#define N_TURNS  50

typedef gint64 (* RoundsFunc) (gint64 n);

/* The empty asm statement keeps the compiler from computing the sums in
 * advance.  */
#define DEFINE_ROUNDS(name, target_text, type, zero, step, x, y) \
  __attribute__ ((target (target_text))) static gint64 \
  name (gint64 n) \
  { \
    type a = zero, b = zero, c = zero, d = zero, e = zero, f = zero; \
    type g = zero, h = zero, i = zero, j = zero, k = zero, l = zero; \
    for (gint64 r = 0; r < n; r++) \
      { \
        type p = x, q = y; \
        __asm__ volatile ("" : "+v" (p), "+v" (q)); \
        a = step (a, p, q); b = step (b, p, q); c = step (c, p, q); d = step (d, p, q); \
        e = step (e, p, q); f = step (f, p, q); g = step (g, p, q); h = step (h, p, q); \
        i = step (i, p, q); j = step (j, p, q); k = step (k, p, q); l = step (l, p, q); \
        __asm__ volatile ("" : "+v" (a), "+v" (b), "+v" (c), "+v" (d), "+v" (e), "+v" (f)); \
        __asm__ volatile ("" : "+v" (g), "+v" (h), "+v" (i), "+v" (j), "+v" (k), "+v" (l)); \
      } \
    return n * N_SUMS * (gint64) sizeof (type); \
  }

#ifdef __x86_64__

#define FMA_512(s, p, q)   _mm512_fmadd_ps (p, q, s)
#define FMA_256(s, p, q)   _mm256_fmadd_ps (p, q, s)

/* Without the asm statement the product would be computed once for all sums.  */
#define PAIRS_256(s, p, q) \
  ({ \
    __asm__ volatile ("" : "+x" (q)); \
    _mm256_add_epi16 (s, _mm256_maddubs_epi16 (p, q)); \
  })

DEFINE_ROUNDS (float_512, "avx512f", __m512, _mm512_setzero_ps (), FMA_512,
               _mm512_set1_ps (1), _mm512_set1_ps (2))
DEFINE_ROUNDS (float_256, "avx2,fma", __m256, _mm256_setzero_ps (), FMA_256,
               _mm256_set1_ps (1), _mm256_set1_ps (2))
DEFINE_ROUNDS (vnni_512, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512 (),
               _mm512_dpbusd_epi32, _mm512_set1_epi8 (1), _mm512_set1_epi8 (2))
DEFINE_ROUNDS (vnni_256, "avx2,avxvnni", __m256i, _mm256_setzero_si256 (),
               _mm256_dpbusd_avx_epi32, _mm256_set1_epi8 (1), _mm256_set1_epi8 (2))
DEFINE_ROUNDS (pairs_256, "avx2", __m256i, _mm256_setzero_si256 (), PAIRS_256,
               _mm256_set1_epi8 (1), _mm256_set1_epi8 (2))

#endif

/* Elements per second, in processor time, because other processes may need it
 * too.  */
static gdouble
measure (RoundsFunc rounds,
         gint       element_bytes)
{
  gdouble best = 0;

  for (gint turn = 0; turn < N_TURNS; turn++)
    {
      const clock_t start = clock ();
      const gint64  bytes = rounds (N_ROUNDS);
      const gdouble time  = (gdouble) (clock () - start) / CLOCKS_PER_SEC;

      best = MAX (best, (gdouble) bytes / element_bytes / time);
    }

  return best;
}

/**
 * peak_float32:
 *
 * Returns: operations per second with the registers that PISCES_CPU_VECTORS
 *   allows; 0: not known.
 */
gdouble
peak_float32 (void)
{
#ifdef __x86_64__
  const gint bits = pisces_cpu_vector_bits ();

  if (bits == 512)
    return 2 * measure (float_512, 4);
  if (bits == 256)
    return 2 * measure (float_256, 4);
#endif
  return 0;
}

/**
 * peak_int8:
 * @n_bits: of the weights, 8 or 4.
 *
 * Returns: operations per second in integers of 8 bits with the instructions
 *   that the backend has chosen; 0: it has none.  Without VNNI, a weight in 8 bits
 *   takes two products.
 */
gdouble
peak_int8 (gint n_bits)
{
#ifdef __x86_64__
  const PiscesInt8 *chosen = pisces_int8_choose ();

  if (chosen == &pisces_int8_avx512_vnni)
    return 2 * measure (vnni_512, 1);
  if (chosen == &pisces_int8_avx_vnni)
    return 2 * measure (vnni_256, 1);
  if (chosen == &pisces_int8_avx2)
    return (n_bits == 8 ? 1 : 2) * measure (pairs_256, 1);
#endif
  return 0;
}
