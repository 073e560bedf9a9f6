/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul.cu: y = activation (x Wᵀ + b), or y += x Wᵀ + b, of any size: what is
 * used where there is no cuBLAS.
 *
 * Reads x [n_rows, n_in], W [n_out, n_in] and b [n_out], writes
 * y [n_rows, n_out]; 2 * n_rows * n_in * n_out operations, by which it is
 * bound.  x and W are read once for every 64 outputs and 64 rows.
 *
 * Tiles as product.h describes them.  Elements are fetched one by one and
 * without overlap with the products, so this reaches a part of what cuBLAS
 * does.
 */

#include "kernels/product.h"


template <typename Out, typename Element, typename Weight>
static __global__ void
__launch_bounds__ (TILE_THREADS, 2)
matmul (Out                *y,
        long long           y_stride,
        const Element      *x,
        long long           x_stride,
        const Weight       *weight,
        long long           n_rows,
        int                 n_in,
        int                 n_out,
        PiscesCudaEpilogue  epilogue)
{
  __shared__ float  shared[TILE_FLOATS];
  Weight           *tile_x     = (Weight *) shared;
  Weight           *tile_w     = tile_x + TILE_ROWS * TileStride<Weight>::N;
  const long long   first_row  = (long long) blockIdx.x * TILE_ROWS;
  const int         k          = threadIdx.x % TILE_DEPTH;
  float             sums[4][4] = { };

  for (int first = 0; first < n_in; first += TILE_DEPTH)
    {
#pragma unroll 2
      for (int i = threadIdx.x / TILE_DEPTH; i < TILE_ROWS;
           i += TILE_THREADS / TILE_DEPTH)
        {
          const bool is_inside = first_row + i < n_rows && first + k < n_in;

          store_within (&tile_x[i * TileStride<Weight>::N + k],
                        is_inside ? to_float (x[(first_row + i) * x_stride +
                                                first + k])
                                  : 0.0f);
        }
      tile_load_weight (tile_w, weight, blockIdx.y * TILE_COLUMNS, n_out,
                        first, n_in);
      __syncthreads ();
      tile_multiply (sums, tile_x, tile_w);
      __syncthreads ();
    }

  tile_store (y, y_stride, shared, sums, n_rows, n_out, epilogue);
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
  LAUNCH ((matmul<Out, Element, Weight>), TILE_GRID (n_rows, n_out),
          dim3 (TILE_THREADS), 0, stream, (Out *) y.data, y.row_stride,
          (const Element *) x.data, x.row_stride, (const Weight *) weight,
          n_rows, (int) n_in, (int) n_out, epilogue);
  return cudaGetLastError ();
}

template <typename Element, typename Weight, typename... Arguments>
static cudaError_t
launch_alike (Arguments... arguments)
{
  return launch<Element, Element, Weight> (arguments...);
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
  return WITH_PRODUCT (y_type, x_type, weight_type, launch, stream, y, x,
                       weight, n_rows, n_in, n_out, epilogue);
}
