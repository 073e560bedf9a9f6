/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda_fp16.h: __half, __half2 and the operations that the project uses with
 * them.
 */

#pragma once

#include "cuda_runtime.h"

#ifdef __cplusplus

#include "emulation/small-floats.hpp"

CUDA_EMULATION_SMALL_FLOAT (__half, __half2, cuda_emulation::half_to_float,
                            cuda_emulation::float_to_half)

typedef __half  half;
typedef __half2 half2;

struct __half_raw
{
  unsigned short x;
};

static inline float   __half2float     (__half x)            { return (float) x; }
static inline __half  __float2half     (float x)             { return __half (x); }
static inline __half  __float2half_rn  (float x)             { return __half (x); }
static inline __half  __int2half_rn    (int x)               { return __half ((float) x); }
static inline __half2 __halves2half2   (__half a, __half b)  { return __half2 (a, b); }
static inline __half2 make_half2       (__half a, __half b)  { return __half2 (a, b); }
static inline __half2 __half2half2     (__half a)            { return __half2 (a, a); }
static inline __half2 __float2half2_rn (float a)             { return __half2 (__half (a), __half (a)); }
static inline __half2 __floats2half2_rn (float a, float b)   { return __half2 (__half (a), __half (b)); }
static inline __half2 __float22half2_rn (float2 a)           { return __half2 (__half (a.x), __half (a.y)); }
static inline float2  __half22float2   (__half2 a)           { return make_float2 (a.x, a.y); }
static inline __half  __low2half       (__half2 a)           { return a.x; }
static inline __half  __high2half      (__half2 a)           { return a.y; }
static inline float   __low2float      (__half2 a)           { return a.x; }
static inline float   __high2float     (__half2 a)           { return a.y; }

static inline unsigned short
__half_as_ushort (__half x)
{
  return x.bits;
}

static inline __half
__ushort_as_half (unsigned short bits)
{
  __half x;

  x.bits = bits;
  return x;
}

#endif
