/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_split.cu: attention of one query for each sequence, as in
 * decoding: y = softmax (q kᵀ scale) v for every head.
 *
 * Reads q, k and v, writes y like q.  Bound by the reading of k and v.  Heads
 * that share keys read them each for itself, mostly from the second cache.
 *
 * The keys are split among blocks of 4 warps.  A warp takes 4 keys at once, and its
 * lanes lie along the head.  Another kernel then brings the parts together, in one
 * order.
 *
 * How many keys a split has depends on how many there is room for, not on how many are
 * seen.  A launch that reads the position from device memory has a block for every
 * split that there is room for; so it gives the same bits as one that knows the
 * position.
 */

#include "kernels/attention.h"
#include "kernels/thresholds.h"


#define SPLIT_WARPS  4
#define SPLIT_KEYS   64          /* a block has so many keys at least */
#define MAX_SPLITS   64          /* the keys are split into so many parts at most */
#define SPLIT_CHUNKS 8           /* a head has so many times 32 columns at most */
#define AT_ONCE      4           /* a warp takes so many keys at once */

/* Writes to parts[batch * head][split] the largest score, the sum of the weights and the
 * weighted sums of the values.  A split behind the last key that is seen has nothing to
 * do.  */
template <typename Element>
static __global__ void
__launch_bounds__ (SPLIT_WARPS * WARP_SIZE, SPLIT_BLOCKS)
attend_split (float               *parts,
              PiscesCudaAttention  how,
              int                  n_splits,
              long long            split_keys)
{
  __shared__ float  maxima[SPLIT_WARPS];
  __shared__ float  totals[SPLIT_WARPS];
  __shared__ float  all[SPLIT_WARPS][SPLIT_CHUNKS * WARP_SIZE];
  const int         lane     = threadIdx.x % WARP_SIZE;
  const int         warp     = threadIdx.x / WARP_SIZE;
  const int         head     = blockIdx.y % how.n_heads;
  const int         d        = how.head_dim;
  const int         kv_head  = head / (how.n_heads / how.n_kv_heads);
  const long long   k_stride = how.k.row_stride;
  const long long   v_stride = how.v.row_stride;
  const Sequence    sequence = sequence_of (how, blockIdx.y / how.n_heads);
  const Element    *in_q     = (const Element *) how.q.data +
                               (long long) sequence.q_row * how.q.row_stride +
                               (long long) head * d;
  const Element    *in_k     = (const Element *) how.k.data +
                               (long long) sequence.kv_row * k_stride +
                               (long long) kv_head * d;
  const Element    *in_v     = (const Element *) how.v.data +
                               (long long) sequence.kv_row * v_stride +
                               (long long) kv_head * d;
  const long long   n_see    = sequence.n_keys;
  const long long   begin    = blockIdx.x * split_keys;
  const long long   end      = begin + split_keys < n_see ? begin + split_keys
                                                          : n_see;
  float            *part     = parts + ((long long) blockIdx.y * n_splits +
                                        blockIdx.x) * (d + 2);
  float             maximum  = -INFINITY;
  float             total    = 0.0f;
  float             query[SPLIT_CHUNKS];
  float             sums[SPLIT_CHUNKS];
  float             most     = -INFINITY;
  float             sum      = 0.0f;

  if (begin >= n_see)
    return;

#pragma unroll
  for (int c = 0; c < SPLIT_CHUNKS; c++)
    {
      const int column = c * WARP_SIZE + lane;

      query[c] = column < d ? to_float (in_q[column]) * how.scale : 0.0f;
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
merge_splits (const float         *parts,
              PiscesCudaAttention  how,
              int                  n_splits,
              long long            split_keys)
{
  const int       d        = how.head_dim;
  const Sequence  sequence = sequence_of (how, blockIdx.x / how.n_heads);
  const float    *part     = parts + (long long) blockIdx.x * n_splits * (d + 2);
  Element        *out      = (Element *) how.y.data +
                             (long long) sequence.q_row * how.y.row_stride +
                             (long long) (blockIdx.x % how.n_heads) * d;
  const int       n_used   = (int) ((sequence.n_keys + split_keys - 1) /
                                    split_keys);
  float           most     = -INFINITY;
  float           total    = 0.0f;

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

/* How many keys a split has; 0: such attention is not for this file.  */
static long long
keys_of_split (const PiscesCudaAttention *how)
{
  const long long keys = (how->n_keys + MAX_SPLITS - 1) / MAX_SPLITS;

  if (how->n_queries != 1 || how->head_dim > SPLIT_CHUNKS * WARP_SIZE ||
      how->starts || how->bias)
    return 0;
  return keys < SPLIT_KEYS ? SPLIT_KEYS : keys;
}

template <typename Element>
static cudaError_t
launch (cudaStream_t               stream,
        const PiscesCudaAttention *how,
        float                     *scratch)
{
  const long long keys     = keys_of_split (how);
  const unsigned  n_heads  = (unsigned) (how->n_batch * how->n_heads);
  const int       n_splits = (int) ((how->n_keys + keys - 1) / keys);
  long long       n_see    = how->n_keys;
  cudaError_t     status;

  if (! how->positions && how->first_position + 1 < n_see)
    n_see = how->first_position + 1;

  LAUNCH (attend_split<Element>,
          dim3 ((unsigned) ((n_see + keys - 1) / keys), n_heads),
          dim3 (SPLIT_WARPS * WARP_SIZE), 0, stream, scratch, *how, n_splits,
          keys);
  status = cudaGetLastError ();
  if (status != cudaSuccess)
    return status;

  LAUNCH (merge_splits<Element>, dim3 (n_heads),
          dim3 (SPLIT_WARPS * WARP_SIZE), 0, stream, scratch, *how, n_splits,
          keys);
  return cudaGetLastError ();
}

extern "C" long long
pisces_cuda_attention_scratch (const PiscesCudaAttention *how)
{
  const long long keys = keys_of_split (how);

  return keys == 0 ? 0 : (how->n_keys + keys - 1) / keys * how->n_batch *
                         how->n_heads * (how->head_dim + 2);
}

cudaError_t
pisces_cuda_attention_split (cudaStream_t               stream,
                             const PiscesCudaAttention *how,
                             float                     *scratch)
{
  return dispatch (AnyType (), [&] (auto element)
    {
      return launch<decltype (element)> (stream, how, scratch);
    }, how->q.type);
}
