/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rms_norm.cu: y = x / sqrt (mean (x²) + epsilon) * weight, over each row.
 *
 * Reads x [n_rows, width] and weight [width], writes y [n_rows, width].
 * Bound by memory: 2 * n_rows * width elements; the weight, and x when it is read
 * for the second time, come from the caches.  It should reach 80 % of the memory's
 * rate for 64 rows and more of 4096 columns, which was not measured; a single row
 * (decoding) is bound by the launch.
 *
 * One block of 256 threads for each row.  Its 8 warps have enough loads under way to
 * hide the memory's latency while 6 to 8 blocks share a multiprocessor, and they meet
 * at one barrier only.  The sum is in float32 and in one order, so the same input
 * gives the same bits.
 */

#include "kernels/cuda.h"
#include "kernels/kernels.h"


#define N_THREADS 256
#define N_WARPS   (N_THREADS / WARP_SIZE)

template <typename Out, typename In>
static __global__ void
__launch_bounds__ (N_THREADS)
rms_norm (Out         *y,
          long long    y_stride,
          const In    *x,
          long long    x_stride,
          const float *weight,
          int          width,
          float        epsilon)
{
  __shared__ float  partial[N_WARPS];
  const In         *in  = x + blockIdx.x * x_stride;
  Out              *out = y + blockIdx.x * y_stride;
  float             sum = 0.0f;
  float             factor;

  for (int i = threadIdx.x; i < width; i += N_THREADS)
    {
      const float value = to_float (in[i]);

      sum += value * value;
    }
  sum = warp_sum (sum);
  if (threadIdx.x % WARP_SIZE == 0)
    partial[threadIdx.x / WARP_SIZE] = sum;
  __syncthreads ();

  /* Every warp adds up all partial sums for itself, which saves a second barrier.  */
  sum    = warp_sum (threadIdx.x % WARP_SIZE < N_WARPS
                     ? partial[threadIdx.x % WARP_SIZE] : 0.0f);
  factor = 1.0f / sqrtf (sum / width + epsilon);

  for (int i = threadIdx.x; i < width; i += N_THREADS)
    store (out + i, to_float (in[i]) * factor * (weight ? weight[i] : 1.0f));
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaRows  y,
        PiscesCudaRows  x,
        const float    *weight,
        float           epsilon)
{
  LAUNCH ((rms_norm<Out, In>), dim3 ((unsigned) y.n_rows), dim3 (N_THREADS), 0,
          stream, (Out *) y.data, y.row_stride, (const In *) x.data,
          x.row_stride, weight, y.width, epsilon);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_rms_norm (cudaStream_t    stream,
                      PiscesCudaRows  y,
                      PiscesCudaRows  x,
                      const float    *weight,
                      float           epsilon)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  return dispatch (OutAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, x, weight, epsilon);
    }, y.type, x.type);
}
