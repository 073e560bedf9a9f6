/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dequantise.cu: the elements of a quantised matrix, for products of many rows, which
 * cuBLAS makes.  It is held in blocks of 32 values with one scale, 8 or 4 bits each, as
 * quantise.c makes them.
 *
 * Reads n_rows * width * 8.5 / 8 or 4.5 / 8 bytes, writes n_rows * width elements.
 * Bound by the writing.
 *
 * A thread takes 4 bytes, as in gemv_quantised.cu, and writes their values side by
 * side.
 */

#include "kernels/cuda.h"


#define N_THREADS 256
#define BLOCK     32

template <typename Element, int BITS>
static __global__ void
__launch_bounds__ (N_THREADS)
dequantise (Element        *y,
            const unsigned *quants,
            const __half   *scales,
            long long       n_words)
{
  const int       LANES = BLOCK * BITS / 32;
  const long long i     = (long long) blockIdx.x * N_THREADS + threadIdx.x;
  Element        *out   = y + i / LANES * BLOCK + i % LANES * 4;
  unsigned        word;
  float           d;

  if (i >= n_words)
    return;

  word = quants[i];
  d    = to_float (scales[i / LANES]);
#pragma unroll
  for (int k = 0; k < 4; k++)
    if (BITS == 8)
      store (out + k, d * (float) (signed char) (word >> 8 * k));
    else
      {
        store (out + k, d * (float) ((int) (word >> 8 * k & 15) - 8));
        store (out + BLOCK / 2 + k,
               d * (float) ((int) (word >> (8 * k + 4) & 15) - 8));
      }
}

template <typename Element>
static cudaError_t
launch (cudaStream_t     stream,
        PiscesCudaRows   y,
        PiscesCudaMatrix weight)
{
  const long long  n_words = y.n_rows * y.width * weight.n_bits / 32;
  const dim3       grid    = dim3 ((unsigned) ((n_words + N_THREADS - 1) /
                                               N_THREADS));
  Element         *out     = (Element *) y.data;
  const unsigned  *quants  = (const unsigned *) weight.data;
  const __half    *scales  = (const __half *) weight.scales;

  if (weight.n_bits == 8)
    LAUNCH ((dequantise<Element, 8>), grid, dim3 (N_THREADS), 0, stream, out, quants,
            scales, n_words);
  else
    LAUNCH ((dequantise<Element, 4>), grid, dim3 (N_THREADS), 0, stream, out, quants,
            scales, n_words);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_dequantise (cudaStream_t     stream,
                        PiscesCudaRows   y,
                        PiscesCudaMatrix weight)
{
  if (y.n_rows == 0 || y.width == 0)
    return cudaSuccess;
  if ((weight.n_bits != 8 && weight.n_bits != 4) || y.width % BLOCK != 0 ||
      y.row_stride != y.width)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, y, weight);
    }, y.type);
}
