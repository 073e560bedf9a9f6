/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope.cu: rotary position embedding, in place: turns pair j of every head by
 * position * frequencies[j].  A row has a position on each axis, and each pair
 * belongs to one axis.
 *
 * Reads and writes x [n_rows, n_heads * head_dim], reads positions [n_rows,
 * n_axes].  Bound by memory: 2 * n_rows * n_heads * head_dim elements.
 *
 * A block of 32 pairs by 8 heads has one row.  A thread takes the sine and the cosine
 * of its pair once for all of its heads.
 */

#include "kernels/rotation.h"


#define PAIRS 32
#define HEADS 8

template <typename Element>
static __global__ void
__launch_bounds__ (PAIRS * HEADS)
rope (Element        *x,
      long long       x_stride,
      int             n_heads,
      PiscesCudaRope  how)
{
  const int       half   = how.head_dim / 2;
  const long long row    = blockIdx.x;
  const int       j      = blockIdx.y * PAIRS + threadIdx.x;
  const int       first  = how.interleaved ? 2 * j : j;
  const int       second = how.interleaved ? 2 * j + 1 : j + half;
  float           sine;
  float           cosine;

  if (j >= half)
    return;

  rotation_of (position_of_pair (how, row, j, how.first_position + row),
               how.frequencies[j], &sine, &cosine);

  for (int head = threadIdx.y; head < n_heads; head += HEADS)
    {
      Element     *pair = x + row * x_stride + (long long) head * how.head_dim;
      const float  a    = to_float (pair[first]);
      const float  b    = to_float (pair[second]);

      store (pair + first,  a * cosine - b * sine);
      store (pair + second, b * cosine + a * sine);
    }
}

template <typename Element>
static cudaError_t
launch (cudaStream_t          stream,
        PiscesCudaRows        x,
        const PiscesCudaRope *how)
{
  LAUNCH (rope<Element>,
          dim3 ((unsigned) x.n_rows, (how->head_dim / 2 + PAIRS - 1) / PAIRS),
          dim3 (PAIRS, HEADS), 0, stream, (Element *) x.data, x.row_stride,
          x.width / how->head_dim, *how);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_rope (cudaStream_t          stream,
                  PiscesCudaRows        x,
                  const PiscesCudaRope *how)
{
  if (x.n_rows == 0 || x.width == 0)
    return cudaSuccess;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, x, how);
    }, x.type);
}
