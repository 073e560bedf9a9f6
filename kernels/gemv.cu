/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gemv.cu: y = activation (h Wᵀ + b), or y += h Wᵀ + b, or, with a gate, the
 * product of the two halves, for up to 4 rows, as in decoding.  h is x, or its RMS
 * norm.
 *
 * Reads W [n_out, n_in] once, whatever the number of rows, x [n_rows, n_in],
 * b [n_out] and the norm's weight [n_in], writes y [n_rows, n_out].  Bound by
 * the reading of W.
 *
 * One warp for each output, 8 to a block.  Neighbouring lanes read neighbouring 16
 * bytes of W, and x comes from the caches.  Where rows of W do not begin at a multiple of
 * 16 bytes, one element is read at a time.  With a gate a warp takes a row of each half.
 *
 * With a norm every warp sums the squares of x for itself while it multiplies: x is in
 * the caches anyway, and a barrier, or a launch before this one, would cost more.  Sums
 * are in float32 and in one order.
 */

#include "kernels/gemv.h"


template <int N_ROWS, bool NORMED, typename Element, typename Weight>
static __device__ __forceinline__ void
multiply (float          sum[N_ROWS],
          float          squares[N_ROWS],
          const Weight  *w,
          const Element *x,
          long long      x_stride,
          const float   *norm,
          int            n_rows,
          int            n_in,
          bool           w_is_aligned,
          bool           x_is_aligned)
{
  /* How many weights are read at once: 16 bytes of them.  */
  const int N_VECTOR = 16 / sizeof (Weight);
  const int lane     = threadIdx.x % WARP_SIZE;

#pragma unroll
  for (int row = 0; row < N_ROWS; row++)
    sum[row] = squares[row] = 0.0f;

  if (w_is_aligned)
    for (int i = lane * N_VECTOR; i < n_in; i += WARP_SIZE * N_VECTOR)
      {
        float part[N_VECTOR];

        load_floats<N_VECTOR> (part, w + i, true);
#pragma unroll
        for (int row = 0; row < N_ROWS; row++)
          if (row < n_rows)
            {
              float in[N_VECTOR];

              load_input<N_VECTOR, NORMED> (in, &squares[row],
                                            x + row * x_stride + i,
                                            NORMED ? norm + i : norm,
                                            x_is_aligned);
#pragma unroll
              for (int k = 0; k < N_VECTOR; k++)
                sum[row] += part[k] * in[k];
            }
      }
  else
    for (int i = lane; i < n_in; i += WARP_SIZE)
      {
        const float value = to_float (w[i]);

#pragma unroll
        for (int row = 0; row < N_ROWS; row++)
          if (row < n_rows)
            {
              float in[1];

              load_input<1, NORMED> (in, &squares[row], x + row * x_stride + i,
                                     NORMED ? norm + i : norm, false);
              sum[row] += value * in[0];
            }
      }
}

template <typename Out, typename Element, typename Weight, int N_ROWS, bool NORMED>
static __global__ void
__launch_bounds__ (N_THREADS)
gemv (Out                *y,
      long long           y_stride,
      const Element      *x,
      long long           x_stride,
      const Weight       *weight,
      int                 n_rows,
      int                 n_in,
      int                 n_out,
      int                 w_is_aligned,
      int                 x_is_aligned,
      PiscesCudaNorm      norm,
      PiscesCudaEpilogue  epilogue)
{
  const int     out = blockIdx.x * N_WARPS + threadIdx.x / WARP_SIZE;
  const Weight *w   = weight + (long long) out * n_in;
  float         sum[N_ROWS], other[N_ROWS] = { 0.0f }, squares[N_ROWS];

  if (out >= n_out)
    return;

  multiply<N_ROWS, NORMED> (sum, squares, w, x, x_stride, norm.weight, n_rows,
                            n_in, w_is_aligned, x_is_aligned);
  if (epilogue.gate)
    multiply<N_ROWS, NORMED> (other, squares, w + (long long) n_out * n_in, x,
                              x_stride, norm.weight, n_rows, n_in,
                              w_is_aligned, x_is_aligned);
  store_sums<N_ROWS, NORMED> (y, y_stride, sum, other, squares, n_rows, n_in,
                              out, n_out, norm.epsilon, epilogue);
}

template <int N_ROWS, bool NORMED, typename Out, typename Element, typename Weight>
static cudaError_t
launch_rows (cudaStream_t             stream,
             const PiscesCudaProduct *how)
{
  const int             N_VECTOR     = 16 / sizeof (Weight);
  const PiscesCudaRows  y            = how->y;
  const PiscesCudaRows  x            = how->x;
  const Weight         *weight       = (const Weight *) how->weight.data;
  const dim3            grid         = dim3 ((y.width + N_WARPS - 1) / N_WARPS);
  const int             w_is_aligned = x.width * sizeof (Weight) % 16 == 0 &&
                                       (size_t) weight % 16 == 0;
  const int             x_is_aligned = rows_are_aligned<N_VECTOR, Element> (x) &&
                                       (size_t) how->norm.weight % 16 == 0;

  LAUNCH ((gemv<Out, Element, Weight, N_ROWS, NORMED>), grid, dim3 (N_THREADS), 0,
          stream, (Out *) y.data, y.row_stride, (const Element *) x.data,
          x.row_stride, weight, (int) x.n_rows, x.width, y.width, w_is_aligned,
          x_is_aligned, how->norm, how->epilogue);
  return cudaGetLastError ();
}

template <bool NORMED, typename Out, typename Element, typename Weight>
static cudaError_t
launch (cudaStream_t             stream,
        const PiscesCudaProduct *how)
{
  if (how->x.n_rows == 1)
    return launch_rows<1, NORMED, Out, Element, Weight> (stream, how);
  return launch_rows<PISCES_CUDA_GEMV_ROWS, NORMED, Out, Element, Weight> (stream,
                                                                           how);
}

/* From float32 to float32, or to the weight's type.  */
template <typename Weight>
static cudaError_t
launch_normed (cudaStream_t             stream,
               const PiscesCudaProduct *how)
{
  if (how->y.type == PISCES_CUDA_F32)
    return launch<true, float, float, Weight> (stream, how);
  if (how->y.type == how->weight.type)
    return launch<true, Weight, float, Weight> (stream, how);
  return cudaErrorInvalidValue;
}

extern "C" cudaError_t
pisces_cuda_gemv (cudaStream_t             stream,
                  const PiscesCudaProduct *how)
{
  if (how->y.n_rows == 0 || how->y.width == 0)
    return cudaSuccess;
  if (how->x.n_rows > PISCES_CUDA_GEMV_ROWS || how->weight.n_bits ||
      (how->norm.weight && how->x.type != PISCES_CUDA_F32))
    return cudaErrorInvalidValue;
  if (how->norm.weight)
    return dispatch (AnyType (), [&] (auto weights)
      {
        return launch_normed<decltype (weights)> (stream, how);
      }, how->weight.type);
  return dispatch (ProductTypes (), [&] (auto out, auto in, auto weights)
    {
      return launch<false, decltype (out), decltype (in), decltype (weights)>
        (stream, how);
    }, how->y.type, how->x.type, how->weight.type);
}
