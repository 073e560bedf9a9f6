/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention.cu: y = softmax (q kᵀ scale) v for every head, by the online
 * softmax (Milakov and Gimelshein, arXiv 1805.02867; Dao et al., arXiv
 * 2205.14135, algorithm 1): no array grows with queries times keys.
 *
 * Reads q, k and v, writes y like q; 4 * n_queries * n_keys * head_dim
 * operations a head.  Many queries are bound by float32 arithmetic (tensor
 * cores are not used), one query by the reading of k and v.
 *
 * Many queries: a block of 8 warps for 32 queries of a head, 4 queries a
 * warp; k and v come through 8.5 KiB of shared memory, 32 keys by 64 columns
 * at a time, so that heads of any width fit; a lane has the score of one key
 * and, of the sums, 2 columns in each 64.  One query: the keys are split
 * among blocks, a warp takes 4 keys at once, lanes side by side along the
 * head; another kernel brings the parts together, in one order.  How many keys
 * a split has depends on how many there may be, not on how many are seen, so
 * that launches which read the position from device memory, and have a block
 * for every split there may be, give the same bits.  Heads that share keys read
 * them each for itself, mostly from the second cache.
 */

#include "kernels/cuda.h"


#define QUERIES      32
#define KEYS         32
#define CHUNK        64
#define N_WARPS      8
#define N_THREADS    (N_WARPS * WARP_SIZE)
#define OF_WARP      (QUERIES / N_WARPS)
#define STRIDE       (CHUNK + 4)

/* The split over keys: keys of a block at least, and parts at most.  */
#define SPLIT_WARPS  4
#define SPLIT_KEYS   64
#define MAX_SPLITS   64
#define SPLIT_CHUNKS 8           /* of 32 columns */
#define AT_ONCE      4

static __device__ __forceinline__ long long
position_of (const PiscesCudaAttention &shape)
{
  return shape.position ? *shape.position : shape.first_position;
}

/* Keys that a single query sees.  */
static __device__ __forceinline__ long long
seen_by_one (const PiscesCudaAttention &shape)
{
  const long long n = shape.causal ? position_of (shape) + 1 : shape.n_keys;

  return n < shape.n_keys ? n : shape.n_keys;
}

/* Rows of a tile, CHUNK columns, zeros where there are none.  */
template <typename Element>
static __device__ __forceinline__ void
load_rows (float          tile[][STRIDE],
           const Element *in,
           long long      stride,
           int            n_rows,
           int            first_column,
           int            width)
{
  for (int i = threadIdx.x; i < KEYS * CHUNK; i += N_THREADS)
    {
      const int row    = i / CHUNK;
      const int column = first_column + i % CHUNK;

      tile[row][i % CHUNK] = row < n_rows && column < width
                             ? to_float (in[row * stride + column]) : 0.0f;
    }
}

template <typename Element, int CHUNKS>
static __global__ void
__launch_bounds__ (N_THREADS)
attend (Element             *y,
        long long            y_stride,
        const Element       *q,
        long long            q_stride,
        const Element       *k,
        long long            k_stride,
        const Element       *v,
        long long            v_stride,
        PiscesCudaAttention  shape)
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
  const long long   position = position_of (shape);
  long long         n_see    = shape.n_keys;
  float             maximum[OF_WARP];
  float             total[OF_WARP];
  float             sums[OF_WARP][2 * CHUNKS];

  /* What the last of the queries sees.  */
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

/* parts[batch * head][split]: the maximum, the total, the sums.  Splits behind
 * the last key that is seen have nothing to do.  */
