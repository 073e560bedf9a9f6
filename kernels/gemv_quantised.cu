/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gemv_quantised.cu: y = activation (x Wᵀ + b), or y += x Wᵀ + b, for up to 4
 * rows, where W is held in blocks of 32 values with one scale: 8 bits each
 * (q8_0), or 4 (q4_0), as quantise.c makes them.
 *
 * Reads W once, whatever the number of rows: n_out * n_in * 8.5 / 8 or 4.5 / 8
 * bytes, by which it is bound; x and b come from the caches.
 *
 * One warp for each output, 8 to a block.  Lanes read 4 bytes each, side by
 * side: 4 values of 8 bits, or the 4 lower and the 4 upper values of a block of
 * 4 bits; so a warp reads x side by side too, which 16 bytes of weights a lane
 * would not let it.  4 readings are under way at once, 2 where there are more
 * rows: 4 would spill registers on sm_90.  Sums are in float32 and in one order.
 */

#include <string.h>

#include "kernels/cuda.h"


#define N_THREADS 256
#define N_WARPS   (N_THREADS / WARP_SIZE)
#define BLOCK     32

template <typename Element>
static __device__ __forceinline__ void
load_four (float          four[4],
           const Element *x,
           int            is_aligned)
{
  Element part[4];

  if (! is_aligned)
    {
#pragma unroll
      for (int k = 0; k < 4; k++)
        four[k] = to_float (x[k]);
      return;
    }
  if (sizeof (Element) == 4)
    {
      const uint4 bits = *(const uint4 *) x;

      memcpy (part, &bits, sizeof (part));
    }
  else
    {
      const uint2 bits = *(const uint2 *) x;

      memcpy (part, &bits, sizeof (part));
    }
#pragma unroll
  for (int k = 0; k < 4; k++)
    four[k] = to_float (part[k]);
}

template <typename Out, typename Element, int BITS, int N_ROWS>
static __global__ void
__launch_bounds__ (N_THREADS)
gemv_quantised (Out                  *y,
                long long             y_stride,
                const Element        *x,
                long long             x_stride,
                const unsigned       *quants,
                const __half         *scales,
                const float          *bias,
                int                   n_rows,
                int                   n_in,
                int                   n_out,
                int                   is_aligned,
                PiscesCudaActivation  activation,
                int                   accumulate)
{
  const int       VALUES      = 32 / BITS;      /* of 4 bytes */
  const int       LANES       = BLOCK / VALUES; /* of a block */
  const int       lane        = threadIdx.x % WARP_SIZE;
  const int       out         = blockIdx.x * N_WARPS + threadIdx.x / WARP_SIZE;
  const int       n_words     = n_in / VALUES;
  const unsigned *words       = quants + (long long) out * n_words;
  const __half   *scale       = scales + (long long) out * (n_in / BLOCK);
  float           sum[N_ROWS] = { 0.0f };

  if (out >= n_out)
    return;

#pragma unroll (N_ROWS == 1 ? 4 : 2)
  for (int i = lane; i < n_words; i += WARP_SIZE)
    {
      const unsigned word  = words[i];
      const float    d     = to_float (scale[i / LANES]);
      const int      first = i / LANES * BLOCK + i % LANES * 4;

#pragma unroll
      for (int row = 0; row < N_ROWS; row++)
        if (row < n_rows)
          {
            const Element *in   = x + row * x_stride + first;
            float          part = 0.0f;
            float          four[4];

            load_four (four, in, is_aligned);
#pragma unroll
            for (int k = 0; k < 4; k++)
              part += four[k] *
                      (BITS == 8 ? (float) (signed char) (word >> 8 * k)
                                 : (float) ((int) (word >> 8 * k & 15) - 8));
            if (BITS == 4)
              {
                load_four (four, in + BLOCK / 2, is_aligned);
#pragma unroll
                for (int k = 0; k < 4; k++)
                  part += four[k] *
                          (float) ((int) (word >> (8 * k + 4) & 15) - 8);
              }
            sum[row] += d * part;
          }
    }

#pragma unroll
  for (int row = 0; row < N_ROWS; row++)
    if (row < n_rows)
      {
        Out   *target = y + row * y_stride + out;
        float  value  = warp_sum (sum[row]);

        if (lane == 0)
          {
            value += bias ? bias[out] : 0.0f;
            store (target, accumulate ? to_float (*target) + value
                                      : activated (value, activation));
          }
      }
}

template <typename Out, typename Element, int BITS>
static cudaError_t
launch_bits (cudaStream_t          stream,
             PiscesCudaRows        y,
             PiscesCudaRows        x,
             const void           *quants,
             const void           *scales,
             const float          *bias,
             long long             n_rows,
             long long             n_in,
             long long             n_out,
             PiscesCudaActivation  activation,
             int                   accumulate)
{
  const dim3   grid       = dim3 ((unsigned) ((n_out + N_WARPS - 1) / N_WARPS));
  const size_t size       = 4 * sizeof (Element);
  const int    is_aligned = (size_t) x.data % size == 0 &&
                            x.row_stride % 4 == 0;

  if (n_rows == 1)
    LAUNCH ((gemv_quantised<Out, Element, BITS, 1>), grid, dim3 (N_THREADS), 0,
            stream, (Out *) y.data, y.row_stride, (const Element *) x.data,
            x.row_stride, (const unsigned *) quants, (const __half *) scales,
            bias, 1, (int) n_in, (int) n_out, is_aligned, activation,
            accumulate);
  else
    LAUNCH ((gemv_quantised<Out, Element, BITS, PISCES_CUDA_GEMV_ROWS>), grid,
            dim3 (N_THREADS), 0, stream, (Out *) y.data, y.row_stride,
            (const Element *) x.data, x.row_stride, (const unsigned *) quants,
            (const __half *) scales, bias, (int) n_rows, (int) n_in,
            (int) n_out, is_aligned, activation, accumulate);
  return cudaGetLastError ();
}

template <typename Out, typename Element, typename... Arguments>
static cudaError_t
launch (int          n_bits,
        Arguments... arguments)
{
  return n_bits == 8 ? launch_bits<Out, Element, 8> (arguments...) :
         n_bits == 4 ? launch_bits<Out, Element, 4> (arguments...) :
         cudaErrorInvalidValue;
}

extern "C" cudaError_t
pisces_cuda_gemv_quantised (cudaStream_t          stream,
                            PiscesCudaType        y_type,
                            PiscesCudaType        x_type,
                            int                   n_bits,
                            PiscesCudaRows        y,
                            PiscesCudaRows        x,
                            const void           *quants,
                            const void           *scales,
                            const float          *bias,
                            long long             n_rows,
                            long long             n_in,
                            long long             n_out,
                            PiscesCudaActivation  activation,
                            int                   accumulate)
{
  if (n_rows == 0 || n_out == 0)
    return cudaSuccess;
  if (n_rows > PISCES_CUDA_GEMV_ROWS || n_in % BLOCK != 0)
    return cudaErrorInvalidValue;
  return WITH_SUMS (y_type, x_type, launch, n_bits, stream, y, x, quants,
                    scales, bias, n_rows, n_in, n_out, activation, accumulate);
}
