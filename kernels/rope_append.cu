/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope_append.cu: rotary position embedding of queries, in place, and of keys
 * on their way into the KV cache, where the values go unturned: one launch in
 * place of two, and keys and values are read and written once.
 *
 * Reads qkv [n_rows, (n_heads + 2 * n_kv_heads) * head_dim], writes its
 * queries and, of cache [max_positions, 2 * n_kv_heads * head_dim], n_rows rows
 * from one on, which may be named in device memory.  Bound by memory, when
 * decoding by the launch; a pair's sine and cosine are taken once for all
 * heads.
 *
 * Blocks of 32 pairs by 8 heads, a row each.  A pair is (j, j + head_dim / 2).
 */

#include "kernels/rotation.h"


#define PAIRS 32
#define HEADS 8

template <typename Element>
static __global__ void
__launch_bounds__ (PAIRS * HEADS)
rope_append (Element         *cache,
             long long        cache_stride,
             Element         *qkv,
             long long        qkv_stride,
             int              n_heads,
             int              n_kv_heads,
             PiscesCudaRope   how,
             const long long *first_row)
{
  const int       half = how.head_dim / 2;
  const long long row  = blockIdx.x;
  const long long at   = (first_row ? *first_row : how.first_position) + row;
  const int       j    = blockIdx.y * PAIRS + threadIdx.x;
  float           sine;
  float           cosine;

  if (j >= half)
    return;

  rotation_of (position_of_pair (how, row, j, at), how.frequencies[j], &sine,
               &cosine);

  for (int head = threadIdx.y; head < n_heads + 2 * n_kv_heads; head += HEADS)
    {
      const bool     turns = head < n_heads + n_kv_heads;
      const Element *from  = qkv + row * qkv_stride +
                             (long long) head * how.head_dim + j;
      Element       *to    = head < n_heads
                             ? qkv + row * qkv_stride +
                               (long long) head * how.head_dim + j
                             : cache + at * cache_stride +
                               (long long) (head - n_heads) * how.head_dim + j;
      const float    a     = to_float (from[0]);
      const float    b     = to_float (from[half]);

      store (to,        turns ? a * cosine - b * sine : a);
      store (to + half, turns ? b * cosine + a * sine : b);
    }
}

template <typename Element>
static cudaError_t
launch (cudaStream_t          stream,
        PiscesCudaRows        cache,
        PiscesCudaRows        qkv,
        long long             n_rows,
        int                   n_heads,
        int                   n_kv_heads,
        const PiscesCudaRope *how,
        const long long      *first_row)
{
  LAUNCH (rope_append<Element>,
          dim3 ((unsigned) n_rows, (how->head_dim / 2 + PAIRS - 1) / PAIRS),
          dim3 (PAIRS, HEADS), 0, stream, (Element *) cache.data,
          cache.row_stride, (Element *) qkv.data, qkv.row_stride, n_heads,
          n_kv_heads, *how, first_row);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_rope_append (cudaStream_t          stream,
                         PiscesCudaType        type,
                         PiscesCudaRows        cache,
                         PiscesCudaRows        qkv,
                         long long             n_rows,
                         int                   n_heads,
                         int                   n_kv_heads,
                         const PiscesCudaRope *how,
                         const long long      *first_row)
{
  if (n_rows == 0)
    return cudaSuccess;
  return WITH_TYPE (type, launch, stream, cache, qkv, n_rows, n_heads,
                    n_kv_heads, how, first_row);
}
