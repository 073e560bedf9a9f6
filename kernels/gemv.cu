/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gemv.cu: y = activation (x Wᵀ + b), or y += x Wᵀ + b, for up to 4 rows:
 * decoding.
 *
 * Reads W [n_out, n_in] once, whatever the number of rows, x [n_rows, n_in]
 * and b [n_out], writes y [n_rows, n_out].  Bound by the reading of W.
 *
 * One warp for each output, 8 to a block: lanes read 16 bytes each, side by
 * side; x comes from the caches.  Where rows of W do not begin at 16 bytes,
 * one element at a time.  Sums are in float32 and in one order.
 */

#include <string.h>

#include "kernels/cuda.h"


#define N_THREADS 256
#define N_WARPS   (N_THREADS / WARP_SIZE)

template <typename Out, typename Element, typename Weight, int N_ROWS>
static __global__ void
__launch_bounds__ (N_THREADS)
gemv (Out                  *y,
      long long             y_stride,
      const Element        *x,
      long long             x_stride,
      const Weight         *weight,
      const float          *bias,
      int                   n_rows,
      int                   n_in,
      int                   n_out,
      int                   is_aligned,
      PiscesCudaActivation  activation,
      int                   accumulate)
{
  /* As many weights as 16 bytes hold.  */
  const int     N_VECTOR    = 16 / sizeof (Weight);
  const int     lane        = threadIdx.x % WARP_SIZE;
  const int     out         = blockIdx.x * N_WARPS + threadIdx.x / WARP_SIZE;
  float         sum[N_ROWS] = { 0.0f };
  const Weight *w           = weight + (long long) out * n_in;

  if (out >= n_out)
    return;

  if (is_aligned)
    for (int i = lane * N_VECTOR; i < n_in; i += WARP_SIZE * N_VECTOR)
      {
        const uint4 bits = *(const uint4 *) (w + i);
        Weight      part[N_VECTOR];

        memcpy (part, &bits, sizeof (bits));

#pragma unroll
        for (int row = 0; row < N_ROWS; row++)
          if (row < n_rows)
            {
#pragma unroll
              for (int k = 0; k < N_VECTOR; k++)
                sum[row] += to_float (part[k]) *
                            to_float (x[row * x_stride + i + k]);
            }
      }
  else
    for (int i = lane; i < n_in; i += WARP_SIZE)
      {
        const float value = to_float (w[i]);

#pragma unroll
        for (int row = 0; row < N_ROWS; row++)
          if (row < n_rows)
            sum[row] += value * to_float (x[row * x_stride + i]);
      }

#pragma unroll
  for (int row = 0; row < N_ROWS; row++)
    if (row < n_rows)
      {
        Out     *target = y + row * y_stride + out;
        float    value  = warp_sum (sum[row]);

        if (lane == 0)
          {
            value += bias ? bias[out] : 0.0f;
            store (target, accumulate ? to_float (*target) + value
                                      : activated (value, activation));
          }
      }
}

template <typename Out, typename Element, typename Weight>
static cudaError_t
launch (cudaStream_t          stream,
        PiscesCudaRows        y,
        PiscesCudaRows        x,
        const void           *weight,
        const float          *bias,
        long long             n_rows,
        long long             n_in,
        long long             n_out,
        PiscesCudaActivation  activation,
        int                   accumulate)
{
  const dim3 grid       = dim3 ((unsigned) ((n_out + N_WARPS - 1) / N_WARPS));
  const int  is_aligned = n_in * sizeof (Weight) % 16 == 0 &&
                          (size_t) weight % 16 == 0;

  if (n_rows == 1)
    LAUNCH ((gemv<Out, Element, Weight, 1>), grid, dim3 (N_THREADS), 0, stream,
            (Out *) y.data, y.row_stride, (const Element *) x.data,
            x.row_stride, (const Weight *) weight, bias, 1, (int) n_in,
            (int) n_out, is_aligned, activation, accumulate);
  else
    LAUNCH ((gemv<Out, Element, Weight, PISCES_CUDA_GEMV_ROWS>), grid,
            dim3 (N_THREADS), 0, stream, (Out *) y.data, y.row_stride,
            (const Element *) x.data, x.row_stride, (const Weight *) weight,
            bias, (int) n_rows, (int) n_in, (int) n_out, is_aligned,
            activation, accumulate);
  return cudaGetLastError ();
}

template <typename Element, typename Weight, typename... Arguments>
static cudaError_t
launch_alike (Arguments... arguments)
{
  return launch<Element, Element, Weight> (arguments...);
}

extern "C" cudaError_t
pisces_cuda_gemv (cudaStream_t          stream,
                  PiscesCudaType        y_type,
                  PiscesCudaType        x_type,
                  PiscesCudaType        weight_type,
                  PiscesCudaRows        y,
                  PiscesCudaRows        x,
                  const void           *weight,
                  const float          *bias,
                  long long             n_rows,
                  long long             n_in,
                  long long             n_out,
                  PiscesCudaActivation  activation,
                  int                   accumulate)
{
  if (n_rows == 0 || n_out == 0)
    return cudaSuccess;
  if (n_rows > PISCES_CUDA_GEMV_ROWS)
    return cudaErrorInvalidValue;
  return WITH_PRODUCT (y_type, x_type, weight_type, launch, stream, y, x,
                       weight, bias, n_rows, n_in, n_out, activation,
                       accumulate);
}
