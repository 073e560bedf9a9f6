/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_rows.h: how 64 rows of q, k or v come into shared memory, for attention by
 * tensor cores.  They are read by vectors of 8 elements of 16 bits and wait in
 * registers, so that they can be on their way while others are multiplied.
 *
 * Queries and keys lie there by rows.  The product with the values takes the values of
 * two keys in a column as one word, so values lie there by pairs of rows.  From one row
 * to the next there are 8 elements more than a row has, or from one pair to the next 8
 * words: a warp that reads its pieces of a product then reads 32 different banks.
 */

#pragma once

#include "kernels/cuda.h"


/* So many queries a block has, and so many keys it takes at a time.  fetch_rows() needs
 * that they are as many.  */
#define QUERIES   64
#define KEYS      QUERIES
#define N_THREADS 128

/* How COLUMNS columns of a head, a multiple of 32, lie in shared memory.
 *
 *   STRIDE    elements from one row to the next, or words from one pair to the next
 *   SECOND    of 8 columns of a pair, the last 4 lie so many words behind the first 4:
 *             this way neighbouring threads write to neighbouring words
 *   GROUP     so many threads share a row, a vector each at a time
 *   LINES     so many rows, or pairs, the block moves at a time
 *   ROWS      rows that a thread moves one after another, LINES apart
 *   PAIRS     pairs that it moves instead, where values are moved
 *   VECTORS   vectors of a row that it moves, GROUP apart
 *
 * Because all of a thread's vectors lie at fixed distances, it needs few registers for
 * addresses.  */
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

/* Reads this thread's vectors of some rows, and takes zeros where there is none.  in is
 * its first vector; n_rows and n_columns count from there on.  */
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

/* The same for rows that will lie in pairs: a thread reads two neighbours.  */
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

/* Puts each element of a beside that of b: two words of each become four.  */
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
