/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * upsample.cu: every pixel becomes two by two pixels of its value.
 *
 * Reads x [batch, height, width, channels], writes y [batch, 2 height, 2
 * width, channels].  Bound by memory: the writing, 4 elements for each that is
 * read.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 * A row is a pixel of y.
 */

#include "kernels/cuda.h"


template <typename Out, typename In>
static __global__ void
upsample (Out       *y,
          long long  y_stride,
          const In  *x,
          long long  x_stride,
          long long  n_pixels,
          int        height,
          int        width,
          int        channels)
{
  const long long row    = THIS_ROW;
  const int       column = (int) (row % (2 * width));
  const long long line   = row / (2 * width);
  long long       source;

  if (row >= n_pixels)
    return;

  source = (line / (2 * height) * height + line % (2 * height) / 2) * width +
           column / 2;
  FOR_COLUMNS (c, channels)
    store (y + row * y_stride + c, to_float (x[source * x_stride + c]));
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaImage y,
        PiscesCudaImage x)
{
  const long long n_pixels = (long long) y.n_batch * y.height * y.width;

  LAUNCH ((upsample<Out, In>), rows_grid (n_pixels, x.channels),
          rows_block (x.channels), 0, stream, (Out *) y.data, y.row_stride,
          (const In *) x.data, x.row_stride, n_pixels, x.height, x.width,
          x.channels);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_upsample (cudaStream_t    stream,
                      PiscesCudaImage y,
                      PiscesCudaImage x)
{
  if (y.n_batch == 0 || y.height == 0 || y.width == 0)
    return cudaSuccess;
  return dispatch (OutAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, y, x);
    }, y.type, x.type);
}
