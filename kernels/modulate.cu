/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * modulate.cu: y[i] = x[i] * (1 + scale[b]) + shift[b].  The rows are in as many equal
 * parts as scale and shift have rows, and b is the part that row i belongs to.
 *
 * Reads x [n_rows, width], scale and shift [n_parts, width], writes y [n_rows,
 * width], which may be x.  Bound by memory: 2 * n_rows * width elements; scale
 * and shift come from the caches.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says:
 * neighbouring threads read neighbouring columns.
 */

#include "kernels/cuda.h"


template <typename Out, typename In>
static __global__ void
modulate (Out         *y,
          long long    y_stride,
          const In    *x,
          long long    x_stride,
          const float *scale,
          long long    scale_stride,
          const float *shift,
          long long    shift_stride,
          long long    n_rows,
          long long    rows_per_part,
          int          width)
{
  const long long row  = THIS_ROW;
  const long long part = row / rows_per_part;

  if (row >= n_rows)
    return;

  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c,
           to_float (x[row * x_stride + c]) *
           (1.0f + scale[part * scale_stride + c]) +
           shift[part * shift_stride + c]);
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t   stream,
        PiscesCudaRows y,
        PiscesCudaRows x,
        PiscesCudaRows scale,
        PiscesCudaRows shift)
{
  LAUNCH ((modulate<Out, In>), rows_grid (y.n_rows, y.width), rows_block (y.width),
          0, stream, (Out *) y.data, y.row_stride,
          (const In *) x.data, x.row_stride,
          (const float *) scale.data, scale.row_stride,
          (const float *) shift.data, shift.row_stride,
          y.n_rows, y.n_rows / scale.n_rows, y.width);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_modulate (cudaStream_t   stream,
                      PiscesCudaRows y,
                      PiscesCudaRows x,
                      PiscesCudaRows scale,
                      PiscesCudaRows shift)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if (scale.type != PISCES_CUDA_F32 || shift.type != PISCES_CUDA_F32)
    return cudaErrorInvalidValue;
  return dispatch (OutAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, x, scale, shift);
    }, y.type, x.type);
}
