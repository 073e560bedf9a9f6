/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * small-floats.hpp: float16 and bfloat16 by their bits.  All rounding is to
 * nearest, ties to even.  Sums and products are computed in float32 and then
 * rounded, which gives the right bits, as float32 has more than twice their
 * digits and two.
 */

#pragma once

#include <stdint.h>
#include <string.h>

namespace cuda_emulation
{

static inline uint32_t
bits_of (float x)
{
  uint32_t u;

  memcpy (&u, &x, sizeof u);
  return u;
}

static inline float
float_of (uint32_t u)
{
  float x;

  memcpy (&x, &u, sizeof x);
  return x;
}

static inline float
half_to_float (uint16_t h)
{
  const uint32_t sign     = (uint32_t) (h & 0x8000u) << 16;
  const uint32_t exponent = h >> 10 & 31u;
  const uint32_t digits   = h & 1023u;

  if (exponent == 31)
    return float_of (sign | 0x7f800000u | digits << 13);
  if (exponent == 0)
    {
      const float x = (float) digits * 5.9604644775390625e-8f;   /* 2^-24 */

      return sign ? -x : x;
    }
  return float_of (sign | (exponent + 112u) << 23 | digits << 13);
}

static inline uint16_t
float_to_half (float x)
{
  const uint32_t u    = bits_of (x);
  const uint32_t sign = u >> 16 & 0x8000u;
  const uint32_t a    = u & 0x7fffffffu;

  if (a > 0x7f800000u)
    return 0x7fffu;
  if (a >= 0x477ff000u)                 /* rounds to 65536 or more */
    return (uint16_t) (sign | 0x7c00u);
  if (a < 0x38800000u)                  /* below 2^-14: the adder rounds */
    return (uint16_t) (sign | (bits_of (float_of (a) + 0.5f) - 0x3f000000u));
  return (uint16_t) (sign | (a + 0xfffu + (a >> 13 & 1u) - 0x38000000u) >> 13);
}

static inline float
bfloat16_to_float (uint16_t b)
{
  return float_of ((uint32_t) b << 16);
}

static inline uint16_t
float_to_bfloat16 (float x)
{
  const uint32_t u = bits_of (x);

  if ((u & 0x7fffffffu) > 0x7f800000u)
    return 0x7fffu;
  return (uint16_t) ((u + 0x7fffu + (u >> 16 & 1u)) >> 16);
}

}

/* What both types have, under CUDA's names. */
#define CUDA_EMULATION_SMALL_FLOAT(T, T2, decode, encode) \
  struct T \
  { \
    uint16_t bits; \
    T () = default; \
    T (float x)  : bits (encode (x)) {} \
    T (double x) : bits (encode ((float) x)) {} \
    T (int x)    : bits (encode ((float) x)) {} \
    operator float () const { return decode (bits); } \
    T &operator+= (T y) { return *this = T (decode (bits) + decode (y.bits)); } \
    T &operator-= (T y) { return *this = T (decode (bits) - decode (y.bits)); } \
    T &operator*= (T y) { return *this = T (decode (bits) * decode (y.bits)); } \
    T &operator/= (T y) { return *this = T (decode (bits) / decode (y.bits)); } \
  }; \
  struct __attribute__ ((aligned (4))) T2 \
  { \
    T x, y; \
    T2 () = default; \
    T2 (T a, T b) : x (a), y (b) {} \
  }; \
  static inline T operator+ (T a, T b) { return T ((float) a + (float) b); } \
  static inline T operator- (T a, T b) { return T ((float) a - (float) b); } \
  static inline T operator* (T a, T b) { return T ((float) a * (float) b); } \
  static inline T operator/ (T a, T b) { return T ((float) a / (float) b); } \
  static inline T operator- (T a)      { return T (-(float) a); } \
  static inline bool operator<  (T a, T b) { return (float) a < (float) b; } \
  static inline bool operator>  (T a, T b) { return (float) a > (float) b; } \
  static inline bool operator<= (T a, T b) { return (float) a <= (float) b; } \
  static inline bool operator>= (T a, T b) { return (float) a >= (float) b; } \
  static inline bool operator== (T a, T b) { return (float) a == (float) b; } \
  static inline bool operator!= (T a, T b) { return (float) a != (float) b; } \
  static inline T  __hadd (T a, T b) { return a + b; } \
  static inline T  __hsub (T a, T b) { return a - b; } \
  static inline T  __hmul (T a, T b) { return a * b; } \
  static inline T  __hdiv (T a, T b) { return a / b; } \
  static inline T  __hneg (T a)      { return -a; } \
  static inline T  __hmax (T a, T b) { return T (fmaxf (a, b)); } \
  static inline T  __hmin (T a, T b) { return T (fminf (a, b)); } \
  static inline T  __hfma (T a, T b, T c) \
  { return T ((float) ((double) (float) a * (float) b + (double) (float) c)); } \
  static inline bool __hlt (T a, T b) { return a < b; } \
  static inline bool __hgt (T a, T b) { return a > b; } \
  static inline bool __hisnan (T a)   { return (float) a != (float) a; } \
  static inline T2 __hadd2 (T2 a, T2 b) { return T2 (a.x + b.x, a.y + b.y); } \
  static inline T2 __hsub2 (T2 a, T2 b) { return T2 (a.x - b.x, a.y - b.y); } \
  static inline T2 __hmul2 (T2 a, T2 b) { return T2 (a.x * b.x, a.y * b.y); } \
  static inline T2 __hfma2 (T2 a, T2 b, T2 c) \
  { return T2 (__hfma (a.x, b.x, c.x), __hfma (a.y, b.y, c.y)); } \
  static inline T2 operator+ (T2 a, T2 b) { return __hadd2 (a, b); } \
  static inline T2 operator- (T2 a, T2 b) { return __hsub2 (a, b); } \
  static inline T2 operator* (T2 a, T2 b) { return __hmul2 (a, b); }
