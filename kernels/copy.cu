/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * copy.cu: y = x, from one element type to another.
 *
 * Reads x [n_rows, width], writes y [n_rows, width], each with its own
 * stride.  Bound by memory: n_rows * width elements of both.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 */

#include "kernels/cuda.h"


template <typename Out, typename In>
static __global__ void
copy (Out       *y,
      long long  y_stride,
      const In  *x,
      long long  x_stride,
      long long  n_rows,
      int        width)
{
  const long long row = THIS_ROW;

  if (row >= n_rows)
    return;

  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c, to_float (x[row * x_stride + c]));
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t   stream,
        PiscesCudaRows y,
        PiscesCudaRows x)
{
  LAUNCH ((copy<Out, In>), rows_grid (y.n_rows, y.width), rows_block (y.width), 0,
          stream, (Out *) y.data, y.row_stride, (const In *) x.data, x.row_stride,
          y.n_rows, y.width);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_copy (cudaStream_t   stream,
                  PiscesCudaRows y,
                  PiscesCudaRows x)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  return dispatch (AnyPair (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, x);
    }, y.type, x.type);
}
