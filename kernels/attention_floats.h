/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention_floats.h: the tiles of attention without tensor cores, and how rows of q,
 * k or v come into them.
 */

#pragma once

#include "kernels/cuda.h"


#define QUERIES      32
#define KEYS         32
#define CHUNK        64
#define N_WARPS      8
#define N_THREADS    (N_WARPS * WARP_SIZE)
#define OF_WARP      (QUERIES / N_WARPS)
#define STRIDE       (CHUNK + 4)

/* Fills a tile with CHUNK columns of some rows, and with zeros where there is no row or
 * no column.  */
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
