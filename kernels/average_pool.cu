/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * average_pool.cu: the mean of every stride by stride block of pixels.
 *
 * Reads x [batch, height, width, channels], writes y [batch, height / stride,
 * width / stride, channels].  Where height or width is no multiple of the stride,
 * the pixels left over at the lower and right edge are not read.  Bound by memory:
 * the reading of x, once.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 * A row is a pixel of y.
 */

#include "kernels/cuda.h"


template <typename Element>
static __global__ void
average_pool (Element       *y,
              long long      y_stride,
              const Element *x,
              long long      x_stride,
              long long      n_pixels,
              int            y_height,
              int            y_width,
              int            x_height,
              int            x_width,
              int            channels,
              int            stride)
{
  const long long row    = THIS_ROW;
  const int       column = (int) (row % y_width);
  const long long line   = row / y_width;
  long long       first;

  if (row >= n_pixels)
    return;

  first = (line / y_height * x_height + line % y_height * stride) * x_width +
          column * stride;
  FOR_COLUMNS (c, channels)
    {
      float sum = 0.0f;

      for (int dy = 0; dy < stride; dy++)
        for (int dx = 0; dx < stride; dx++)
          sum += to_float (x[(first + (long long) dy * x_width + dx) *
                             x_stride + c]);
      store (y + row * y_stride + c, sum / (stride * stride));
    }
}

template <typename Element>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaImage y,
        PiscesCudaImage x,
        int             stride)
{
  const long long n_pixels = (long long) y.n_batch * y.height * y.width;

  LAUNCH (average_pool<Element>, rows_grid (n_pixels, y.channels),
          rows_block (y.channels), 0, stream, (Element *) y.data, y.row_stride,
          (const Element *) x.data, x.row_stride, n_pixels, y.height, y.width,
          x.height, x.width, y.channels, stride);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_average_pool (cudaStream_t    stream,
                          PiscesCudaImage y,
                          PiscesCudaImage x,
                          int             stride)
{
  if (y.n_batch == 0 || y.height == 0 || y.width == 0)
    return cudaSuccess;
  if (x.type != y.type)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, y, x, stride);
    }, y.type);
}
