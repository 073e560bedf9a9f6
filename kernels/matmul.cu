/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul.cu: y = activation (x Wᵀ + b), or y += x Wᵀ + b, or, with a gate, the
 * product of the two halves, of any size: what is used for gates, whose pairs
 * of sums need then never be written, and where there is no cuBLAS.
 *
 * Reads x [n_rows, n_in], W [n_out, n_in] and b [n_out], writes
 * y [n_rows, n_out]; 2 * n_rows * n_in * n_out operations, by which it is
 * bound.  x and W are read once for every 128 outputs and 128 rows, mostly from
 * the second cache.
 *
 * Tiles as product.h describes them.
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
launch (cudaStream_t        stream,
        PiscesCudaRows      y,
        PiscesCudaRows      x,
        const void         *weight,
        long long           n_rows,
        long long           n_in,
        long long           n_out,
        PiscesCudaEpilogue  epilogue)
{
  const int                   VECTOR  = Tile<Weight>::VECTOR;
  const Rows<Element, Weight> rows    =
  {
    (const Element *) x.data, x.row_stride, n_rows, n_in,
    x.row_stride % VECTOR == 0 && (size_t) x.data % 16 == 0
  };
  const Plain<Weight>         weights =
  {
    (const Weight *) weight, n_in,
    n_in % VECTOR == 0 && (size_t) weight % 16 == 0
  };

  LAUNCH ((matmul<Out, Element, Weight>),
          TILE_GRID (n_rows, n_out, epilogue.gate), dim3 (TILE_THREADS), 0,
          stream, (Out *) y.data, y.row_stride, rows, weights, (int) n_out,
          epilogue);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_matmul (cudaStream_t        stream,
                    PiscesCudaType      y_type,
                    PiscesCudaType      x_type,
                    PiscesCudaType      weight_type,
                    PiscesCudaRows      y,
                    PiscesCudaRows      x,
                    const void         *weight,
                    long long           n_rows,
                    long long           n_in,
                    long long           n_out,
                    PiscesCudaEpilogue  epilogue)
{
  if (n_rows == 0 || n_out == 0)
    return cudaSuccess;
  return dispatch (ProductTypes (), [&] (auto out, auto in, auto weights)
    {
      return launch<decltype (out), decltype (in), decltype (weights)>
        (stream, y, x, weight, n_rows, n_in, n_out, epilogue);
    }, y_type, x_type, weight_type);
}
