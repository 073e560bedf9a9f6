/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_rows.h: how 64 rows of q, k or v come into shared memory, for
 * attention by tensor cores: by vectors of 8 elements of 16 bits, through
 * registers, so that they can be on their way while others are multiplied.
 *
 * Queries and keys lie by rows.  The product with the values wants two keys'
 * values of a column in one word, so values lie by pairs of rows.  Rows are 8
 * elements, or words, longer than what they have, so that a warp that reads
 * its pieces of a product reads 32 different banks.
 */

#pragma once

#include "kernels/cuda.h"


/* Of a block, at a time; as many of the one as of the other.  */
#define QUERIES   64
#define KEYS      QUERIES
#define N_THREADS 128

/* COLUMNS of a head, a multiple of 32, in shared memory.  STRIDE: elements from
 * one row to the next, or words from one pair to the next.  Of 8 columns of a
 * pair the last 4 lie SECOND words behind the first, so that threads side by
 * side write side by side.
 *
 * A thread moves ROWS rows, or PAIRS pairs, that lie LINES apart, and of each
 * VECTORS vectors that lie GROUP apart: few addresses, few registers.  */
template <int COLUMNS>
struct Held
{
  enum
  {
    STRIDE  = COLUMNS + 8,
    SECOND  = COLUMNS / 2 + 4,
    GROUP   = COLUMNS % 64 == 0 ? 8 : 4,
    LINES   = N_THREADS / GROUP,
    ROWS    = KEYS / LINES,
    PAIRS   = KEYS / 2 / LINES,
    VECTORS = COLUMNS / 8 / GROUP
  };
};

/* Rows on their way to shared memory, zeros where there are none.  in: this
 * thread's first vector; n_rows, n_columns: from there on.  */
template <int COLUMNS, typename Element>
static __device__ __forceinline__ void
fetch_rows (uint4          next[Held<COLUMNS>::ROWS][Held<COLUMNS>::VECTORS],
            const Element *in,
            long long      stride,
            int            n_rows,
            int            n_columns)
{
  typedef Held<COLUMNS> Here;

#pragma unroll
  for (int i = 0; i < Here::ROWS; i++)
#pragma unroll
    for (int j = 0; j < Here::VECTORS; j++)
      {
        const int row    = i * Here::LINES;
        const int column = j * Here::GROUP * 8;

        next[i][j] = row < n_rows && column < n_columns
                     ? *(const uint4 *) (in + row * stride + column)
                     : make_uint4 (0, 0, 0, 0);
      }
}

template <int COLUMNS, typename Element>
static __device__ __forceinline__ void
put_rows (Element     *tile,
          const uint4  next[Held<COLUMNS>::ROWS][Held<COLUMNS>::VECTORS])
{
  typedef Held<COLUMNS> Here;

  Element *to = tile + threadIdx.x / Here::GROUP * Here::STRIDE +
                threadIdx.x % Here::GROUP * 8;

#pragma unroll
  for (int i = 0; i < Here::ROWS; i++)
#pragma unroll
    for (int j = 0; j < Here::VECTORS; j++)
      *(uint4 *) (to + i * Here::LINES * Here::STRIDE + j * Here::GROUP * 8) =
        next[i][j];
}

/* The same of neighbouring rows, which are to lie in pairs.  */
template <int COLUMNS, typename Element>
static __device__ __forceinline__ void
fetch_pairs (uint4          next[Held<COLUMNS>::PAIRS]
                                [Held<COLUMNS>::VECTORS][2],
             const Element *in,
             long long      stride,
             int            n_rows,
             int            n_columns)
{
  typedef Held<COLUMNS> Here;

#pragma unroll
  for (int i = 0; i < Here::PAIRS; i++)
#pragma unroll
    for (int j = 0; j < Here::VECTORS; j++)
#pragma unroll
      for (int k = 0; k < 2; k++)
        {
          const int row    = i * Here::LINES * 2 + k;
          const int column = j * Here::GROUP * 8;

          next[i][j][k] = row < n_rows && column < n_columns
                          ? *(const uint4 *) (in + row * stride + column)
                          : make_uint4 (0, 0, 0, 0);
        }
}

/* The elements of a, each beside that of b.  */
static __device__ __forceinline__ uint4
paired (unsigned a0,
        unsigned b0,
        unsigned a1,
        unsigned b1)
{
  const unsigned low  = 0x5410;
  const unsigned high = 0x7632;

  return make_uint4 (__byte_perm (a0, b0, low), __byte_perm (a0, b0, high),
                     __byte_perm (a1, b1, low), __byte_perm (a1, b1, high));
}

template <int COLUMNS>
static __device__ __forceinline__ void
put_pairs (unsigned    *tile,
           const uint4  next[Held<COLUMNS>::PAIRS][Held<COLUMNS>::VECTORS][2])
{
  typedef Held<COLUMNS> Here;

  unsigned *to = tile + threadIdx.x / Here::GROUP * Here::STRIDE +
                 threadIdx.x % Here::GROUP * 4;

#pragma unroll
  for (int i = 0; i < Here::PAIRS; i++)
#pragma unroll
    for (int j = 0; j < Here::VECTORS; j++)
      {
        const uint4  a      = next[i][j][0];
        const uint4  b      = next[i][j][1];
        unsigned    *first  = to + i * Here::LINES * Here::STRIDE +
                              j * Here::GROUP * 4;
        unsigned    *second = first + Here::SECOND;

        *(uint4 *) first  = paired (a.x, b.x, a.y, b.y);
        *(uint4 *) second = paired (a.z, b.z, a.w, b.w);
      }
}
