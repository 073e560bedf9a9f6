/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul.cu: y = activation (x Wᵀ + b), or y += x Wᵀ + b, or, with a gate, the
 * product of the two halves, for any number of rows.  It is used for gates, because
 * their pairs of sums then need never be written, and where there is no cuBLAS.
 *
 * Reads x [n_rows, n_in], W [n_out, n_in] and b [n_out], writes
 * y [n_rows, n_out].  Bound by its 2 * n_rows * n_in * n_out operations: x and W are
 * read once for every 128 outputs and every 128 rows, mostly from the second cache.
 *
 * product.h describes the tiles.
 */

#include "kernels/product-sources.h"


template <typename Out, typename Element, typename Weight>
static __global__ void
__launch_bounds__ (TILE_THREADS, TILE_BLOCKS)
matmul (Out                   *y,
        long long              y_stride,
        Rows<Element, Weight>  rows,
        Plain<Weight>          weights,
        int                    n_out,
        PiscesCudaEpilogue     epilogue)
{
  __shared__ __align__ (16) unsigned char shared[TILE_BYTES];

  tile_product (y, y_stride, rows, weights, rows.n_rows, rows.n_in, n_out,
                shared, epilogue);
}

template <typename Out, typename Element, typename Weight>
static cudaError_t
launch (cudaStream_t             stream,
        const PiscesCudaProduct *how)
{
  const int                   VECTOR  = Tile<Weight>::VECTOR;
  const PiscesCudaRows        y       = how->y;
  const long long             n_in    = how->x.width;
  const void                 *weight  = how->weight.data;
  const Rows<Element, Weight> rows    = rows_of<Element, Weight> (how->x);
  const Plain<Weight>         weights =
  {
    (const Weight *) weight, n_in,
    n_in % VECTOR == 0 && (size_t) weight % 16 == 0
  };

  LAUNCH ((matmul<Out, Element, Weight>),
          TILE_GRID (y.n_rows, y.width, how->epilogue.gate), dim3 (TILE_THREADS),
          0, stream, (Out *) y.data, y.row_stride, rows, weights, y.width,
          how->epilogue);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_matmul (cudaStream_t             stream,
                    const PiscesCudaProduct *how)
{
  if (how->y.n_rows == 0 || how->y.width == 0)
    return cudaSuccess;
  if (how->weight.n_bits)
    return cudaErrorInvalidValue;
  return dispatch (ProductTypes (), [&] (auto out, auto in, auto weights)
    {
      return launch<decltype (out), decltype (in), decltype (weights)> (stream, how);
    }, how->y.type, how->x.type, how->weight.type);
}
