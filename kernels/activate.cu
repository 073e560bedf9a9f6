/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * activate.cu: y = activation (x).
 *
 * Reads x [n_rows, width], writes y [n_rows, width], which may be x.  Bound by
 * memory: 2 * n_rows * width elements.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 */

#include "kernels/cuda.h"


template <typename Element>
static __global__ void
activate (Element              *y,
          long long             y_stride,
          const Element        *x,
          long long             x_stride,
          long long             n_rows,
          int                   width,
          PiscesCudaActivation  activation)
{
  const long long row = THIS_ROW;

  if (row >= n_rows)
    return;

  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c,
           activated (to_float (x[row * x_stride + c]), activation));
}

template <typename Element>
static cudaError_t
launch (cudaStream_t          stream,
        PiscesCudaRows        y,
        PiscesCudaRows        x,
        PiscesCudaActivation  activation)
{
  LAUNCH (activate<Element>, rows_grid (y.n_rows, y.width), rows_block (y.width), 0,
          stream, (Element *) y.data, y.row_stride, (const Element *) x.data,
          x.row_stride, y.n_rows, y.width, activation);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_activate (cudaStream_t          stream,
                      PiscesCudaRows        y,
                      PiscesCudaRows        x,
                      PiscesCudaActivation  activation)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if (x.type != y.type)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, y, x, activation);
    }, y.type);
}
