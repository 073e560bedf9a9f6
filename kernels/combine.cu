/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * combine.cu: y = a x + b z.
 *
 * Reads x and z [n_rows, width], writes y [n_rows, width], which may be
 * either.  Bound by memory: 3 * n_rows * width elements.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 */

#include "kernels/cuda.h"


template <typename Element>
static __global__ void
combine (Element       *y,
         long long      y_stride,
         float          a,
         const Element *x,
         long long      x_stride,
         float          b,
         const Element *z,
         long long      z_stride,
         long long      n_rows,
         int            width)
{
  const long long row = THIS_ROW;

  if (row >= n_rows)
    return;

  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c,
           a * to_float (x[row * x_stride + c]) +
           b * to_float (z[row * z_stride + c]));
}

template <typename Element>
static cudaError_t
launch (cudaStream_t   stream,
        PiscesCudaRows y,
        float          a,
        PiscesCudaRows x,
        float          b,
        PiscesCudaRows z)
{
  LAUNCH (combine<Element>, rows_grid (y.n_rows, y.width), rows_block (y.width), 0,
          stream, (Element *) y.data, y.row_stride,
          a, (const Element *) x.data, x.row_stride,
          b, (const Element *) z.data, z.row_stride, y.n_rows, y.width);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_combine (cudaStream_t   stream,
                     PiscesCudaRows y,
                     float          a,
                     PiscesCudaRows x,
                     float          b,
                     PiscesCudaRows z)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if (x.type != y.type || z.type != y.type)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, y, a, x, b, z);
    }, y.type);
}
