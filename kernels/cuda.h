/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda.h: what all kernels need: launching, element types, sums over a warp
 * and over a block, activations.  Kernels are launched by LAUNCH, not by <<< >>>,
 * and dynamic shared memory is declared by DYN_SHARED, so that the same sources can
 * be compiled as plain C++ and run where there is no GPU.
 */

#pragma once

#include <string.h>

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include "kernels/dispatch.h"
#include "kernels/kernels.h"

#ifndef LAUNCH
#define LAUNCH(kernel, grid, block, shared_bytes, stream, ...) \
  kernel <<< (grid), (block), (shared_bytes), (stream) >>> (__VA_ARGS__)
#endif

#ifndef DYN_SHARED
#define DYN_SHARED(type, name) \
  extern __shared__ __align__ (16) unsigned char name##_bytes[]; \
  type *name = (type *) name##_bytes
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

/* Rounds to the nearest number of the type.  What lies beyond the range of float16
 * becomes infinity.  */
static __device__ __forceinline__ void
round_to (float *y, float value)
{
  *y = value;
}

static __device__ __forceinline__ void
round_to (__half *y, float value)
{
  *y = __float2half (value);
}

static __device__ __forceinline__ void
round_to (__nv_bfloat16 *y, float value)
{
  *y = __float2bfloat16 (value);
}

#define LARGEST_HALF 65504.0f

/* The value, brought back to the end of the type's range where it lies beyond it: an
 * infinity in float16 would become NaN in the next norm.  A NaN stays a NaN.  */
static __device__ __forceinline__ float
within (float value, __half)
{
#if defined (__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm ("min.NaN.f32 %0, %0, %1;" : "+f" (value) : "f" (LARGEST_HALF));
  asm ("max.NaN.f32 %0, %0, %1;" : "+f" (value) : "f" (-LARGEST_HALF));
  return value;
#else
  return value > LARGEST_HALF ? LARGEST_HALF :
         value < -LARGEST_HALF ? -LARGEST_HALF : value;
#endif
}

static __device__ __forceinline__ float
within (float value, __nv_bfloat16)
{
  return value;
}

static __device__ __forceinline__ float
within (float value, float)
{
  return value;
}

/* Writes a result.  All kernels do it by this, so that none writes infinities.  */
template <typename Element>
static __device__ __forceinline__ void
store (Element *y,
       float    value)
{
  round_to (y, within (value, Element ()));
}

/* Reads N neighbouring elements.  is_aligned says that they begin at a multiple of
 * their size, or of 16 bytes if that is less; then they are read by vectors.  */
template <int N, typename Element>
static __device__ __forceinline__ void
load_floats (float          values[N],
             const Element *x,
             bool           is_aligned)
{
  Element part[N];

  if (! is_aligned)
    {
#pragma unroll
      for (int k = 0; k < N; k++)
        values[k] = to_float (x[k]);
      return;
    }

  if (N * sizeof (Element) % 16 == 0)
    {
#pragma unroll
      for (int k = 0; k < (int) (N * sizeof (Element) / 16); k++)
        {
          const uint4 bits = ((const uint4 *) x)[k];

          memcpy ((char *) part + 16 * k, &bits, sizeof (bits));
        }
    }
  else
    {
#pragma unroll
      for (int k = 0; k < (int) (N * sizeof (Element) / 8); k++)
        {
          const uint2 bits = ((const uint2 *) x)[k];

          memcpy ((char *) part + 8 * k, &bits, sizeof (bits));
        }
    }
#pragma unroll
  for (int k = 0; k < N; k++)
    values[k] = to_float (part[k]);
}

/* The sum over all 32 lanes, in every lane.  It is taken in the same order on every
 * run.  */
static __device__ __forceinline__ float
warp_sum (float x)
{
  for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2)
    x += __shfl_xor_sync (0xffffffffu, x, distance);
  return x;
}

static __device__ __forceinline__ float
warp_max (float x)
{
  for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2)
    x = fmaxf (x, __shfl_xor_sync (0xffffffffu, x, distance));
  return x;
}

/* The sum over a block of up to 32 whole warps, in every thread.  partial is shared
 * memory for one float of each warp.  Some warps may still read it when others have
 * returned, so a second sum needs memory of its own, or a barrier before it.  */
static __device__ __forceinline__ float
block_sum (float  x,
           float *partial)
{
  const int thread  = threadIdx.y * blockDim.x + threadIdx.x;
  const int n_warps = blockDim.x * blockDim.y / WARP_SIZE;

  x = warp_sum (x);
  if (thread % WARP_SIZE == 0)
    partial[thread / WARP_SIZE] = x;
  __syncthreads ();

  /* Every warp adds up all partial sums for itself, which saves a second barrier.  */
  return warp_sum (thread % WARP_SIZE < n_warps ? partial[thread % WARP_SIZE]
                                                : 0.0f);
}

static __device__ __forceinline__ float
swish (float x,
       float beta)
{
  return x / (1.0f + expf (-beta * x));
}

static __device__ __forceinline__ float
activated (float                x,
           PiscesCudaActivation activation)
{
  switch (activation)
    {
    case PISCES_CUDA_SILU:
      return swish (x, 1.0f);
    case PISCES_CUDA_GELU:
      return 0.5f * x * (1.0f + erff (x * 0.70710678f));
    case PISCES_CUDA_GELU_TANH:
      /* 0.5 x (1 + tanh u) = x sigmoid (2 u), which loses no digits where
       * tanh is near -1.  */
      return swish (x, 1.59576912f * (1.0f + 0.044715f * x * x));
    case PISCES_CUDA_GELU_QUICK:
      return swish (x, 1.702f);
    case PISCES_CUDA_NO_ACTIVATION:
      break;
    }
  return x;
}

/* How operations that take each element for itself share out a matrix.  A block of 256
 * threads takes as many columns as there are, and several rows where these are fewer
 * than 256, so that narrow images fill warps too.  Several blocks share a wide row.  */
static inline dim3
rows_block (long long width)
{
  unsigned columns = WARP_SIZE;

  if (width <= 4)
    columns = 4;
  else if (width <= 16)
    columns = 16;
  while (columns < 256 && columns < width)
    columns *= 2;
  return dim3 (columns, 256 / columns);
}

static inline dim3
rows_grid (long long n_rows,
           long long width)
{
  const dim3      block   = rows_block (width);
  const long long columns = (width + 4 * block.x - 1) / (4 * block.x);

  return dim3 ((unsigned) ((n_rows + block.y - 1) / block.y),
               (unsigned) (columns < 65535 ? columns : 65535));
}

/* The row of this thread, and a loop over its columns.  */
#define THIS_ROW \
  ((long long) blockIdx.x * blockDim.y + threadIdx.y)

#define FOR_COLUMNS(c, width) \
  for (int c = blockIdx.y * blockDim.x + threadIdx.x; \
       c < (width); \
       c += gridDim.y * blockDim.x)
