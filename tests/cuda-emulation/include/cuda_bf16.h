/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda_bf16.h: __nv_bfloat16, __nv_bfloat162 and the operations that the
 * project uses with them.
 */

#pragma once

#include "cuda_runtime.h"

#ifdef __cplusplus

#include "emulation/small-floats.hpp"

CUDA_EMULATION_SMALL_FLOAT (__nv_bfloat16, __nv_bfloat162, cuda_emulation::bfloat16_to_float,
                            cuda_emulation::float_to_bfloat16)

typedef __nv_bfloat16  nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;

static inline float          __bfloat162float        (__nv_bfloat16 x) { return (float) x; }
static inline __nv_bfloat16  __float2bfloat16        (float x) { return __nv_bfloat16 (x); }
static inline __nv_bfloat16  __float2bfloat16_rn     (float x) { return __nv_bfloat16 (x); }
static inline __nv_bfloat162 __halves2bfloat162      (__nv_bfloat16 a, __nv_bfloat16 b)
  { return __nv_bfloat162 (a, b); }
static inline __nv_bfloat162 make_bfloat162          (__nv_bfloat16 a, __nv_bfloat16 b)
  { return __nv_bfloat162 (a, b); }
static inline __nv_bfloat162 __bfloat162bfloat162    (__nv_bfloat16 a) { return __nv_bfloat162 (a, a); }
static inline __nv_bfloat162 __float2bfloat162_rn    (float a)
  { return __nv_bfloat162 (__nv_bfloat16 (a), __nv_bfloat16 (a)); }
static inline __nv_bfloat162 __floats2bfloat162_rn   (float a, float b)
  { return __nv_bfloat162 (__nv_bfloat16 (a), __nv_bfloat16 (b)); }
static inline __nv_bfloat162 __float22bfloat162_rn   (float2 a)
  { return __nv_bfloat162 (__nv_bfloat16 (a.x), __nv_bfloat16 (a.y)); }
static inline float2         __bfloat1622float2      (__nv_bfloat162 a) { return make_float2 (a.x, a.y); }
static inline __nv_bfloat16  __low2bfloat16          (__nv_bfloat162 a) { return a.x; }
static inline __nv_bfloat16  __high2bfloat16         (__nv_bfloat162 a) { return a.y; }
static inline float          __low2float             (__nv_bfloat162 a) { return a.x; }
static inline float          __high2float            (__nv_bfloat162 a) { return a.y; }

static inline unsigned short
__bfloat16_as_ushort (__nv_bfloat16 x)
{
  return x.bits;
}

static inline __nv_bfloat16
__ushort_as_bfloat16 (unsigned short bits)
{
  __nv_bfloat16 x;

  x.bits = bits;
  return x;
}

#endif
