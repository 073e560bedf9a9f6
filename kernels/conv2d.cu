/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conv2d.cu: the cross-correlation of an image with kernels of any height and
 * width, as a product whose rows are the pixels of y and whose depth is
 * [kernel_height][kernel_width][n_in]: nothing is laid out in memory first.
 *
 * Reads x [batch, height, width, n_in], W [n_out, kernel_height,
 * kernel_width, n_in] and b [n_out], writes y [batch, height_out, width_out,
 * n_out]; 2 * pixels * n_out * depth operations, by which it is bound.
 * Neighbouring pixels' windows overlap, and come from the caches.
 *
 * Tiles as product.h describes them.  Neighbouring threads take neighbouring
 * channels, so the window is read along memory; a thread finds its place in
 * the kernel once for each 32 elements, and the pixels' places lie in shared
 * memory.
 */

#include "kernels/product.h"


typedef struct
{
  int height, width;
  int y_height, y_width;
  int n_in;
  int kernel_width;
  int stride;
  int pad_top, pad_left;
} Window;

template <typename Out, typename Element, typename Weight>
static __global__ void
__launch_bounds__ (TILE_THREADS, 2)
conv2d (Out                *y,
        long long           y_stride,
        const Element      *x,
        long long           x_stride,
        const Weight       *weight,
        long long           n_rows,
        int                 depth,
        int                 n_out,
        Window              window,
        PiscesCudaEpilogue  epilogue)
{
  __shared__ float      shared[TILE_FLOATS];
  __shared__ long long  image_row[TILE_ROWS];
  __shared__ int        top[TILE_ROWS];
  __shared__ int        left[TILE_ROWS];
  Weight               *tile_x     = (Weight *) shared;
  Weight               *tile_w     = tile_x + TILE_ROWS * TileStride<Weight>::N;
  const long long       first_row  = (long long) blockIdx.x * TILE_ROWS;
  const int             k          = threadIdx.x % TILE_DEPTH;
  float                 sums[4][4] = { };

  /* The place of each pixel's window; rows beyond the end have it above all
   * images.  */
  if (threadIdx.x < TILE_ROWS)
    {
      const long long row  = first_row + threadIdx.x;
      const long long line = row / window.y_width;

      image_row[threadIdx.x] = line / window.y_height *
                               window.height * window.width;
      top[threadIdx.x]       = row < n_rows
                               ? (int) (line % window.y_height) *
                                 window.stride - window.pad_top
                               : -(1 << 30);
      left[threadIdx.x]      = (int) (row % window.y_width) * window.stride -
                               window.pad_left;
    }
  __syncthreads ();

  for (int first = 0; first < depth; first += TILE_DEPTH)
    {
      const int tap     = (first + k) / window.n_in;
      const int channel = (first + k) % window.n_in;
      const int dy      = tap / window.kernel_width;
      const int dx      = tap % window.kernel_width;

#pragma unroll 2
      for (int i = threadIdx.x / TILE_DEPTH; i < TILE_ROWS;
           i += TILE_THREADS / TILE_DEPTH)
        {
          const int line   = top[i] + dy;
          const int column = left[i] + dx;
          float     value  = 0.0f;

          if (first + k < depth && line >= 0 && line < window.height &&
              column >= 0 && column < window.width)
            value = to_float (x[(image_row[i] + (long long) line *
                                 window.width + column) * x_stride + channel]);
          store_within (&tile_x[i * TileStride<Weight>::N + k], value);
        }
      tile_load_weight (tile_w, weight, blockIdx.y * TILE_COLUMNS, n_out,
                        first, depth);
      __syncthreads ();
      tile_multiply (sums, tile_x, tile_w);
      __syncthreads ();
    }

  tile_store (y, y_stride, shared, sums, n_rows, n_out, epilogue);
}

template <typename Out, typename Element, typename Weight>
static cudaError_t
launch (cudaStream_t        stream,
        PiscesCudaImage     y,
        PiscesCudaImage     x,
        const void         *weight,
        int                 depth,
        int                 n_out,
        Window              window,
        PiscesCudaEpilogue  epilogue)
{
  const long long n_rows = (long long) y.n_batch * y.height * y.width;

  LAUNCH ((conv2d<Out, Element, Weight>), TILE_GRID (n_rows, n_out),
          dim3 (TILE_THREADS), 0, stream, (Out *) y.data, y.row_stride,
          (const Element *) x.data, x.row_stride, (const Weight *) weight,
          n_rows, depth, n_out, window, epilogue);
  return cudaGetLastError ();
}

template <typename Element, typename Weight, typename... Arguments>
static cudaError_t
launch_alike (Arguments... arguments)
{
  return launch<Element, Element, Weight> (arguments...);
}

extern "C" cudaError_t
pisces_cuda_conv2d (cudaStream_t        stream,
                    PiscesCudaType      y_type,
                    PiscesCudaType      x_type,
                    PiscesCudaType      weight_type,
                    PiscesCudaImage     y,
                    PiscesCudaImage     x,
                    const void         *weight,
                    int                 n_in,
                    int                 n_out,
                    int                 kernel_height,
                    int                 kernel_width,
                    int                 stride,
                    int                 pad_top,
                    int                 pad_left,
                    PiscesCudaEpilogue  epilogue)
{
  const Window window =
  {
    x.height, x.width, y.height, y.width, n_in, kernel_width, stride, pad_top,
    pad_left
  };

  if (y.n_batch == 0 || y.height == 0 || y.width == 0 || n_out == 0)
    return cudaSuccess;
  return WITH_PRODUCT (y_type, x_type, weight_type, launch, stream, y, x,
                       weight, kernel_height * kernel_width * n_in, n_out,
                       window, epilogue);
}
