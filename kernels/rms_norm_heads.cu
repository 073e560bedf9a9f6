/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rms_norm_heads.cu: y = x / sqrt (mean (x²) + epsilon) * weight, over each head
 * of each row, as queries and keys are normalised.
 *
 * Reads x [n_rows, n_heads * head_dim] and weight [head_dim], writes y like x,
 * which may be x.  Bound by memory: 2 * n_rows * n_heads * head_dim elements; the
 * weight, and x when it is read for the second time, come from the caches.
 *
 * A warp for each head of each row, 8 warps a block: heads of 64 to 256 columns
 * would leave most of a larger block idle, and a warp needs no barrier.  The sum
 * is in float32 and in one order, so the same input gives the same bits.
 */

#include "kernels/cuda.h"


#define N_WARPS 8

template <typename Out, typename In>
static __global__ void
__launch_bounds__ (N_WARPS * WARP_SIZE)
rms_norm_heads (Out         *y,
                long long    y_stride,
                const In    *x,
                long long    x_stride,
                const float *weight,
                long long    n_rows,
                int          n_heads,
                int          head_dim,
                float        epsilon)
{
  const int        lane = threadIdx.x % WARP_SIZE;
  const long long  task = (long long) blockIdx.x * N_WARPS +
                          threadIdx.x / WARP_SIZE;
  const long long  row  = task / n_heads;
  const long long  head = task % n_heads * head_dim;
  const In        *in   = x + row * x_stride + head;
  Out             *out  = y + row * y_stride + head;
  float            sum  = 0.0f;
  float            factor;

  /* All lanes of a warp have the same row, so they return together.  */
  if (row >= n_rows)
    return;

  for (int i = lane; i < head_dim; i += WARP_SIZE)
    {
      const float value = to_float (in[i]);

      sum += value * value;
    }
  factor = 1.0f / sqrtf (warp_sum (sum) / head_dim + epsilon);

  for (int i = lane; i < head_dim; i += WARP_SIZE)
    store (out + i, to_float (in[i]) * factor * (weight ? weight[i] : 1.0f));
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaRows  y,
        PiscesCudaRows  x,
        const float    *weight,
        int             head_dim,
        float           epsilon)
{
  const int       n_heads = y.width / head_dim;
  const long long n_tasks = y.n_rows * n_heads;

  LAUNCH ((rms_norm_heads<Out, In>),
          dim3 ((unsigned) ((n_tasks + N_WARPS - 1) / N_WARPS)),
          dim3 (N_WARPS * WARP_SIZE), 0, stream, (Out *) y.data, y.row_stride,
          (const In *) x.data, x.row_stride, weight, y.n_rows, n_heads, head_dim,
          epsilon);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_rms_norm_heads (cudaStream_t    stream,
                            PiscesCudaRows  y,
                            PiscesCudaRows  x,
                            const float    *weight,
                            int             head_dim,
                            float           epsilon)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  return dispatch (OutAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, x, weight, head_dim,
                                                    epsilon);
    }, y.type, x.type);
}
