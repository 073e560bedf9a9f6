/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_wide.cu: attention of many queries of 16 bits, heads wider than
 * 128, as in the middle of an autoencoder: y = softmax (q kᵀ scale) v, both
 * products on tensor cores, by the pieces of attention_tiles.h.
 *
 * Reads q, k and v and writes y.  A head of 512 columns has too many sums for the
 * registers, so a block has a slice of 256 columns of y, and each block takes all
 * scores for itself.  Bound by its 2 * n_queries * n_keys * head_dim * (n_slices + 1)
 * operations a head.
 *
 * A block of 4 warps has 64 queries.  64 columns of queries, keys and values
 * are in 27 KiB of shared memory at a time, and the next ones are on their way through
 * registers.  q is read again for each 64 keys, from the caches.
 */

#include "kernels/attention_tiles.h"
#include "kernels/thresholds.h"


#define CHUNK  64
#define CHUNKS 4                 /* that a block has of y */
#define SLICE  (CHUNKS * CHUNK)

typedef Held<CHUNK> HeldChunk;

/* The place where a thread reads queries, in the form that thresholds.h chooses.  64
 * rows are fewer than 2^31 elements, so an offset is an int.  */
#if SLICE_BY_OFFSET
#define QPlace         int
#define Q_PLACE(place) (int) (place)
#define Q_AT(place)    (part.q + (place))
#else
#define QPlace         Element *
#define Q_PLACE(place) (part.q + (place))
#define Q_AT(place)    (place)
#endif

template <typename Element>
static __global__ void
__launch_bounds__ (N_THREADS)
attend_slice (PiscesCudaAttention how)
{
  __shared__ __align__ (16) Element  queries[QUERIES * HeldChunk::STRIDE];
  __shared__ __align__ (16) Element  keys[KEYS * HeldChunk::STRIDE];
  __shared__ __align__ (16) unsigned values[KEYS / 2 * HeldChunk::STRIDE];
  const Sequence      whole  = even_sequence_of (how, blockIdx.y / how.n_heads);
  const Part<Element> part   = part_of_block<Element> (how, whole);
  const int           own    = threadIdx.x / WARP_SIZE * OF_WARP;
  const int           line   = threadIdx.x / HeldChunk::GROUP;
  const int           column = threadIdx.x % HeldChunk::GROUP * 8;
  const int           d      = how.head_dim - column;
  const int           slice  = blockIdx.z * SLICE;
  const QPlace        at_q   = Q_PLACE (line * how.q.row_stride + column);
  const Element      *in_k   = part.k + line * how.k.row_stride + column;
  const Element      *in_v   = part.v + 2 * line * how.v.row_stride + column +
                               slice;
  float               sums[CHUNKS][CHUNK / 8][4] = { };
  Softmax             softmax = { { -INFINITY, -INFINITY }, { } };
  uint4               next_q[HeldChunk::ROWS][HeldChunk::VECTORS];
  uint4               next_k[HeldChunk::ROWS][HeldChunk::VECTORS];
  uint4               pairs[HeldChunk::PAIRS][HeldChunk::VECTORS][2];

  for (int first = 0; first < part.n_see; first += KEYS)
    {
      const int n_left                 = part.n_see - first;
      float     scores[SCORE_TILES][4] = { };
      float     factor[2];

      fetch_rows<CHUNK> (next_q, Q_AT (at_q), how.q.row_stride, part.n_q - line,
                         d);
      fetch_rows<CHUNK> (next_k, in_k, how.k.row_stride, n_left - line, d);
#pragma unroll 1
      for (int at = 0; at < how.head_dim; at += CHUNK)
        {
          const int after = at + CHUNK;

          __syncthreads ();
          put_rows<CHUNK> (queries, next_q);
          put_rows<CHUNK> (keys, next_k);
          __syncthreads ();
          fetch_rows<CHUNK> (next_q, Q_AT (at_q) + after, how.q.row_stride,
                             part.n_q - line, d - after);
          fetch_rows<CHUNK> (next_k, in_k + after, how.k.row_stride,
                             n_left - line, d - after);
          if (own < part.n_q)
#pragma unroll 1
            for (int step = 0; step < CHUNK; step += 16)
              {
                unsigned a[1][4];

                read_queries<CHUNK, 1> (a, queries + step +
                                           own * HeldChunk::STRIDE);
                add_scores<CHUNK, 1> (scores, a, keys + step);
              }
        }

      fetch_pairs<CHUNK> (pairs, in_v, how.v.row_stride, n_left - 2 * line,
                          d - slice);
      if (own < part.n_q)
        soften (scores, factor, softmax, part, first, own, how.scale);

#pragma unroll
      for (int chunk = 0; chunk < CHUNKS; chunk++)
        if (slice + chunk * CHUNK < how.head_dim)
          {
            const int after = (chunk + 1) * CHUNK;

            __syncthreads ();
            put_pairs<CHUNK> (values, pairs);
            __syncthreads ();
            fetch_pairs<CHUNK> (pairs, in_v + after, how.v.row_stride,
                                chunk + 1 < CHUNKS ? n_left - 2 * line : 0,
                                d - slice - after);
            if (own < part.n_q)
              add_values<CHUNK> (sums[chunk], factor, scores, values,
                                 Element ());
          }
      in_k += KEYS * how.k.row_stride;
      in_v += KEYS * how.v.row_stride;
    }

#pragma unroll
  for (int chunk = 0; chunk < CHUNKS; chunk++)
    store_sums<CHUNK> (part.y + own * how.y.row_stride + slice + chunk * CHUNK,
                       how.y.row_stride, sums[chunk], softmax, part.n_q - own,
                       how.head_dim - slice - chunk * CHUNK);
}

template <typename Element>
static cudaError_t
launch (cudaStream_t               stream,
        const PiscesCudaAttention *how)
{
  LAUNCH (attend_slice<Element>,
          dim3 ((unsigned) ((how->n_queries + QUERIES - 1) / QUERIES),
                how->n_batch * how->n_heads,
                (how->head_dim + SLICE - 1) / SLICE),
          dim3 (N_THREADS), 0, stream, *how);
  return cudaGetLastError ();
}

cudaError_t
pisces_cuda_attention_wide (cudaStream_t               stream,
                            const PiscesCudaAttention *how)
{
  return dispatch (AnyHalf (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, how);
    }, how->q.type);
}
