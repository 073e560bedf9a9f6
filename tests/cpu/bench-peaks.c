/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-peaks.c: operations per second of one thread that does nothing else,
 * with values in registers only; a product and an addition count as two.  And the
 * bytes per second that all threads together read from memory.
 */

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "engine/cpu/cpu.h"
#include "engine/cpu/int8.h"
#include "engine/cpu/vectors.h"
#include "tests/cpu/bench-peaks.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define N_SUMS   12
#define N_ROUNDS 200000
#define N_TURNS  50
#define N_READS  15

#define N_READS_NOW 8
#define STREAMS_NOW 4

/* What is read to measure the memory, beyond all caches, and what a thread reads of
 * it at a time.  */
#define MEMORY_FLOATS ((gint64) 64 << 20)
#define STRETCH       ((gint64) 1 << 20)
#define MAX_STREAMS   8
#define LINE          16      /* floats of a cache line */
#define AHEAD         (32 * LINE)

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
#define BF16_512(s, p, q)  _mm512_dpbf16_ps (s, (__m512bh) p, (__m512bh) q)
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
DEFINE_ROUNDS (bf16_512, "avx512f,avx512bf16", __m512, _mm512_setzero_ps (), BF16_512,
               _mm512_set1_ps (1), _mm512_set1_ps (2))
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
 * peak_bfloat16:
 * @backend: the backend.
 *
 * Returns: operations per second of many rows with weights in bfloat16: with pairs
 *   of them where the backend multiplies those, else with float32.
 */
gdouble
peak_bfloat16 (PiscesBackend *backend)
{
#ifdef __x86_64__
  if (pisces_cpu_vector_bits () == 512 && pisces_cpu_dnnl_is_fast (backend) &&
      __builtin_cpu_supports ("avx512bf16"))
    return 4 * measure (bf16_512, 4);
#endif
  return peak_float32 ();
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

/* Adds up a stretch of memory that is read at @n_streams places in turn.  The sums
 * stay in registers, and none waits for the one before it.  */
static inline __attribute__ ((always_inline)) void
read_streams (const gfloat *data,
              gint          n_streams,
              gfloat        total[LINE])
{
  const gint64 part = STRETCH / n_streams;
  gfloat       sums[MAX_STREAMS][LINE] = { 0 };

  for (gint64 j = 0; j < part; j += LINE)
    {
      #pragma GCC unroll 8
      for (gint s = 0; s < n_streams; s++)
        {
          const gfloat *at = data + s * part + j;

          __builtin_prefetch (at + AHEAD);
          #pragma GCC ivdep
          for (gint l = 0; l < LINE; l++)
            sums[s][l] += at[l];
        }
    }
  for (gint s = 0; s < n_streams; s++)
    for (gint l = 0; l < LINE; l++)
      total[l] += sums[s][l];
}

PISCES_VECTORISED static void
read_stretch (const gfloat *data,
              gint          n_streams,
              gfloat        total[LINE])
{
  switch (n_streams)
    {
    case 1: read_streams (data, 1, total); break;
    case 2: read_streams (data, 2, total); break;
    case 4: read_streams (data, 4, total); break;
    case 8: read_streams (data, 8, total); break;
    }
}

static gint
compare_times (gconstpointer a,
               gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : 1;
}

/* Memory that was written; pages that never were would all be one page of zeros.  */
static gfloat *
new_memory (void)
{
  gfloat *data = g_new (gfloat, MEMORY_FLOATS);

  #pragma omp parallel for
  for (gint64 i = 0; i < MEMORY_FLOATS; i++)
    data[i] = i & 1023;

  return data;
}

/* Reads all of it with all threads.  Returns the microseconds.  */
static gint64
read_memory (const gfloat *data,
             gint          n_streams)
{
  const gint64    start = g_get_monotonic_time ();
  volatile gfloat sink  = 0;

  #pragma omp parallel for
  for (gint64 i = 0; i < MEMORY_FLOATS; i += STRETCH)
    {
      gfloat total[LINE] = { 0 };

      read_stretch (data + i, n_streams, total);
      sink = total[0];
    }
  (void) sink;

  return g_get_monotonic_time () - start;
}

/**
 * peak_memory:
 *
 * Returns: bytes per second that all threads of OpenMP together read: of one to eight
 *   streams for each thread, those that read most.  A median, because memory that other
 *   machines use too gives twice as much for a moment.
 */
gdouble
peak_memory (void)
{
  g_autofree gfloat *data = new_memory ();
  gdouble            best = 0;

  for (gint n_streams = 1; n_streams <= MAX_STREAMS; n_streams *= 2)
    {
      gint64 times[N_READS];

      for (gint turn = 0; turn < N_READS; turn++)
        times[turn] = read_memory (data, n_streams);
      qsort (times, N_READS, sizeof (times[0]), compare_times);
      best = MAX (best, MEMORY_FLOATS * sizeof (gfloat) * 1e6 / times[N_READS / 2]);
    }

  return best;
}

/**
 * memory_now:
 *
 * Returns: bytes per second that all threads of OpenMP read just now.  It takes some
 *   hundredths of a second, but more the first time.
 */
gdouble
memory_now (void)
{
  static gfloat *data;
  gint64         time = 0;

  if (data == NULL)
    {
      data = new_memory ();
      read_memory (data, STREAMS_NOW);
    }
  for (gint turn = 0; turn < N_READS_NOW; turn++)
    time += read_memory (data, STREAMS_NOW);

  return N_READS_NOW * MEMORY_FLOATS * sizeof (gfloat) * 1e6 / time;
}
