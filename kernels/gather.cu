/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gather.cu: y[i] = x[ids[i]].  x is the table of an embedding, or any other rows.
 *
 * Reads those rows of x [.., width] that the ids name, writes y [n_rows, width].  Bound
 * by memory: n_rows * width elements of both.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 */

#include "kernels/cuda.h"


template <typename Out, typename In>
static __global__ void
gather (Out       *y,
        long long  y_stride,
        const In  *x,
        long long  x_stride,
        const int *ids,
        long long  n_rows,
        int        width)
{
  const long long  row = THIS_ROW;
  const In        *in;

  if (row >= n_rows)
    return;

  in = x + ids[row] * x_stride;
  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c, to_float (in[c]));
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaRows  y,
        PiscesCudaRows  x,
        const int      *ids)
{
  LAUNCH ((gather<Out, In>), rows_grid (y.n_rows, y.width), rows_block (y.width), 0,
          stream, (Out *) y.data, y.row_stride, (const In *) x.data, x.row_stride,
          ids, y.n_rows, y.width);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_gather (cudaStream_t    stream,
                    PiscesCudaRows  y,
                    PiscesCudaRows  x,
                    const int      *ids)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  return dispatch (AnyPair (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, x, ids);
    }, y.type, x.type);
}
