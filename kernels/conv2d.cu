/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * conv2d.cu: the cross-correlation of an image with kernels of any height and
 * width.  It is a product whose rows are the pixels of y and whose depth is
 * [kernel_height][kernel_width][n_in], but these rows are never laid out in memory.
 *
 * Reads x [batch, height, width, n_in], W [n_out, kernel_height,
 * kernel_width, n_in] and b [n_out], writes y [batch, height_out, width_out,
 * n_out].  Bound by its 2 * pixels * n_out * depth operations: the windows of
 * neighbouring pixels overlap, and so come from the caches.
 *
 * product.h describes the tiles.  Neighbouring threads take neighbouring channels, by
 * vectors of 16 bytes where a pixel is made of whole ones, so the window is read along
 * memory.  Where the windows begin lies in shared memory.
 */

#include "kernels/product-sources.h"


typedef struct
{
  int height, width;
  int y_height, y_width;
  int n_in;
  int kernel_width;
  int stride;
  int pad_top, pad_left;
} Window;

/* Where the window of each of the tile's pixels begins.  */
typedef struct
{
  long long image_row[TILE_ROWS];
  int       top[TILE_ROWS];
  int       left[TILE_ROWS];
} Places;

/* Which element of a row of the product: its number, and where in the window that is.  */
typedef struct
{
  int at;
  int row, column, channel;
} Tap;

template <typename Element, typename Weight>
struct Pixels
{
  const Element *x;
  long long      stride;
  long long      n_rows;
  int            depth;
  int            is_aligned;     /* whether each vector lies within a pixel */
  Window         window;
  const Places  *places;

  __device__ __forceinline__ Tap
  place (int k) const
  {
    Tap start = { };

    next (start, k);
    return start;
  }

  /* A division would be shorter, but every part of the product would wait for it.  */
  __device__ __forceinline__ void
  next (Tap &tap,
        int  n) const
  {
    tap.at      += n;
    tap.channel += n;
#pragma unroll 1
    while (tap.channel >= window.n_in)
      {
        const bool is_last = tap.column + 1 == window.kernel_width;

        tap.channel -= window.n_in;
        tap.column   = is_last ? 0 : tap.column + 1;
        tap.row     += is_last;
      }
  }

  __device__ __forceinline__ const Element *
  element (int        line,
           const Tap &tap) const
  {
    const int row    = places->top[line] + tap.row;
    const int column = places->left[line] + tap.column;

    if (tap.at >= depth || row < 0 || row >= window.height || column < 0 ||
        column >= window.width)
      return NULL;
    return x + (places->image_row[line] + (long long) row * window.width +
                column) * stride + tap.channel;
  }

  __device__ __forceinline__ uint4
  load (int        line,
        const Tap &tap) const
  {
    const int N   = Tile<Weight>::VECTOR;
    Tap       one = tap;
    Weight    part[N];
    uint4     vector;

    if (is_aligned)
      {
        const Element *from = element (line, tap);

        return Take<Weight, Element>::from (from ? from : x, true,
                                            from ? N : 0);
      }

#pragma unroll
    for (int k = 0; k < N; k++)
      {
        const Element *from = element (line, one);

        store (&part[k], from ? to_float (*from) : 0.0f);
        next (one, 1);
      }
    memcpy (&vector, part, sizeof (vector));
    return vector;
  }
};

/* Rows beyond the last pixel get windows above all images, where only zeros are read.  */
static __device__ __forceinline__ void
find_places (Places       *places,
             const Window &window,
             long long     n_rows)
{
  const long long row  = (long long) blockIdx.x * TILE_ROWS + threadIdx.x;
  const long long line = row / window.y_width;

  if (threadIdx.x >= TILE_ROWS)
    return;

  places->image_row[threadIdx.x] = line / window.y_height * window.height *
                                   window.width;
  places->top[threadIdx.x]       = row < n_rows
                                   ? (int) (line % window.y_height) *
                                     window.stride - window.pad_top
                                   : -(1 << 30);
  places->left[threadIdx.x]      = (int) (row % window.y_width) *
                                   window.stride - window.pad_left;
}

template <typename Out, typename Element, typename Weight>
static __global__ void
__launch_bounds__ (TILE_THREADS, TILE_BLOCKS)
conv2d (Out                     *y,
        long long                y_stride,
        Pixels<Element, Weight>  pixels,
        Plain<Weight>            weights,
        int                      n_out,
        PiscesCudaEpilogue       epilogue)
{
  __shared__ __align__ (16) unsigned char shared[TILE_BYTES];
  __shared__ Places                       places;

  find_places (&places, pixels.window, pixels.n_rows);
  __syncthreads ();

  pixels.places = &places;
  tile_product (y, y_stride, pixels, weights, pixels.n_rows, pixels.depth,
                n_out, shared, epilogue);
}

template <typename Out, typename Element, typename Weight>
static cudaError_t
launch (cudaStream_t            stream,
        const PiscesCudaConv2d *how)
{
  const int                     VECTOR  = Tile<Weight>::VECTOR;
  const PiscesCudaImage         y       = how->y;
  const PiscesCudaImage         x       = how->x;
  const void                   *weight  = how->weight.data;
  const int                     depth   = how->kernel_height *
                                          how->kernel_width * x.channels;
  const long long               n_rows  = (long long) y.n_batch * y.height *
                                          y.width;
  const Window                  window  =
  {
    x.height, x.width, y.height, y.width, x.channels, how->kernel_width,
    how->stride, how->pad_top, how->pad_left
  };
  const Plain<Weight>           weights =
  {
    (const Weight *) weight, depth,
    depth % VECTOR == 0 && (size_t) weight % 16 == 0
  };
  const Pixels<Element, Weight> pixels  =
  {
    (const Element *) x.data, x.row_stride, n_rows, depth,
    x.channels % VECTOR == 0 && x.row_stride % VECTOR == 0 &&
    (size_t) x.data % 16 == 0,
    window, NULL
  };

  LAUNCH ((conv2d<Out, Element, Weight>),
          TILE_GRID (n_rows, y.channels, PISCES_CUDA_NO_GATE),
          dim3 (TILE_THREADS), 0, stream, (Out *) y.data, y.row_stride, pixels,
          weights, y.channels, how->epilogue);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_conv2d (cudaStream_t            stream,
                    const PiscesCudaConv2d *how)
{
  const PiscesCudaImage y = how->y;

  if (y.n_batch == 0 || y.height == 0 || y.width == 0 || y.channels == 0)
    return cudaSuccess;
  return dispatch (ProductTypes (), [&] (auto out, auto in, auto weights)
    {
      return launch<decltype (out), decltype (in), decltype (weights)> (stream, how);
    }, y.type, how->x.type, how->weight.type);
}