template <typename Element>
static __global__ void
__launch_bounds__ (SPLIT_WARPS * WARP_SIZE)
attend_split (float               *parts,
              const Element       *q,
              long long            q_stride,
              const Element       *k,
              long long            k_stride,
              const Element       *v,
              long long            v_stride,
              PiscesCudaAttention  shape,
              int                  n_splits,
              long long            split_keys)
{
  __shared__ float  maxima[SPLIT_WARPS];
  __shared__ float  totals[SPLIT_WARPS];
  __shared__ float  all[SPLIT_WARPS][SPLIT_CHUNKS * WARP_SIZE];
  const int         lane    = threadIdx.x % WARP_SIZE;
  const int         warp    = threadIdx.x / WARP_SIZE;
  const int         head    = blockIdx.y % shape.n_heads;
  const int         batch   = blockIdx.y / shape.n_heads;
  const int         d       = shape.head_dim;
  const int         kv_head = head / (shape.n_heads / shape.n_kv_heads);
  const Element    *in_q    = q + batch * q_stride + (long long) head * d;
  const Element    *in_k    = k + batch * shape.kv_rows_per_batch * k_stride +
                              (long long) kv_head * d;
  const Element    *in_v    = v + batch * shape.kv_rows_per_batch * v_stride +
                              (long long) kv_head * d;
  const long long   n_see   = seen_by_one (shape);
  const long long   begin   = blockIdx.x * split_keys;
  const long long   end     = begin + split_keys < n_see ? begin + split_keys
                                                         : n_see;
  float            *part    = parts + ((long long) blockIdx.y * n_splits +
                                       blockIdx.x) * (d + 2);
  float             maximum = -INFINITY;
  float             total   = 0.0f;
  float             query[SPLIT_CHUNKS];
  float             sums[SPLIT_CHUNKS];
  float             most    = -INFINITY;
  float             sum     = 0.0f;

  if (begin >= n_see)
    return;

#pragma unroll
  for (int c = 0; c < SPLIT_CHUNKS; c++)
    {
      const int column = c * WARP_SIZE + lane;

      query[c] = column < d ? to_float (in_q[column]) * shape.scale : 0.0f;
      sums[c]  = 0.0f;
    }

  for (long long first = begin + warp * AT_ONCE; first < end;
       first += SPLIT_WARPS * AT_ONCE)
    {
      float score[AT_ONCE];
      float highest = maximum;
      float factor;

#pragma unroll
      for (int j = 0; j < AT_ONCE; j++)
        {
          score[j] = 0.0f;
#pragma unroll
          for (int c = 0; c < SPLIT_CHUNKS; c++)
            if (c * WARP_SIZE + lane < d && first + j < end)
              score[j] += query[c] * to_float (in_k[(first + j) * k_stride +
                                                    c * WARP_SIZE + lane]);
        }
#pragma unroll
      for (int j = 0; j < AT_ONCE; j++)
        {
          score[j] = warp_sum (score[j]);
          if (first + j < end)
            highest = fmaxf (highest, score[j]);
        }

      factor  = expf (maximum - highest);
      maximum = highest;
      total  *= factor;
#pragma unroll
      for (int j = 0; j < AT_ONCE; j++)
        {
          score[j] = first + j < end ? expf (score[j] - highest) : 0.0f;
          total   += score[j];
        }
#pragma unroll
      for (int c = 0; c < SPLIT_CHUNKS; c++)
        if (c * WARP_SIZE + lane < d)
          {
            sums[c] *= factor;
#pragma unroll
            for (int j = 0; j < AT_ONCE; j++)
              if (first + j < end)
                sums[c] += score[j] * to_float (in_v[(first + j) * v_stride +
                                                     c * WARP_SIZE + lane]);
          }
    }

#pragma unroll
  for (int c = 0; c < SPLIT_CHUNKS; c++)
    all[warp][c * WARP_SIZE + lane] = sums[c];
  if (lane == 0)
    {
      maxima[warp] = maximum;
      totals[warp] = total;
    }
  __syncthreads ();

  for (int w = 0; w < SPLIT_WARPS; w++)
    most = fmaxf (most, maxima[w]);
  for (int w = 0; w < SPLIT_WARPS; w++)
    sum += totals[w] * expf (maxima[w] - most);
  for (int column = threadIdx.x; column < d;
       column += SPLIT_WARPS * WARP_SIZE)
    {
      float value = 0.0f;

      for (int w = 0; w < SPLIT_WARPS; w++)
        value += all[w][column] * expf (maxima[w] - most);
      part[2 + column] = value;
    }
  if (threadIdx.x == 0)
    {
      part[0] = most;
      part[1] = sum;
    }
}

template <typename Element>
static __global__ void
__launch_bounds__ (SPLIT_WARPS * WARP_SIZE)
merge_splits (Element             *y,
              long long            y_stride,
              const float         *parts,
              PiscesCudaAttention  shape,
              int                  n_splits,
              long long            split_keys)
{
  const int    d      = shape.head_dim;
  const float *part   = parts + (long long) blockIdx.x * n_splits * (d + 2);
  Element     *out    = y + blockIdx.x / shape.n_heads * y_stride +
                        (long long) (blockIdx.x % shape.n_heads) * d;
  const int    n_used = (int) ((seen_by_one (shape) + split_keys - 1) /
                               split_keys);
  float        most   = -INFINITY;
  float        total  = 0.0f;

  for (int i = 0; i < n_used; i++)
    most = fmaxf (most, part[(long long) i * (d + 2)]);
  for (int i = 0; i < n_used; i++)
    total += part[(long long) i * (d + 2) + 1] *
             expf (part[(long long) i * (d + 2)] - most);

  for (int column = threadIdx.x; column < d;
       column += SPLIT_WARPS * WARP_SIZE)
    {
      float value = 0.0f;

      for (int i = 0; i < n_used; i++)
        value += part[(long long) i * (d + 2) + 2 + column] *
                 expf (part[(long long) i * (d + 2)] - most);
      store (out + column, value / total);
    }
}

