/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_tiles.cu: attention of many queries of 16 bits, heads up to 128
 * wide: y = softmax (q kᵀ scale) v, both products on tensor cores, by the
 * pieces of attention_tiles.h.
 *
 * Reads q and writes y once, and k and v once for each 64 queries, mostly from the
 * second cache: that is 64 operations for each of its bytes.  Bound by its 4 *
 * n_queries * n_keys * head_dim operations a head.
 *
 * A block of 4 warps has 64 queries of a head.  A warp has its 16 queries and
 * the sums of their values in registers; 64 keys and values at a time are in 18
 * to 34 KiB of shared memory.  Values are on their way through registers while
 * scores are summed, and the next keys are while values are summed.  2 or 3 blocks fit a
 * multiprocessor, so that one has work for the tensor cores while another does its
 * softmax.  Only on 7.5, with its 64 KiB, heads wider than 96 leave room for one
 * block.
 */

#include "kernels/attention_tiles.h"


template <typename Element, int WIDTH>
static __global__ void
__launch_bounds__ (N_THREADS)
attend_tiles (PiscesCudaAttention how)
{
  __shared__ __align__ (16) Element  keys[KEYS * Held<WIDTH>::STRIDE];
  __shared__ __align__ (16) unsigned values[KEYS / 2 * Held<WIDTH>::STRIDE];
  const Sequence      whole  = sequence_of (how, blockIdx.y / how.n_heads);
  const Part<Element> part   = part_of_block<Element> (how, whole);
  const int           own    = threadIdx.x / WARP_SIZE * OF_WARP;
  const int           line   = threadIdx.x / Held<WIDTH>::GROUP;
  const int           column = threadIdx.x % Held<WIDTH>::GROUP * 8;
  const int           d      = how.head_dim - column;
  const Element      *in_k   = part.k + line * how.k.row_stride + column;
  const Element      *in_v   = part.v + 2 * line * how.v.row_stride + column;
  float               sums[WIDTH / 8][4] = { };
  Softmax             softmax = { { -INFINITY, -INFINITY }, { } };
  unsigned            queries[WIDTH / 16][4];
  uint4               next[Held<WIDTH>::ROWS][Held<WIDTH>::VECTORS];
  uint4               pairs[Held<WIDTH>::PAIRS][Held<WIDTH>::VECTORS][2];

  if (part.n_q <= 0)
    return;

  fetch_rows<WIDTH> (next, part.q + line * how.q.row_stride + column,
                     how.q.row_stride, part.n_q - line, d);
  put_rows<WIDTH> (keys, next);
  fetch_rows<WIDTH> (next, in_k, how.k.row_stride, part.n_see - line, d);
  __syncthreads ();
  read_queries<WIDTH, WIDTH / 16> (queries, keys + own * Held<WIDTH>::STRIDE);
  __syncthreads ();
  put_rows<WIDTH> (keys, next);

  for (int first = 0; first < part.n_see; first += KEYS)
    {
      const int n_left                 = part.n_see - first;
      float     scores[SCORE_TILES][4] = { };
      float     factor[2];

      __syncthreads ();
      fetch_pairs<WIDTH> (pairs, in_v, how.v.row_stride, n_left - 2 * line, d);
      if (own < part.n_q)
        add_scores<WIDTH, WIDTH / 16> (scores, queries, keys);
      put_pairs<WIDTH> (values, pairs);
      __syncthreads ();

      in_k += KEYS * how.k.row_stride;
      in_v += KEYS * how.v.row_stride;
      fetch_rows<WIDTH> (next, in_k, how.k.row_stride, n_left - KEYS - line, d);
      if (own < part.n_q)
        {
          soften (scores, factor, softmax, part, first, own, how.scale);
          add_values<WIDTH> (sums, factor, scores, values, Element ());
        }
      put_rows<WIDTH> (keys, next);
    }

  store_sums<WIDTH> (part.y + own * how.y.row_stride, how.y.row_stride, sums,
                     softmax, part.n_q - own, how.head_dim);
}

template <typename Element, int WIDTH>
static cudaError_t
launch_width (cudaStream_t               stream,
              const PiscesCudaAttention *how)
{
  LAUNCH ((attend_tiles<Element, WIDTH>),
          dim3 ((unsigned) ((how->n_queries + QUERIES - 1) / QUERIES),
                how->n_batch * how->n_heads),
          dim3 (N_THREADS), 0, stream, *how);
  return cudaGetLastError ();
}

/* Kernels for the head widths that networks have.  Heads of other widths take the next
 * wider kernel.  */
template <typename Element>
static cudaError_t
launch (cudaStream_t               stream,
        const PiscesCudaAttention *how)
{
  if (how->head_dim <= 64)
    return launch_width<Element, 64> (stream, how);
  if (how->head_dim <= 96)
    return launch_width<Element, 96> (stream, how);
  return launch_width<Element, ATTENTION_TILES_WIDTH> (stream, how);
}

cudaError_t
pisces_cuda_attention_tiles (cudaStream_t               stream,
                             const PiscesCudaAttention *how)
{
  return dispatch (AnyHalf (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, how);
    }, how->q.type);
}
