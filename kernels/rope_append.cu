/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope_append.cu: rotary position embedding of queries, in place, and of keys on their
 * way into the KV cache, where values go as they are.  This is one launch in place of
 * two, and keys and values are read and written only once.
 *
 * Reads qkv [n_rows, (n_heads + 2 * n_kv_heads) * head_dim] and writes its queries.  Of
 * cache [n_sequences * max_positions, 2 * n_kv_heads * head_dim] it writes as many rows
 * as qkv has; the first row that each sequence goes to may stand in device memory.
 * Bound by memory, in decoding by the launch.
 *
 * A block of 32 pairs by 8 heads has one row.  A pair is (j, j + head_dim / 2); a thread
 * takes its sine and its cosine once for all of its heads.
 */

#include "kernels/rotation.h"


#define PAIRS 32
#define HEADS 8

template <typename Element>
static __global__ void
__launch_bounds__ (PAIRS * HEADS)
rope_append (PiscesCudaAppend how)
{
  const int       d        = how.rope.head_dim;
  const int       half     = d / 2;
  const long long row      = blockIdx.x;
  const long long sequence = row / how.rows_per_sequence;
  const long long at       = (how.first_rows ? how.first_rows[sequence]
                                             : how.rope.first_position) +
                             row % how.rows_per_sequence;
  const int       n_turned = how.n_heads + how.n_kv_heads;
  const int       j        = blockIdx.y * PAIRS + threadIdx.x;
  Element        *qkv      = (Element *) how.qkv.data + row * how.qkv.row_stride;
  Element        *cache    = (Element *) how.cache.data +
                             (sequence * how.cache_rows_per_sequence + at) *
                             how.cache.row_stride;
  float           sine;
  float           cosine;

  if (j >= half)
    return;

  rotation_of (position_of_pair (how.rope, row, j, at), how.rope.frequencies[j],
               &sine, &cosine);

  for (int head = threadIdx.y; head < n_turned + how.n_kv_heads; head += HEADS)
    {
      const Element *from = qkv + (long long) head * d + j;
      Element       *to   = head < how.n_heads
                            ? qkv + (long long) head * d + j
                            : cache + (long long) (head - how.n_heads) * d + j;
      const float    a    = to_float (from[0]);
      const float    b    = to_float (from[half]);

      store (to,        head < n_turned ? a * cosine - b * sine : a);
      store (to + half, head < n_turned ? b * cosine + a * sine : b);
    }
}

template <typename Element>
static cudaError_t
launch (cudaStream_t            stream,
        const PiscesCudaAppend *how)
{
  LAUNCH (rope_append<Element>,
          dim3 ((unsigned) how->qkv.n_rows,
                (how->rope.head_dim / 2 + PAIRS - 1) / PAIRS),
          dim3 (PAIRS, HEADS), 0, stream, *how);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_rope_append (cudaStream_t            stream,
                         const PiscesCudaAppend *how)
{
  if (how->qkv.n_rows == 0)
    return cudaSuccess;
  if (how->cache.type != how->qkv.type)
    return cudaErrorInvalidValue;
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, how);
    }, how->qkv.type);
}
