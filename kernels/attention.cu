/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention.cu: y = softmax (q kᵀ scale) v for every head, by the online
 * softmax (Milakov and Gimelshein, arXiv 1805.02867; Dao et al., arXiv
 * 2205.14135, algorithm 1), so that no array grows with queries times keys.
 *
 * The launcher of kernels.h chooses: attention_split.cu takes single queries,
 * attention_tiles.cu and attention_wide.cu take many queries of 16 bits, and
 * attention_uneven.cu takes what has a bias or unequal lengths.  The kernel here takes
 * the rest: many queries of float32, which tensor cores would round, and those that
 * cannot be read by vectors.
 *
 * Reads q, k and v, writes y like q.  Bound by its operations: 2 * n_queries * n_keys *
 * head_dim a head for the values, and for the scores as many for each 256 columns of
 * the head.
 *
 * A block of 8 warps has 32 queries of a head, 4 queries a warp.  k and v come
 * through 8.5 KiB of shared memory, 32 keys by 64 columns at a time, so that
 * heads of any width fit.  A lane has the score of one key and, of the sums, 2
 * columns in each 64.  Heads that share keys read them each for itself, mostly
 * from the second cache.
 */

#include "kernels/attention.h"
#include "kernels/attention_floats.h"
#include "kernels/thresholds.h"


/* What the kernel reads of PiscesCudaAttention.  If it were given the whole, this would
 * cost so many registers that the compiler spills them.  */
struct Shape
{
  int        n_heads, n_kv_heads, head_dim;
  long long  n_queries, n_keys, kv_rows_per_batch;
  int        causal;
  long long  first_position;
  float      scale;
};

template <typename Element, int CHUNKS>
static __global__ void
__launch_bounds__ (N_THREADS, CHUNKS == 2 ? ATTEND_BLOCKS : 0)
attend (Element             *y,
        long long            y_stride,
        const Element       *q,
        long long            q_stride,
        const Element       *k,
        long long            k_stride,
        const Element       *v,
        long long            v_stride,
        Shape                shape)
{
  __shared__ __align__ (16) float tile_q[QUERIES][STRIDE];
  __shared__ __align__ (16) float tile_kv[KEYS][STRIDE];
  __shared__ float  weights[QUERIES][KEYS];
  const int         lane     = threadIdx.x % WARP_SIZE;
  const int         own      = threadIdx.x / WARP_SIZE * OF_WARP;
  const int         head     = blockIdx.y % shape.n_heads;
  const int         batch    = blockIdx.y / shape.n_heads;
  const int         d        = shape.head_dim;
  const int         first_d  = blockIdx.z * CHUNKS * CHUNK;
  const long long   first_q  = (long long) blockIdx.x * QUERIES;
  const int         n_q      = shape.n_queries - first_q < QUERIES
                               ? (int) (shape.n_queries - first_q) : QUERIES;
  const int         kv_head  = head / (shape.n_heads / shape.n_kv_heads);
  const Element    *in_q     = q + (batch * shape.n_queries + first_q) *
                                   q_stride + (long long) head * d;
  const Element    *in_k     = k + batch * shape.kv_rows_per_batch * k_stride +
                               (long long) kv_head * d;
  const Element    *in_v     = v + batch * shape.kv_rows_per_batch * v_stride +
                               (long long) kv_head * d;
  const long long   position = shape.first_position;
  long long         n_see    = shape.n_keys;
  float             maximum[OF_WARP];
  float             total[OF_WARP];
  float             sums[OF_WARP][2 * CHUNKS];

  /* No more keys than the last of the queries sees.  */
  if (shape.causal && position + first_q + n_q < n_see)
    n_see = position + first_q + n_q;

#pragma unroll
  for (int i = 0; i < OF_WARP; i++)
    {
      maximum[i] = -INFINITY;
      total[i]   = 0.0f;
#pragma unroll
      for (int c = 0; c < 2 * CHUNKS; c++)
        sums[i][c] = 0.0f;
    }

  for (long long first = 0; first < n_see; first += KEYS)
    {
      const int n_keys         = n_see - first < KEYS ? (int) (n_see - first)
                                                      : KEYS;
      float     score[OF_WARP] = { 0.0f };

      for (int column = 0; column < d; column += CHUNK)
        {
          __syncthreads ();
          load_rows (tile_q, in_q, q_stride, n_q, column, d);
          load_rows (tile_kv, in_k + first * k_stride, k_stride, n_keys,
                     column, d);
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
                               (! shape.causal || first + lane <=
                                position + first_q + own + i);
          const float scaled = sees ? score[i] * shape.scale : -INFINITY;
          const float before = maximum[i];
          const float most   = fmaxf (before, warp_max (scaled));
          const float weight = sees ? expf (scaled - most) : 0.0f;

          weights[own + i][lane] = weight;
          if (most > before)
            {
              const float factor = expf (before - most);

              total[i] *= factor;
#pragma unroll
              for (int c = 0; c < 2 * CHUNKS; c++)
                sums[i][c] *= factor;
              maximum[i] = most;
            }
          total[i] += warp_sum (weight);
        }

#pragma unroll
      for (int chunk = 0; chunk < CHUNKS; chunk++)
        if (first_d + chunk * CHUNK < d)
          {
            __syncthreads ();
            load_rows (tile_kv, in_v + first * v_stride, v_stride, n_keys,
                       first_d + chunk * CHUNK, d);
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

                    sums[i][2 * chunk]     += weight * left;
                    sums[i][2 * chunk + 1] += weight * right;
                  }
              }
          }
    }

