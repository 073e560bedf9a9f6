/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_uneven.cu: y = softmax (q kᵀ scale + bias) v for every head, of
 * sequences of unequal lengths or with a bias, where tensor cores are not used.  It
 * works as attention.cu does, which has no registers left for the lengths and the bias.
 *
 * Reads q, k, v and the bias, writes y like q.  Bound by its operations: 2 * n_queries *
 * n_keys * head_dim a head for the values, and for the scores as many for each 64
 * columns of the head.
 *
 * A block of 8 warps has 32 queries of a head and 64 of its columns, 4 queries a
 * warp.  k and v come through shared memory, 32 keys by 64 columns at a time.  A lane
 * has the score of one key, and the sums of 2 columns.
 */

#include "kernels/attention.h"
#include "kernels/attention_floats.h"
#include "kernels/thresholds.h"


template <typename Element>
static __global__ void
__launch_bounds__ (N_THREADS, UNEVEN_BLOCKS)
attend_uneven (PiscesCudaAttention how)
{
  __shared__ __align__ (16) float tile_q[QUERIES][STRIDE];
  __shared__ __align__ (16) float tile_kv[KEYS][STRIDE];
  __shared__ float  weights[QUERIES][KEYS];
  const int         lane     = threadIdx.x % WARP_SIZE;
  const int         own      = threadIdx.x / WARP_SIZE * OF_WARP;
  const int         head     = blockIdx.y % how.n_heads;
  const int         d        = how.head_dim;
  const int         first_d  = blockIdx.z * CHUNK;
  const Sequence    sequence = sequence_of (how, blockIdx.y / how.n_heads);
  const int         first_q  = blockIdx.x * QUERIES;
  const int         n_q      = sequence.n_queries - first_q < QUERIES
                               ? sequence.n_queries - first_q : QUERIES;
  const int         position = sequence.position + first_q;
  const int         kv_head  = head / (how.n_heads / how.n_kv_heads);
  const Element    *in_q     = (const Element *) how.q.data +
                               (long long) (sequence.q_row + first_q) *
                               how.q.row_stride +
                               (long long) head * d;
  const Element    *in_k     = (const Element *) how.k.data +
                               (long long) sequence.kv_row * how.k.row_stride +
                               (long long) kv_head * d;
  const Element    *in_v     = (const Element *) how.v.data +
                               (long long) sequence.kv_row * how.v.row_stride +
                               (long long) kv_head * d;
  int               n_see    = sequence.n_keys;
  float             maximum[OF_WARP];
  float             total[OF_WARP];
  float             sums[OF_WARP][2];

  /* The block has no queries, because its sequence is shorter than others.  All of its
   * threads return here.  */
  if (n_q <= 0)
    return;

  /* No more keys than the last of the queries sees.  */
  if (how.causal && position + n_q < n_see)
    n_see = position + n_q;

#pragma unroll
  for (int i = 0; i < OF_WARP; i++)
    {
      maximum[i] = -INFINITY;
      total[i]   = 0.0f;
#pragma unroll
      for (int c = 0; c < 2; c++)
        sums[i][c] = 0.0f;
    }

  for (int first = 0; first < n_see; first += KEYS)
    {
      const int n_keys         = n_see - first < KEYS ? n_see - first : KEYS;
      float     score[OF_WARP] = { 0.0f };

      for (int column = 0; column < d; column += CHUNK)
        {
          __syncthreads ();
          load_rows (tile_q, in_q, how.q.row_stride, n_q, column, d);
          load_rows (tile_kv, in_k + first * how.k.row_stride,
                     how.k.row_stride, n_keys, column, d);
          __syncthreads ();
#pragma unroll 4
          for (int c = 0; c < CHUNK; c += 4)
            {
              const float4 b = *(const float4 *) &tile_kv[lane][c];

#pragma unroll
              for (int i = 0; i < OF_WARP; i++)
                {
                  const float4 a = *(const float4 *) &tile_q[own + i][c];

                  score[i] += a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
                }
            }
        }

#pragma unroll
      for (int i = 0; i < OF_WARP; i++)
        {
          const bool  sees   = lane < n_keys &&
                               (! how.causal || first + lane <= position + own + i);
          const float added  = how.bias && sees && own + i < n_q
                               ? how.bias[head * how.bias_head_stride +
                                          (first_q + own + i) *
                                          how.bias_row_stride + first + lane]
                               : 0.0f;
          const float scaled = sees ? score[i] * how.scale + added : -INFINITY;
          const float before = maximum[i];
          const float most   = fmaxf (before, warp_max (scaled));
          const float weight = sees ? expf (scaled - most) : 0.0f;

          weights[own + i][lane] = weight;
          if (most > before)
            {
              const float factor = expf (before - most);

              total[i] *= factor;
#pragma unroll
              for (int c = 0; c < 2; c++)
                sums[i][c] *= factor;
              maximum[i] = most;
            }
          total[i] += warp_sum (weight);
        }

      __syncthreads ();
      load_rows (tile_kv, in_v + first * how.v.row_stride, how.v.row_stride,
                 n_keys, first_d, d);
      __syncthreads ();
#pragma unroll 4
      for (int key = 0; key < KEYS; key++)
        {
          const float left  = tile_kv[key][lane];
          const float right = tile_kv[key][lane + WARP_SIZE];

#pragma unroll
          for (int i = 0; i < OF_WARP; i++)
            {
              const float weight = weights[own + i][key];

              sums[i][0] += weight * left;
              sums[i][1] += weight * right;
            }
        }
    }

#pragma unroll
  for (int i = 0; i < OF_WARP; i++)
#pragma unroll
    for (int c = 0; c < 2; c++)
      {
        const int column = first_d + c * WARP_SIZE + lane;

        if (own + i < n_q && column < d)
          store ((Element *) how.y.data +
                 (long long) (sequence.q_row + first_q + own + i) *
                 how.y.row_stride +
                 (long long) head * d + column, sums[i][c] / total[i]);
      }
}

template <typename Element>
static cudaError_t
launch (cudaStream_t               stream,
        const PiscesCudaAttention *how)
{
  const dim3 grid = dim3 ((unsigned) ((how->n_queries + QUERIES - 1) / QUERIES),
                          how->n_batch * how->n_heads,
                          (how->head_dim + CHUNK - 1) / CHUNK);

  LAUNCH (attend_uneven<Element>, grid, dim3 (N_THREADS), 0, stream, *how);
  return cudaGetLastError ();
}

cudaError_t
pisces_cuda_attention_uneven (cudaStream_t               stream,
                              const PiscesCudaAttention *how)
{
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, how);
    }, how->q.type);
}
