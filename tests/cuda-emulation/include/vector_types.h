/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vector_types.h: CUDA's short vectors and dim3, for C and for C++.
 */

#pragma once

#define CUDA_EMULATION_VECTOR_2(name, type, alignment) \
  typedef struct __attribute__ ((aligned (alignment))) name { type x, y; } name;
#define CUDA_EMULATION_VECTOR_4(name, type, alignment) \
  typedef struct __attribute__ ((aligned (alignment))) name { type x, y, z, w; } name;

CUDA_EMULATION_VECTOR_2 (char2,      signed char,        2)
CUDA_EMULATION_VECTOR_2 (uchar2,     unsigned char,      2)
CUDA_EMULATION_VECTOR_2 (short2,     short,              4)
CUDA_EMULATION_VECTOR_2 (ushort2,    unsigned short,     4)
CUDA_EMULATION_VECTOR_2 (int2,       int,                8)
CUDA_EMULATION_VECTOR_2 (uint2,      unsigned int,       8)
CUDA_EMULATION_VECTOR_2 (longlong2,  long long,          16)
CUDA_EMULATION_VECTOR_2 (ulonglong2, unsigned long long, 16)
CUDA_EMULATION_VECTOR_2 (float2,     float,              8)
CUDA_EMULATION_VECTOR_2 (double2,    double,             16)
CUDA_EMULATION_VECTOR_4 (char4,      signed char,        4)
CUDA_EMULATION_VECTOR_4 (uchar4,     unsigned char,      4)
CUDA_EMULATION_VECTOR_4 (short4,     short,              8)
CUDA_EMULATION_VECTOR_4 (ushort4,    unsigned short,     8)
CUDA_EMULATION_VECTOR_4 (int4,       int,                16)
CUDA_EMULATION_VECTOR_4 (uint4,      unsigned int,       16)
CUDA_EMULATION_VECTOR_4 (float4,     float,              16)

typedef struct uchar3 { unsigned char x, y, z; } uchar3;
typedef struct int3   { int x, y, z; } int3;
typedef struct uint3  { unsigned int x, y, z; } uint3;
typedef struct float3 { float x, y, z; } float3;

typedef struct dim3
{
  unsigned int x, y, z;
#ifdef __cplusplus
  constexpr dim3 (unsigned int x_ = 1, unsigned int y_ = 1, unsigned int z_ = 1)
    : x (x_), y (y_), z (z_) {}
  constexpr dim3 (uint3 v) : x (v.x), y (v.y), z (v.z) {}
  constexpr operator uint3 () const { return uint3 { x, y, z }; }
#endif
} dim3;
