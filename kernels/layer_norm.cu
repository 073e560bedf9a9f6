/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * layer_norm.cu: y = (x - mean) / sqrt (variance + epsilon) * weight + bias,
 * over each row.
 *
 * Reads x [n_rows, width], weight and bias [width], writes y [n_rows, width],
 * which may be x.  Bound by memory: 2 * n_rows * width elements; x comes from the
 * caches when it is read for the second and third time.
 *
 * One block of 256 threads for each row, as in rms_norm.cu.  The variance is
 * summed once the mean is known: the usual difference of two sums would lose its
 * digits where the mean is large.  Sums are in float32 and in one order.
 */

#include "kernels/cuda.h"


#define N_THREADS 256
#define N_WARPS   (N_THREADS / WARP_SIZE)

template <typename Out, typename In>
static __global__ void
__launch_bounds__ (N_THREADS)
layer_norm (Out         *y,
            long long    y_stride,
            const In    *x,
            long long    x_stride,
            const float *weight,
            const float *bias,
            int          width,
            float        epsilon)
{
  __shared__ float  sums[N_WARPS];
  __shared__ float  squares[N_WARPS];
  const In         *in  = x + blockIdx.x * x_stride;
  Out              *out = y + blockIdx.x * y_stride;
  float             sum = 0.0f;
  float             mean;
  float             factor;

  for (int i = threadIdx.x; i < width; i += N_THREADS)
    sum += to_float (in[i]);
  mean = block_sum (sum, sums) / width;

  sum = 0.0f;
  for (int i = threadIdx.x; i < width; i += N_THREADS)
    {
      const float rest = to_float (in[i]) - mean;

      sum += rest * rest;
    }
  factor = 1.0f / sqrtf (block_sum (sum, squares) / width + epsilon);

  for (int i = threadIdx.x; i < width; i += N_THREADS)
    store (out + i, (to_float (in[i]) - mean) * factor *
                    (weight ? weight[i] : 1.0f) + (bias ? bias[i] : 0.0f));
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaRows  y,
        PiscesCudaRows  x,
        const float    *weight,
        const float    *bias,
        float           epsilon)
{
  LAUNCH ((layer_norm<Out, In>), dim3 ((unsigned) y.n_rows), dim3 (N_THREADS),
          0, stream, (Out *) y.data, y.row_stride, (const In *) x.data,
          x.row_stride, weight, bias, y.width, epsilon);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_layer_norm (cudaStream_t    stream,
                        PiscesCudaRows  y,
                        PiscesCudaRows  x,
                        const float    *weight,
                        const float    *bias,
                        float           epsilon)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  return dispatch (OutAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, x, weight, bias,
                                                    epsilon);
    }, y.type, x.type);
}
