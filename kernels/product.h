/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * product.h: a tile of 64 rows by 64 outputs of a product x Wᵀ, for matmul.cu
 * and conv2d.cu, which differ in where the elements of x lie.
 *
 * A block of 256 threads takes 32 elements of 64 rows of x and of W at a time
 * into shared memory (17 KiB).  Weights of 16 bits: x is rounded to their type, 8 warps, 4 by 2, multiply pieces of
 * 16 x 32 by tensor cores and sum in float32.  float32 weights: every thread
 * sums 4 x 4 by FMA.  Sums are in one order.
 */

#pragma once

#include <string.h>

#include "kernels/cuda.h"


#define TILE_ROWS    64
#define TILE_COLUMNS 64
#define TILE_DEPTH   32
#define TILE_THREADS 256

#define TILE_GRID(n_rows, n_out) \
  dim3 ((unsigned) (((n_rows) + TILE_ROWS - 1) / TILE_ROWS), \
        (unsigned) (((n_out) + TILE_COLUMNS - 1) / TILE_COLUMNS))

/* Elements from one row of a tile to the next, so that the rows that a warp
 * reads at once lie in different banks.  */
template <typename Weight> struct TileStride { enum { N = TILE_DEPTH + 8 }; };
template <> struct TileStride<float>         { enum { N = TILE_DEPTH + 1 }; };

/* Room for both, or, at the end, for the sums; 17 KiB.  */
#define TILE_FLOATS \
  ((TILE_ROWS + TILE_COLUMNS) * TileStride<float>::N)

/* Two neighbouring elements, the first in the low half.  */
static __device__ __forceinline__ unsigned
two_elements (const void *elements)
{
  return *(const unsigned *) elements;
}

static __device__ __forceinline__ float2
two_floats (unsigned two,
            __half)
{
  __half element[2];

  memcpy (element, &two, sizeof (two));
  return make_float2 (__half2float (element[0]), __half2float (element[1]));
}

static __device__ __forceinline__ float2
two_floats (unsigned two,
            __nv_bfloat16)
{
  __nv_bfloat16 element[2];

  memcpy (element, &two, sizeof (two));
  return make_float2 (__bfloat162float (element[0]),
                      __bfloat162float (element[1]));
}

/* sums [16, 8] += a [16, 16] b [8, 16]ᵀ, held by a warp together.  With
 * g = lane / 4 and t = lane % 4, a lane has of a the elements 2 t and the next
 * of rows g and g + 8, then those 8 further on; of b those of row g; of the
 * sums columns 2 t and the next of rows g and g + 8 (PTX ISA,
 * mma.m16n8k16).  */
template <typename Weight>
static __device__ __forceinline__ void
warp_multiply_plain (float           sums[4],
                     const unsigned  a[4],
                     const unsigned  b[2],
                     Weight          tag)
{
  const int lane = threadIdx.x % WARP_SIZE;

#pragma unroll 1
  for (int t = 0; t < 4; t++)
#pragma unroll
    for (int half = 0; half < 2; half++)
      {
        const int    from  = lane / 4 * 4 + t;
        const int    left  = lane % 4 * 8 + t;
        const float2 upper = two_floats (
          __shfl_sync (0xffffffffu, a[2 * half], from), tag);
        const float2 lower = two_floats (
          __shfl_sync (0xffffffffu, a[2 * half + 1], from), tag);
        const float2 b0    = two_floats (
          __shfl_sync (0xffffffffu, b[half], left), tag);
        const float2 b1    = two_floats (
          __shfl_sync (0xffffffffu, b[half], left + 4), tag);

        sums[0] += upper.x * b0.x + upper.y * b0.y;
        sums[1] += upper.x * b1.x + upper.y * b1.y;
        sums[2] += lower.x * b0.x + lower.y * b0.y;
        sums[3] += lower.x * b1.x + lower.y * b1.y;
      }
}

/* The same by tensor cores where they know the type: those of sm_75 know no
 * bfloat16, and take f16 in two steps.  */
static __device__ __forceinline__ void
warp_multiply (float           sums[4],
               const unsigned  a[4],
               const unsigned  b[2],
               __half          tag)
{
#if defined (__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile ("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
                "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                "{%0, %1, %2, %3};"
                : "+f" (sums[0]), "+f" (sums[1]), "+f" (sums[2]),
                  "+f" (sums[3])
                : "r" (a[0]), "r" (a[1]), "r" (a[2]), "r" (a[3]),
                  "r" (b[0]), "r" (b[1]));
#elif defined (__CUDA_ARCH__)
  for (int half = 0; half < 2; half++)
    asm volatile ("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 "
                  "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
                  : "+f" (sums[0]), "+f" (sums[1]), "+f" (sums[2]),
                    "+f" (sums[3])
                  : "r" (a[2 * half]), "r" (a[2 * half + 1]),
                    "r" (b[half]));
#elif CUDA_EMULATION_MMA
  cuda_emulation_mma_m16n8k16 (sums, a, b, false);
#else
  warp_multiply_plain (sums, a, b, tag);
#endif
}

static __device__ __forceinline__ void
warp_multiply (float           sums[4],
               const unsigned  a[4],
               const unsigned  b[2],
               __nv_bfloat16   tag)
{
#if defined (__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile ("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
                "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                "{%0, %1, %2, %3};"
                : "+f" (sums[0]), "+f" (sums[1]), "+f" (sums[2]),
                  "+f" (sums[3])
                : "r" (a[0]), "r" (a[1]), "r" (a[2]), "r" (a[3]),
                  "r" (b[0]), "r" (b[1]));
