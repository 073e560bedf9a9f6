/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_tiles.h: the pieces of attention by tensor cores (Dao, arXiv
 * 2307.08691, algorithm 1), for attention_tiles.cu and attention_wide.cu.  These
 * differ in how much of a head a block holds at once.
 *
 * A block of 4 warps has 64 queries of a head and takes 64 keys at a time.  A
 * warp has 16 of the queries and all of the keys, so the scores of a query are in the
 * registers of 4 lanes, which do the online softmax in float32.  Rounded to 16 bits,
 * the weights that come of it can go straight into the second product: a lane has the
 * sums of the first product in just the places where the second wants the elements of
 * its left side.
 */

#pragma once

#include "kernels/attention.h"
#include "kernels/attention_rows.h"
#include "kernels/product.h"


#define N_WARPS     (N_THREADS / WARP_SIZE)
#define OF_WARP     (QUERIES / N_WARPS)
#define SCORE_TILES (KEYS / 8)

/* What a block reads and writes.  Each pointer is to the first column of its head in the
 * first row that concerns it.  */
template <typename Element>
struct Part
{
  Element       *y;
  const Element *q, *k, *v;
  int            n_q;            /* queries of the block */
  int            sees;           /* how many keys the first of them sees */
  int            n_see;          /* and how many the last */
};

/* The softmax so far of the two rows that a lane has, lane / 4 and 8 further on: the
 * largest score, and the sum of this lane's weights beside that score.  */
struct Softmax
{
  float maximum[2];
  float total[2];
};

/* n_q is 0 or less for a block that has no queries, because its sequence is shorter than
 * others.  */
template <typename Element>
static __device__ __forceinline__ Part<Element>
part_of_block (const PiscesCudaAttention &how,
               Sequence                   sequence)
{
  const int       head     = blockIdx.y % how.n_heads;
  const int       kv_head  = head / (how.n_heads / how.n_kv_heads);
  /* The last queries see most keys and take longest, so they begin first.  */
  const int       first    = QUERIES * (gridDim.x - 1 - blockIdx.x);
  const long long row      = sequence.q_row + first;
  const long long kv_row   = sequence.kv_row;
  const long long column   = (long long) head * how.head_dim;
  const long long kv       = (long long) kv_head * how.head_dim;
  const int       left     = sequence.n_queries - first;
  Part<Element>   part;

  part.y     = (Element *) how.y.data + row * how.y.row_stride + column;
  part.q     = (const Element *) how.q.data + row * how.q.row_stride + column;
  part.k     = (const Element *) how.k.data + kv_row * how.k.row_stride + kv;
  part.v     = (const Element *) how.v.data + kv_row * how.v.row_stride + kv;
  part.n_q   = left < QUERIES ? left : QUERIES;
  part.n_see = sequence.n_keys;
  part.sees  = how.causal ? sequence.position + first + 1 : part.n_see;
  if (how.causal && part.sees + part.n_q - 1 < part.n_see)
    part.n_see = part.sees + part.n_q - 1;
  return part;
}

/* Reads a warp's queries as the left side of a product, 16 columns for each step.  */
template <int COLUMNS, int STEPS, typename Element>
static __device__ __forceinline__ void
read_queries (unsigned       a[STEPS][4],
              const Element *queries)
{
  const int      lane   = threadIdx.x % WARP_SIZE;
  const int      STRIDE = Held<COLUMNS>::STRIDE;
  const Element *row    = queries + lane / 4 * STRIDE + lane % 4 * 2;

#pragma unroll
  for (int step = 0; step < STEPS; step++)
    {
      a[step][0] = two_elements (row + 16 * step);
      a[step][1] = two_elements (row + 16 * step + 8 * STRIDE);
      a[step][2] = two_elements (row + 16 * step + 8);
      a[step][3] = two_elements (row + 16 * step + 8 * STRIDE + 8);
    }
}

/* scores += q kᵀ */
template <int COLUMNS, int STEPS, typename Element>
static __device__ __forceinline__ void
add_scores (float           scores[SCORE_TILES][4],
            const unsigned  a[STEPS][4],
            const Element  *keys)
{
  const int      lane   = threadIdx.x % WARP_SIZE;
  const int      STRIDE = Held<COLUMNS>::STRIDE;
  const Element *row    = keys + lane / 4 * STRIDE + lane % 4 * 2;

#pragma unroll
  for (int step = 0; step < STEPS; step++)
#pragma unroll
    for (int j = 0; j < SCORE_TILES; j++)
      {
        const unsigned b[2] =
        {
          two_elements (row + 8 * j * STRIDE + 16 * step),
          two_elements (row + 8 * j * STRIDE + 16 * step + 8)
        };

        warp_multiply (scores[j], a[step], b, Element ());
      }
}

/* This is a single instruction.  exp2f() does more only for results that are too small
 * to be normal numbers, and weights as small as these do not count here.  */
static __device__ __forceinline__ float
power_of_two (float x)
{
#if defined (__CUDA_ARCH__)
  float y;

  asm ("ex2.approx.ftz.f32 %0, %1;" : "=f" (y) : "f" (x));
  return y;
#else
  return exp2f (x);
#endif
}