#pragma unroll
  for (int i = 0; i < OF_WARP; i++)
#pragma unroll
    for (int c = 0; c < 2 * CHUNKS; c++)
      {
        const int column = first_d + c * WARP_SIZE + lane;

        if (own + i < n_q && column < d)
          store (y + (batch * shape.n_queries + first_q + own + i) * y_stride +
                 (long long) head * d + column, sums[i][c] / total[i]);
      }
}

template <typename Element, int CHUNKS>
static cudaError_t
launch_width (cudaStream_t               stream,
              const PiscesCudaAttention *how)
{
  const dim3      grid   = dim3 ((unsigned) ((how->n_queries + QUERIES - 1) /
                                             QUERIES),
                                 how->n_batch * how->n_heads,
                                 (how->head_dim + CHUNKS * CHUNK - 1) /
                                 (CHUNKS * CHUNK));
  const long long n_seen = how->first_position + how->n_queries;
  const Shape     shape  =
  {
    how->n_heads, how->n_kv_heads, how->head_dim, how->n_queries,
    n_seen < how->n_keys ? n_seen : how->n_keys, how->kv_rows_per_batch,
    how->causal, how->first_position, how->scale
  };

  LAUNCH ((attend<Element, CHUNKS>), grid, dim3 (N_THREADS), 0, stream,
          (Element *) how->y.data, how->y.row_stride,
          (const Element *) how->q.data, how->q.row_stride,
          (const Element *) how->k.data, how->k.row_stride,
          (const Element *) how->v.data, how->v.row_stride, shape);
  return cudaGetLastError ();
}

template <typename Element>
static cudaError_t
launch (cudaStream_t               stream,
        const PiscesCudaAttention *how)
{
  if (how->head_dim <= CHUNK)
    return launch_width<Element, 1> (stream, how);
  if (how->head_dim <= 2 * CHUNK)
    return launch_width<Element, 2> (stream, how);
  return launch_width<Element, 4> (stream, how);
}

extern "C" cudaError_t
pisces_cuda_attention (cudaStream_t               stream,
                       const PiscesCudaAttention *how,
                       float                     *scratch)
{
  if (how->n_queries == 0 || how->n_keys == 0)
    return cudaSuccess;
  if (how->y.type != how->q.type || how->k.type != how->q.type ||
      how->v.type != how->q.type)
    return cudaErrorInvalidValue;
  if (pisces_cuda_attention_scratch (how))
    return pisces_cuda_attention_split (stream, how, scratch);
  if (pisces_cuda_attention_by_tiles (how))
    return how->head_dim <= ATTENTION_TILES_WIDTH
           ? pisces_cuda_attention_tiles (stream, how)
           : pisces_cuda_attention_wide (stream, how);
  if (how->bias || how->starts || how->positions)
    return pisces_cuda_attention_uneven (stream, how);
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, how);
    }, how->q.type);
}
