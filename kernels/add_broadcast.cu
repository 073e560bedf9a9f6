/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * add_broadcast.cu: y[i] = x[i] + v[(i / rows_per_v) % n_v].
 *
 * Reads x [n_rows, width] and v [n_v, width], writes y [n_rows, width], which
 * may be x.  Bound by memory: 2 to 3 times n_rows * width elements.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 */

#include "kernels/cuda.h"


template <typename Element>
static __global__ void
add_broadcast (Element       *y,
               long long      y_stride,
               const Element *x,
               long long      x_stride,
               const Element *v,
               long long      v_stride,
               long long      n_rows,
               int            width,
               long long      rows_per_v,
               long long      n_v)
{
  const long long  row = THIS_ROW;
  const Element   *add;

  if (row >= n_rows)
    return;

  add = v + row / rows_per_v % n_v * v_stride;
  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c,
           to_float (x[row * x_stride + c]) + to_float (add[c]));
}

template <typename Element>
static cudaError_t
launch (cudaStream_t   stream,
        PiscesCudaRows y,
        PiscesCudaRows x,
        PiscesCudaRows v,
        long long      rows_per_v)
{
  LAUNCH (add_broadcast<Element>, rows_grid (y.n_rows, y.width),
          rows_block (y.width), 0, stream,
          (Element *) y.data, y.row_stride,
          (const Element *) x.data, x.row_stride,
          (const Element *) v.data, v.row_stride,
          y.n_rows, y.width, rows_per_v, v.n_rows);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_add_broadcast (cudaStream_t   stream,
                           PiscesCudaRows y,
                           PiscesCudaRows x,
                           PiscesCudaRows v,
                           long long      rows_per_v)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if (x.type != y.type || v.type != y.type)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, y, x, v, rows_per_v);
    }, y.type);
}