/* Turns scores into weights.  What was summed up to now must be multiplied by factor,
 * as the largest score may have grown.  first is the first key of the tile, and own the
 * warp's first query.  */
template <typename Element>
static __device__ __forceinline__ void
soften (float                scores[SCORE_TILES][4],
        float                factor[2],
        Softmax             &softmax,
        const Part<Element> &part,
        int                  first,
        int                  own,
        float                scale)
{
  const int   lane   = threadIdx.x % WARP_SIZE;
  const float base_2 = scale * 1.44269504f;

#pragma unroll
  for (int half = 0; half < 2; half++)
    {
      const int sees = part.sees + own + lane / 4 + 8 * half;
      const int left = (sees < part.n_see ? sees : part.n_see) - first;
      float     most = softmax.maximum[half];
      float     zero;

      if (left < KEYS)
#pragma unroll
        for (int j = 0; j < SCORE_TILES; j++)
#pragma unroll
          for (int i = 0; i < 2; i++)
            if (8 * j + lane % 4 * 2 + i >= left)
              scores[j][2 * half + i] = -INFINITY;

#pragma unroll
      for (int j = 0; j < SCORE_TILES; j++)
        most = fmaxf (most, fmaxf (scores[j][2 * half],
                                   scores[j][2 * half + 1]));
      most = fmaxf (most, __shfl_xor_sync (0xffffffffu, most, 1));
      most = fmaxf (most, __shfl_xor_sync (0xffffffffu, most, 2));

      factor[half] = power_of_two ((softmax.maximum[half] - most) * base_2);
      softmax.maximum[half] = most;
      softmax.total[half]  *= factor[half];
      zero                  = most * base_2;
#pragma unroll
      for (int j = 0; j < SCORE_TILES; j++)
#pragma unroll
        for (int i = 0; i < 2; i++)
          {
            const float weight = power_of_two (scores[j][2 * half + i] *
                                               base_2 - zero);

            scores[j][2 * half + i] = weight;
            softmax.total[half]    += weight;
          }
    }
}

static __device__ __forceinline__ unsigned
two_rounded (float  a,
             float  b,
             __half)
{
  const __half2 pair = __floats2half2_rn (a, b);
  unsigned      two;

  memcpy (&two, &pair, sizeof (two));
  return two;
}

static __device__ __forceinline__ unsigned
two_rounded (float a,
             float b,
             __nv_bfloat16)
{
  const __nv_bfloat162 pair = __floats2bfloat162_rn (a, b);
  unsigned             two;

  memcpy (&two, &pair, sizeof (two));
  return two;
}

/* sums = sums factor + weights v */
template <int COLUMNS, typename Element>
static __device__ __forceinline__ void
add_values (float           sums[COLUMNS / 8][4],
            const float     factor[2],
            const float     weights[SCORE_TILES][4],
            const unsigned *values,
            Element         tag)
{
  const int       lane   = threadIdx.x % WARP_SIZE;
  const int       STRIDE = Held<COLUMNS>::STRIDE;
  const unsigned *column = values + lane % 4 * STRIDE +
                           lane / 16 * Held<COLUMNS>::SECOND + lane / 4 % 4;

#pragma unroll
  for (int n = 0; n < COLUMNS / 8; n++)
#pragma unroll
    for (int i = 0; i < 4; i++)
      sums[n][i] *= factor[i / 2];

#pragma unroll
  for (int step = 0; step < KEYS / 16; step++)
    {
      const float   *left  = weights[2 * step];
      const float   *right = weights[2 * step + 1];
      const unsigned a[4]  =
      {
        two_rounded (left[0], left[1], tag),
        two_rounded (left[2], left[3], tag),
        two_rounded (right[0], right[1], tag),
        two_rounded (right[2], right[3], tag)
      };

#pragma unroll
      for (int n = 0; n < COLUMNS / 8; n++)
        {
          const unsigned b[2] =
          {
            column[8 * step * STRIDE + 4 * n],
            column[(8 * step + 4) * STRIDE + 4 * n]
          };

          warp_multiply (sums[n], a, b, tag);
        }
    }
}

/* Divides what a warp has summed by the sum of its weights, and writes it.  y is the
 * first of the columns in the row of the warp's first query.  */
template <int COLUMNS, typename Element>
static __device__ __forceinline__ void
store_sums (Element     *y,
            long long    stride,
            const float  sums[COLUMNS / 8][4],
            Softmax      softmax,
            int          n_rows,
            int          n_columns)
{
  const int lane = threadIdx.x % WARP_SIZE;

#pragma unroll
  for (int half = 0; half < 2; half++)
    {
      const int  row   = lane / 4 + 8 * half;
      Element   *out   = y + row * stride + lane % 4 * 2;
      float      total = softmax.total[half];
      float      share;

      total += __shfl_xor_sync (0xffffffffu, total, 1);
      total += __shfl_xor_sync (0xffffffffu, total, 2);
      share  = 1.0f / total;
#pragma unroll
      for (int n = 0; n < COLUMNS / 8; n++)
        if (row < n_rows && 8 * n < n_columns)
          *(unsigned *) (out + 8 * n) =
            two_rounded (within (sums[n][2 * half] * share, Element ()),
                         within (sums[n][2 * half + 1] * share, Element ()),
                         Element ());
    }
}
