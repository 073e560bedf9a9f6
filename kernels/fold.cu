/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fold.cu: puts the pixels of every r by r block behind one another as the channels of
 * one pixel, in the order [dy][dx][channel], or does the reverse.
 *
 * Reads one and writes the other of many [batch, height, width, channels] and
 * deep [batch, height / r, width / r, r * r * channels].  Bound by memory: both
 * once.
 *
 * Blocks of 256 threads share out columns and rows as rows_block() says: neighbouring
 * threads read neighbouring columns, and narrow images still fill their warps.
 * A row is a pixel of many.
 */

#include "kernels/cuda.h"


template <typename Element>
static __global__ void
fold (Element   *many,
      long long  many_stride,
      Element   *deep,
      long long  deep_stride,
      long long  n_pixels,
      int        height,
      int        width,
      int        channels,
      int        r,
      int        unfold)
{
  const long long  row    = THIS_ROW;
  const int        column = (int) (row % width);
  const long long  line   = row / width;
  const int        y      = (int) (line % height);
  Element         *pixel;
  Element         *part;

  if (row >= n_pixels)
    return;

  pixel = many + row * many_stride;
  part  = deep + ((line / height * (height / r) + y / r) * (width / r) +
                  column / r) * deep_stride +
          (long long) (y % r * r + column % r) * channels;
  FOR_COLUMNS (c, channels)
    if (unfold)
      pixel[c] = part[c];
    else
      part[c] = pixel[c];
}

template <typename Element>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaImage many,
        PiscesCudaImage deep,
        int             r,
        int             unfold)
{
  const long long n_pixels = (long long) many.n_batch * many.height *
                             many.width;

  LAUNCH (fold<Element>, rows_grid (n_pixels, many.channels),
          rows_block (many.channels), 0, stream,
          (Element *) many.data, many.row_stride,
          (Element *) deep.data, deep.row_stride, n_pixels, many.height,
          many.width, many.channels, r, unfold);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_fold (cudaStream_t    stream,
                  PiscesCudaImage many,
                  PiscesCudaImage deep,
                  int             r,
                  int             unfold)
{
  if (many.n_batch == 0 || many.height == 0 || many.width == 0)
    return cudaSuccess;
  if (deep.type != many.type)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, many, deep, r, unfold);
    }, many.type);
}
