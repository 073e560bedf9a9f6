/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope.cu: rotary position embedding, in place: turns pair j of every head by
 * position * frequencies[j].
 *
 * Reads and writes x [n_rows, n_heads * head_dim]. Bound by memory: 2 * n_rows
 * * n_heads * head_dim elements; a pair's sine and cosine are taken once for
 * all heads.
 *
 * Blocks of 32 pairs by 8 heads, a row each.
 */

#include "kernels/rotation.h"


#define PAIRS 32
#define HEADS 8

template <typename Element>
static __global__ void
__launch_bounds__ (PAIRS * HEADS)
rope (Element     *x,
      long long    x_stride,
      const float *frequencies,
      int          n_heads,
      int          head_dim,
      long long    rows_per_sequence,
      long long    first_position,
      int          interleaved)
{
  const int       half     = head_dim / 2;
  const long long row      = blockIdx.x;
  const long long position = first_position + row % rows_per_sequence;
  const int       j        = blockIdx.y * PAIRS + threadIdx.x;
  const int       first    = interleaved ? 2 * j : j;
  const int       second   = interleaved ? 2 * j + 1 : j + half;
  float           sine;
  float           cosine;

  if (j >= half)
    return;

  rotation_of (position, frequencies[j], &sine, &cosine);

  for (int head = threadIdx.y; head < n_heads; head += HEADS)
    {
      Element     *pair = x + row * x_stride + (long long) head * head_dim;
      const float  a    = to_float (pair[first]);
      const float  b    = to_float (pair[second]);

      store (pair + first,  a * cosine - b * sine);
      store (pair + second, b * cosine + a * sine);
    }
}

template <typename Element>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaRows  x,
        const float    *frequencies,
        long long       n_rows,
        int             n_heads,
        int             head_dim,
        long long       rows_per_sequence,
        long long       first_position,
        int             interleaved)
{
  LAUNCH (rope<Element>,
          dim3 ((unsigned) n_rows, (head_dim / 2 + PAIRS - 1) / PAIRS),
          dim3 (PAIRS, HEADS), 0, stream, (Element *) x.data, x.row_stride,
          frequencies, n_heads, head_dim, rows_per_sequence, first_position,
          interleaved);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_rope (cudaStream_t    stream,
                  PiscesCudaType  type,
                  PiscesCudaRows  x,
                  const float    *frequencies,
                  long long       n_rows,
                  int             n_heads,
                  int             head_dim,
                  long long       rows_per_sequence,
                  long long       first_position,
                  int             interleaved)
{
  if (n_rows == 0 || n_heads == 0)
    return cudaSuccess;
  return WITH_TYPE (type, launch, stream, x, frequencies, n_rows, n_heads,
                    head_dim, rows_per_sequence, first_position, interleaved);
}
