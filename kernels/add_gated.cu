/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * add_gated.cu: y[i] = x[i] + gate[b] * z[i].  The rows are in as many equal parts as
 * gate has rows, and b is the part that row i belongs to.
 *
 * Reads x and z [n_rows, width] and gate [n_parts, width], writes y [n_rows,
 * width], which may be x.  Bound by memory: 3 * n_rows * width elements; the gate
 * comes from the caches.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says:
 * neighbouring threads read neighbouring columns.
 */

#include "kernels/cuda.h"


template <typename Element, typename Added>
static __global__ void
add_gated (Element       *y,
           long long      y_stride,
           const Element *x,
           long long      x_stride,
           const float   *gate,
           long long      gate_stride,
           const Added   *z,
           long long      z_stride,
           long long      n_rows,
           long long      rows_per_part,
           int            width)
{
  const long long  row = THIS_ROW;
  const float     *own = gate + row / rows_per_part * gate_stride;

  if (row >= n_rows)
    return;

  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c,
           to_float (x[row * x_stride + c]) +
           own[c] * to_float (z[row * z_stride + c]));
}

template <typename Element, typename Added>
static cudaError_t
launch (cudaStream_t   stream,
        PiscesCudaRows y,
        PiscesCudaRows x,
        PiscesCudaRows gate,
        PiscesCudaRows z)
{
  LAUNCH ((add_gated<Element, Added>), rows_grid (y.n_rows, y.width),
          rows_block (y.width), 0, stream, (Element *) y.data, y.row_stride,
          (const Element *) x.data, x.row_stride,
          (const float *) gate.data, gate.row_stride,
          (const Added *) z.data, z.row_stride,
          y.n_rows, y.n_rows / gate.n_rows, y.width);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_add_gated (cudaStream_t   stream,
                       PiscesCudaRows y,
                       PiscesCudaRows x,
                       PiscesCudaRows gate,
                       PiscesCudaRows z)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if (x.type != y.type || gate.type != PISCES_CUDA_F32)
    return cudaErrorInvalidValue;
  return dispatch (ElementAndOther (), [&] (auto element, auto added)
    {
      return launch<decltype (element), decltype (added)> (stream, y, x, gate, z);
    }, y.type, z.type);
}
