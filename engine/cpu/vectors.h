/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vectors.h: the widths of vector registers.  Some files of this backend are
 * compiled for three of them, and choose at run time.  They have in common how they
 * choose, and how the compiler is told about the registers.
 */

#pragma once

#include <string.h>

#include <glib.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

G_BEGIN_DECLS

/* The attributes of functions for the wider registers.  */
#define PISCES_CPU_TARGET_256 __attribute__ ((target ("arch=x86-64-v3")))
#define PISCES_CPU_TARGET_512 \
  __attribute__ ((target ("arch=x86-64-v4,prefer-vector-width=512")))

/* Makes the compiler load from memory again what comes after this, where it would
 * keep more values than there are registers.  */
#define PISCES_CPU_FORGET_LOADS() __asm__ volatile ("" : : : "memory")

/* Makes the compiler load a vector once and keep it in a register, where it would
 * load it again for each use.  A load from memory far away is dear also when the same
 * line is already on its way.  */
#ifdef __x86_64__
#define PISCES_CPU_IN_REGISTER(vector) __asm__ ("" : "+v" (vector))
#else
#define PISCES_CPU_IN_REGISTER(vector) __asm__ ("" : "+w" (vector))
#endif

typedef gfloat PiscesCpuFour __attribute__ ((vector_size (16)));

static inline PiscesCpuFour
pisces_cpu_four_halves (const guint16 *at)
{
  _Float16 h[4];

  memcpy (h, at, sizeof (h));
  return (PiscesCpuFour) { (gfloat) h[0], (gfloat) h[1], (gfloat) h[2], (gfloat) h[3] };
}

/* So many float16 as fill one register as floats.  */
#define PISCES_CPU_HALVES_128(at) pisces_cpu_four_halves (at)
#define PISCES_CPU_HALVES_256(at) \
  _mm256_cvtph_ps (_mm_loadu_si128 ((const __m128i *) (at)))
#define PISCES_CPU_HALVES_512(at) \
  _mm512_cvtph_ps (_mm256_loadu_si256 ((const __m256i *) (at)))

gint     pisces_cpu_allowed_bits (void);
gint     pisces_cpu_vector_bits  (void);
gboolean pisces_cpu_has_bf16     (void);

G_END_DECLS
