/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * combine.cu: y = a x + b z.
 *
 * Reads x and z [n_rows, width], writes y [n_rows, width], which may be
 * either. Bound by memory: 3 * n_rows * width elements.
 *
 * Blocks of 256 threads over columns and rows, as rows_block() says:
 * neighbouring threads read neighbouring columns, and narrow images still fill
 * their warps.
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
        PiscesCudaRows z,
        long long      n_rows,
        long long      width)
{
  LAUNCH (combine<Element>, rows_grid (n_rows, width), rows_block (width), 0,
          stream, (Element *) y.data, y.row_stride,
          a, (const Element *) x.data, x.row_stride,
          b, (const Element *) z.data, z.row_stride, n_rows, (int) width);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_combine (cudaStream_t   stream,
                     PiscesCudaType type,
                     PiscesCudaRows y,
                     float          a,
                     PiscesCudaRows x,
                     float          b,
                     PiscesCudaRows z,
                     long long      n_rows,
                     long long      width)
{
  if (n_rows == 0 || width == 0)
    return cudaSuccess;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, y, a, x, b, z, n_rows, width);
    }, type);
}