/* Keys of one split, or 0 where the keys are not split.  */
static long long
keys_of_split (const PiscesCudaAttention *shape)
{
  long long keys = (shape->n_keys + MAX_SPLITS - 1) / MAX_SPLITS;

  if (shape->n_queries != 1 || shape->head_dim > SPLIT_CHUNKS * WARP_SIZE)
    return 0;
  return keys < SPLIT_KEYS ? SPLIT_KEYS : keys;
}

template <typename Element>
static cudaError_t
launch_split (cudaStream_t               stream,
              PiscesCudaRows             y,
              PiscesCudaRows             q,
              PiscesCudaRows             k,
              PiscesCudaRows             v,
              const PiscesCudaAttention *shape,
              float                     *scratch)
{
  const long long keys     = keys_of_split (shape);
  const unsigned  n_heads  = (unsigned) (shape->n_batch * shape->n_heads);
  const int       n_splits = (int) ((shape->n_keys + keys - 1) / keys);
  long long       n_see    = shape->n_keys;
  cudaError_t     status;

  if (shape->causal && ! shape->position && shape->first_position + 1 < n_see)
    n_see = shape->first_position + 1;

  LAUNCH (attend_split<Element>,
          dim3 ((unsigned) ((n_see + keys - 1) / keys), n_heads),
          dim3 (SPLIT_WARPS * WARP_SIZE), 0, stream, scratch,
          (const Element *) q.data, q.row_stride,
          (const Element *) k.data, k.row_stride,
          (const Element *) v.data, v.row_stride, *shape, n_splits, keys);
  status = cudaGetLastError ();
  if (status != cudaSuccess)
    return status;

  LAUNCH (merge_splits<Element>, dim3 (n_heads),
          dim3 (SPLIT_WARPS * WARP_SIZE), 0, stream, (Element *) y.data,
          y.row_stride, scratch, *shape, n_splits, keys);
  return cudaGetLastError ();
}

template <typename Element, int CHUNKS>
static cudaError_t
launch_tiles (cudaStream_t               stream,
              PiscesCudaRows             y,
              PiscesCudaRows             q,
              PiscesCudaRows             k,
              PiscesCudaRows             v,
              const PiscesCudaAttention *shape)
{
  const dim3 grid = dim3 ((unsigned) ((shape->n_queries + QUERIES - 1) /
                                      QUERIES),
                          shape->n_batch * shape->n_heads,
                          (shape->head_dim + CHUNKS * CHUNK - 1) /
                          (CHUNKS * CHUNK));

  LAUNCH ((attend<Element, CHUNKS>), grid, dim3 (N_THREADS), 0, stream,
          (Element *) y.data, y.row_stride,
          (const Element *) q.data, q.row_stride,
          (const Element *) k.data, k.row_stride,
          (const Element *) v.data, v.row_stride, *shape);
  return cudaGetLastError ();
}

template <typename Element>
static cudaError_t
launch (cudaStream_t               stream,
        PiscesCudaRows             y,
        PiscesCudaRows             q,
        PiscesCudaRows             k,
        PiscesCudaRows             v,
        const PiscesCudaAttention *shape,
        float                     *scratch)
{
  if (keys_of_split (shape))
    return launch_split<Element> (stream, y, q, k, v, shape, scratch);
  if (shape->head_dim <= CHUNK)
    return launch_tiles<Element, 1> (stream, y, q, k, v, shape);
  if (shape->head_dim <= 2 * CHUNK)
    return launch_tiles<Element, 2> (stream, y, q, k, v, shape);
  return launch_tiles<Element, 4> (stream, y, q, k, v, shape);
}

extern "C" long long
pisces_cuda_attention_scratch (const PiscesCudaAttention *shape)
{
  const long long keys = keys_of_split (shape);

  return keys == 0 ? 0 : (shape->n_keys + keys - 1) / keys * shape->n_batch *
                         shape->n_heads * (shape->head_dim + 2);
}

extern "C" cudaError_t
pisces_cuda_attention (cudaStream_t               stream,
                       PiscesCudaType             type,
                       PiscesCudaRows             y,
                       PiscesCudaRows             q,
                       PiscesCudaRows             k,
                       PiscesCudaRows             v,
                       const PiscesCudaAttention *shape,
                       float                     *scratch)
{
  if (shape->n_queries == 0 || shape->n_keys == 0)
    return cudaSuccess;
  return WITH_TYPE (type, launch, stream, y, q, k, v, shape, scratch);
}
