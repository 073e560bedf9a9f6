/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vector-math.h: exp and the activations as plain arithmetic, without calls or
 * branches, so that the compiler can turn loops over them into vector code.
 */

#pragma once

#include <glib.h>

/* exp (x), with an error of at most 2 units in the last place.  Below -87.3 and
 * above 88.0 the result is that of the limit.  A NaN stays a NaN.  The reduction
 * is that of Cody and Waite, the polynomial that of Cephes.  */
static inline gfloat
vector_exp (gfloat x)
{
  union { guint32 u; gfloat f; } scale;
  gfloat clamped = x < -87.3f ? -87.3f : x;
  gfloat n, r, p;

  clamped = clamped > 88.0f ? 88.0f : clamped;
  /* Adding 1.5 * 2^23 and subtracting it again rounds to an integer.  */
  n = (clamped * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
  r = clamped - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  /* Unsigned, because the sum of a NaN is a negative number.  */
  scale.u = (guint32) ((gint32) n + 127) << 23;
  return p * scale.f;
}

/* x / (1 + exp (-beta x)).  This is SiLU with beta = 1, and the quick GELU with
 * beta = 1.702.  */
static inline gfloat
vector_swish (gfloat x,
              gfloat beta)
{
  return x / (1.0f + vector_exp (-beta * x));
}

/* x Phi (x), approximated with tanh (Hendrycks and Gimpel, arXiv 1606.08415,
 * section 2).  It uses that 0.5 (1 + tanh (u)) is 1 / (1 + exp (-2u)).  */
static inline gfloat
vector_gelu_tanh (gfloat x)
{
  const gfloat u = 1.5957691216057308f * (x + 0.044715f * x * x * x);

  return x / (1.0f + vector_exp (-u));
}

/* x Phi (x), where erfc has a relative error of up to 1.2e-7 (Press et al.,
 * Numerical Recipes, section 6.2, erfcc).  */
static inline gfloat
vector_gelu (gfloat x)
{
  const gfloat z = (x < 0.0f ? -x : x) * 0.70710678118654752f;
  const gfloat t = 1.0f / (1.0f + 0.5f * z);
  gfloat       p = 0.17087277f;
  gfloat       half_erfc;

  p = p * t - 0.82215223f;
  p = p * t + 1.48851587f;
  p = p * t - 1.13520398f;
  p = p * t + 0.27886807f;
  p = p * t - 0.18628806f;
  p = p * t + 0.09678418f;
  p = p * t + 0.37409196f;
  p = p * t + 1.00002368f;
  p = p * t - 1.26551223f;
  half_erfc = 0.5f * t * vector_exp (p - z * z);
  return x < 0.0f ? x * half_erfc : x - x * half_erfc;
}
