/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda.h: what all kernels need: launching and the sum over a warp.  Kernels
 * launch by LAUNCH, not by <<< >>>, so that their sources can also be
 * compiled as plain C++ and run where there is no GPU.
 */

#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#ifndef LAUNCH
#define LAUNCH(kernel, grid, block, shared_bytes, stream, ...) \
  kernel <<< (grid), (block), (shared_bytes), (stream) >>> (__VA_ARGS__)
#endif

#define WARP_SIZE 32

static __device__ __forceinline__ float
to_float (float x)
{
  return x;
}

static __device__ __forceinline__ float
to_float (__half x)
{
  return __half2float (x);
}

static __device__ __forceinline__ float
to_float (__nv_bfloat16 x)
{
  return __bfloat162float (x);
}

static __device__ __forceinline__ void
store (float *y, float value)
{
  *y = value;
}

static __device__ __forceinline__ void
store (__half *y, float value)
{
  *y = __float2half (value);
}

static __device__ __forceinline__ void
store (__nv_bfloat16 *y, float value)
{
  *y = __float2bfloat16 (value);
}

/* The sum over all 32 lanes, in the same order on every run, in every lane. */
static __device__ __forceinline__ float
warp_sum (float x)
{
  for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2)
    x += __shfl_xor_sync (0xffffffffu, x, distance);
  return x;
}