#elif ! defined (__CUDA_ARCH__) && CUDA_EMULATION_MMA
  cuda_emulation_mma_m16n8k16 (sums, a, b, true);
#else
  warp_multiply_plain (sums, a, b, tag);
#endif
}

/* What is in shared memory into the sums: sums[i] of warp w, lane l is what
 * warp_multiply() says, of rows 16 (w % 4) and columns 32 (w / 4) + 8 i.  */
template <typename Weight>
static __device__ __forceinline__ void
tile_multiply (float         sums[4][4],
               const Weight *x,
               const Weight *w)
{
  const int     stride = TileStride<Weight>::N;
  const int     lane   = threadIdx.x % WARP_SIZE;
  const int     warp   = threadIdx.x / WARP_SIZE;
  const Weight *upper  = x + (warp % 4 * 16 + lane / 4) * stride + lane % 4 * 2;
  const Weight *lower  = upper + 8 * stride;
  const Weight *column = w + (warp / 4 * 32 + lane / 4) * stride + lane % 4 * 2;

#pragma unroll
  for (int k = 0; k < TILE_DEPTH; k += 16)
    {
      const unsigned a[4] =
      {
        two_elements (upper + k), two_elements (lower + k),
        two_elements (upper + k + 8), two_elements (lower + k + 8)
      };

#pragma unroll
      for (int i = 0; i < 4; i++)
        {
          const unsigned b[2] =
          {
            two_elements (column + 8 * i * stride + k),
            two_elements (column + 8 * i * stride + k + 8)
          };

          warp_multiply (sums[i], a, b, Weight ());
        }
    }
}

/* The same numbers, without tensor cores, which would round float32.  */
static __device__ __forceinline__ void
tile_multiply (float        sums[4][4],
               const float *x,
               const float *w)
{
  const int    stride = TileStride<float>::N;
  const int    lane   = threadIdx.x % WARP_SIZE;
  const int    warp   = threadIdx.x / WARP_SIZE;
  const float *upper  = x + (warp % 4 * 16 + lane / 4) * stride;
  const float *lower  = upper + 8 * stride;
  const float *column = w + (warp / 4 * 32 + lane % 4 * 2) * stride;

#pragma unroll 4
  for (int k = 0; k < TILE_DEPTH; k++)
    {
      const float a = upper[k];
      const float b = lower[k];

#pragma unroll
      for (int i = 0; i < 4; i++)
        {
          const float c = column[8 * i * stride + k];
          const float d = column[(8 * i + 1) * stride + k];

          sums[i][0] += a * c;
          sums[i][1] += a * d;
          sums[i][2] += b * c;
          sums[i][3] += b * d;
        }
    }
}

/* TILE_DEPTH elements of 64 rows of W, zeros beyond its end.  */
template <typename Weight>
static __device__ __forceinline__ void
tile_load_weight (Weight       *tile,
                  const Weight *weight,
                  int           first_out,
                  int           n_out,
                  long long     first,
                  long long     depth)
{
  const int       k    = threadIdx.x % TILE_DEPTH;
  const long long from = first + k;

#pragma unroll 2
  for (int i = threadIdx.x / TILE_DEPTH; i < TILE_COLUMNS;
       i += TILE_THREADS / TILE_DEPTH)
    if (first_out + i < n_out && from < depth)
      tile[i * TileStride<Weight>::N + k] =
        weight[(first_out + i) * depth + from];
    else
      store (&tile[i * TileStride<Weight>::N + k], 0.0f);
}

/* The sums go to y by way of shared memory, so that neighbouring threads write
 * neighbouring outputs, and the code of the activations is there once.  */
template <typename Out>
static __device__ __forceinline__ void
tile_store (Out                *y,
            long long           y_stride,
            float              *shared,
            const float         sums[4][4],
            long long           n_rows,
            int                 n_out,
            PiscesCudaEpilogue  epilogue)
{
  const int       lane      = threadIdx.x % WARP_SIZE;
  const int       warp      = threadIdx.x / WARP_SIZE;
  float          *own       = shared + (warp % 4 * 16 + lane / 4) *
                              TILE_COLUMNS + warp / 4 * 32 + lane % 4 * 2;
  const long long first_row = (long long) blockIdx.x * TILE_ROWS;
  const int       column    = blockIdx.y * TILE_COLUMNS +
                              threadIdx.x % TILE_COLUMNS;

#pragma unroll
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++)
      own[j / 2 * 8 * TILE_COLUMNS + 8 * i + j % 2] = sums[i][j];
  __syncthreads ();

  if (column >= n_out)
    return;

#pragma unroll 1
  for (int i = threadIdx.x / TILE_COLUMNS; i < TILE_ROWS;
       i += TILE_THREADS / TILE_COLUMNS)
    if (first_row + i < n_rows)
      {
        Out     *target = y + (first_row + i) * y_stride + column;
        float    value  = shared[i * TILE_COLUMNS +
                                 threadIdx.x % TILE_COLUMNS];

        value += epilogue.bias ? epilogue.bias[column] : 0.0f;
        store (target, epilogue.accumulate
                       ? to_float (*target) + value
                       : activated (value, epilogue.activation));
      }
}

/* An element of x as the weights are, at the end of the type's range where it
 * lies beyond (float16).  */
static __device__ __forceinline__ void
store_within (__half *y,
              float   value)
{
  store (y, value > 65504.0f ? 65504.0f : value < -65504.0f ? -65504.0f
                                                            : value);
}

static __device__ __forceinline__ void
store_within (__nv_bfloat16 *y,
              float          value)
{
  store (y, value);
}

static __device__ __forceinline__ void
store_within (float *y,
              float  value)
{
  store (y, value);
}
