/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * glu.cu: y = activation (gate) * up.
 *
 * Reads gate and up [n_rows, width], which may be column slices of one tensor,
 * writes y [n_rows, width], which may be either.  Bound by memory: 3 * n_rows *
 * width elements.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 */

#include "kernels/cuda.h"


template <typename Out, typename In>
static __global__ void
glu (Out                  *y,
     long long             y_stride,
     const In             *gate,
     long long             gate_stride,
     const In             *up,
     long long             up_stride,
     long long             n_rows,
     int                   width,
     PiscesCudaActivation  activation)
{
  const long long row = THIS_ROW;

  if (row >= n_rows)
    return;

  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c,
           activated (to_float (gate[row * gate_stride + c]), activation) *
           to_float (up[row * up_stride + c]));
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t          stream,
        PiscesCudaRows        y,
        PiscesCudaRows        gate,
        PiscesCudaRows        up,
        PiscesCudaActivation  activation)
{
  LAUNCH ((glu<Out, In>), rows_grid (y.n_rows, y.width), rows_block (y.width), 0,
          stream, (Out *) y.data, y.row_stride,
          (const In *) gate.data, gate.row_stride,
          (const In *) up.data, up.row_stride,
          y.n_rows, y.width, activation);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_glu (cudaStream_t          stream,
                 PiscesCudaRows        y,
                 PiscesCudaRows        gate,
                 PiscesCudaRows        up,
                 PiscesCudaActivation  activation)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if (up.type != gate.type)
    return cudaErrorInvalidValue;
  return dispatch (OutAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, gate, up, activation);
    }, y.type, gate.type);
}
