/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention-choice.h: which attention of many queries runs on tensor cores.
 * attention.cu needs this, and so do the tests that count what it does.
 */

#pragma once

#include "kernels/kernels.h"


/* The widest head for whose sums a block has enough registers.  */
#define ATTENTION_TILES_WIDTH 128

/* Tensor cores take elements of 16 bits, where every row of every head consists of
 * whole vectors of 8.  A bias is left to attention_uneven.cu: the networks that have
 * one, as T5, run once for a picture, over some hundred words.  Wide heads of unequal
 * lengths are left to it too, because no network has them.  */
static inline int
pisces_cuda_attention_by_tiles (const PiscesCudaAttention *how)
{
  const PiscesCudaRows all[] = { how->y, how->q, how->k, how->v };

  for (int i = 0; i < 4; i++)
    if ((size_t) all[i].data % 16 != 0 || all[i].row_stride % 8 != 0)
      return 0;
  return how->q.type != PISCES_CUDA_F32 && how->head_dim % 8 == 0 && ! how->bias &&
         (how->head_dim <= ATTENTION_TILES_WIDTH || (! how->starts && ! how->positions));
}
