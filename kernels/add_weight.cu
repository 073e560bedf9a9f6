/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * add_weight.cu: y[i] = activation (x[i] + v[i % n_v]), with v in float32.  This adds
 * learned position embeddings, and it is the bias and the activation after a product
 * of cuBLAS.
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
add_weight (Element              *y,
            long long             y_stride,
            const Element        *x,
            long long             x_stride,
            const float          *v,
            long long             n_v,
            long long             n_rows,
            int                   width,
            PiscesCudaActivation  activation)
{
  const long long  row = THIS_ROW;
  const float     *add;

  if (row >= n_rows)
    return;

  add = v ? v + row % n_v * width : NULL;
  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c,
           activated (to_float (x[row * x_stride + c]) + (add ? add[c] : 0.0f),
                      activation));
}

template <typename Element>
static cudaError_t
launch (cudaStream_t          stream,
        PiscesCudaRows        y,
        PiscesCudaRows        x,
        const float          *v,
        long long             n_v,
        PiscesCudaActivation  activation)
{
  LAUNCH (add_weight<Element>, rows_grid (y.n_rows, y.width), rows_block (y.width),
          0, stream, (Element *) y.data, y.row_stride,
          (const Element *) x.data, x.row_stride, v, n_v, y.n_rows, y.width,
          activation);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_add_weight (cudaStream_t          stream,
                        PiscesCudaRows        y,
                        PiscesCudaRows        x,
                        const float          *v,
                        long long             n_v,
                        PiscesCudaActivation  activation)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if (x.type != y.type)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, y, x, v, n_v, activation);
    }, y.type);
}
