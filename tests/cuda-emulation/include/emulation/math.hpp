/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * math.hpp: CUDA's arithmetic that C has not.  The fast approximations are the
 * exact functions here, so their error on a GPU is not seen.
 */

#pragma once

#include <cmath>
#include <cstdlib>

using std::abs;
using std::isfinite;
using std::isinf;
using std::isnan;

#define CUDA_EMULATION_MIN_MAX(type) \
  static inline type min (type a, type b) { return a < b ? a : b; } \
  static inline type max (type a, type b) { return a > b ? a : b; }

CUDA_EMULATION_MIN_MAX (int)
CUDA_EMULATION_MIN_MAX (unsigned int)
CUDA_EMULATION_MIN_MAX (long)
CUDA_EMULATION_MIN_MAX (unsigned long)
CUDA_EMULATION_MIN_MAX (long long)
CUDA_EMULATION_MIN_MAX (unsigned long long)

static inline float  min (float a, float b)   { return fminf (a, b); }
static inline float  max (float a, float b)   { return fmaxf (a, b); }
static inline double min (double a, double b) { return fmin (a, b); }
static inline double max (double a, double b) { return fmax (a, b); }

/* The C library declares some of these names itself, newer ones more of them,
 * so they are macros. */
#define __expf(x)         expf (x)
#define __exp2f(x)        exp2f (x)
#define __exp10f(x)       exp10f (x)
#define __logf(x)         logf (x)
#define __log2f(x)        log2f (x)
#define __log10f(x)       log10f (x)
#define __sinf(x)         sinf (x)
#define __cosf(x)         cosf (x)
#define __tanf(x)         tanf (x)
#define __powf(x, y)      powf ((x), (y))
#define __sincosf(x, s, c) sincosf ((x), (s), (c))
#define __tanhf(x)        tanhf (x)
#define rsqrtf(x)         (1.0f / sqrtf (x))
#define rsqrt(x)          (1.0 / sqrt (x))
#define sinpif(x)         sinf (3.14159265358979f * (x))
#define cospif(x)         cosf (3.14159265358979f * (x))

static inline float  __frsqrt_rn    (float x)            { return 1.0f / sqrtf (x); }
static inline float  __fsqrt_rn     (float x)            { return sqrtf (x); }
static inline float  __frcp_rn      (float x)            { return 1.0f / x; }
static inline float  __fdividef     (float a, float b)   { return a / b; }
static inline float  __fdiv_rn      (float a, float b)   { return a / b; }
static inline float  __fadd_rn      (float a, float b)   { return a + b; }
static inline float  __fsub_rn      (float a, float b)   { return a - b; }
static inline float  __fmul_rn      (float a, float b)   { return a * b; }
static inline float  __fmaf_rn      (float a, float b, float c) { return fmaf (a, b, c); }
static inline float  __saturatef    (float x)            { return fminf (fmaxf (x, 0.0f), 1.0f); }
static inline float  normcdff       (float x)            { return 0.5f * erfcf (-0.70710678118654752f * x); }

static inline float
__uint_as_float (unsigned x)
{
  float y;

  memcpy (&y, &x, sizeof y);
  return y;
}

static inline unsigned
__float_as_uint (float x)
{
  unsigned y;

  memcpy (&y, &x, sizeof y);
  return y;
}

static inline float __int_as_float (int x)   { return __uint_as_float ((unsigned) x); }
static inline int   __float_as_int (float x) { return (int) __float_as_uint (x); }

/* A conversion to an integer saturates, and makes 0 of NaN. */
static inline int
cuda_emulation_to_int (double x)
{
  return x != x ? 0 : x >= 2147483647.0 ? 2147483647 : x <= -2147483648.0 ? -2147483647 - 1 : (int) x;
}

static inline unsigned
cuda_emulation_to_uint (double x)
{
  return x != x || x <= 0.0 ? 0u : x >= 4294967295.0 ? 4294967295u : (unsigned) x;
}

static inline int      __float2int_rn   (float x)    { return cuda_emulation_to_int (rintf (x)); }
static inline int      __float2int_rz   (float x)    { return cuda_emulation_to_int (truncf (x)); }
static inline int      __float2int_rd   (float x)    { return cuda_emulation_to_int (floorf (x)); }
static inline int      __float2int_ru   (float x)    { return cuda_emulation_to_int (ceilf (x)); }
static inline unsigned __float2uint_rn  (float x)    { return cuda_emulation_to_uint (rintf (x)); }
static inline unsigned __float2uint_rz  (float x)    { return cuda_emulation_to_uint (truncf (x)); }
static inline float    __int2float_rn   (int x)      { return (float) x; }
static inline float    __uint2float_rn  (unsigned x) { return (float) x; }

static inline int      __popc    (unsigned x)            { return __builtin_popcount (x); }
static inline int      __popcll  (unsigned long long x)  { return __builtin_popcountll (x); }
static inline int      __clz     (int x)                 { return x ? __builtin_clz ((unsigned) x) : 32; }
static inline int      __ffs     (int x)                 { return __builtin_ffs (x); }
static inline unsigned __umulhi  (unsigned a, unsigned b) { return (unsigned) ((unsigned long long) a * b >> 32); }
static inline int      __mulhi   (int a, int b)          { return (int) ((long long) a * b >> 32); }

static inline unsigned
__byte_perm (unsigned a, unsigned b, unsigned selector)
{
  const uint64_t both = (uint64_t) b << 32 | a;
  unsigned       y    = 0;

  for (int i = 0; i < 4; i++)
    {
      const unsigned s    = selector >> (4 * i) & 15u;
      unsigned       byte = (unsigned) (both >> (8 * (s & 7u))) & 255u;

      if (s & 8u)
        byte = byte & 128u ? 255u : 0u;
      y |= byte << (8 * i);
    }
  return y;
}

static inline int
__dp4a (int a, int b, int c)
{
  for (int i = 0; i < 4; i++)
    c += (int) (signed char) (a >> (8 * i)) * (int) (signed char) (b >> (8 * i));
  return c;
}

#define CUDA_EMULATION_MAKE_2(name, type) \
  static inline name make_ ## name (type x, type y) { return name { x, y }; }
#define CUDA_EMULATION_MAKE_3(name, type) \
  static inline name make_ ## name (type x, type y, type z) { return name { x, y, z }; }
#define CUDA_EMULATION_MAKE_4(name, type) \
  static inline name make_ ## name (type x, type y, type z, type w) { return name { x, y, z, w }; }

CUDA_EMULATION_MAKE_2 (char2,      signed char)
CUDA_EMULATION_MAKE_2 (uchar2,     unsigned char)
CUDA_EMULATION_MAKE_2 (short2,     short)
CUDA_EMULATION_MAKE_2 (ushort2,    unsigned short)
CUDA_EMULATION_MAKE_2 (int2,       int)
CUDA_EMULATION_MAKE_2 (uint2,      unsigned int)
CUDA_EMULATION_MAKE_2 (longlong2,  long long)
CUDA_EMULATION_MAKE_2 (ulonglong2, unsigned long long)
CUDA_EMULATION_MAKE_2 (float2,     float)
CUDA_EMULATION_MAKE_2 (double2,    double)
CUDA_EMULATION_MAKE_3 (int3,       int)
CUDA_EMULATION_MAKE_3 (uint3,      unsigned int)
CUDA_EMULATION_MAKE_3 (float3,     float)
CUDA_EMULATION_MAKE_4 (char4,      signed char)
CUDA_EMULATION_MAKE_4 (uchar4,     unsigned char)
CUDA_EMULATION_MAKE_4 (short4,     short)
CUDA_EMULATION_MAKE_4 (ushort4,    unsigned short)
CUDA_EMULATION_MAKE_4 (int4,       int)
CUDA_EMULATION_MAKE_4 (uint4,      unsigned int)
CUDA_EMULATION_MAKE_4 (float4,     float)
