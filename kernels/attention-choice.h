/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention-choice.h: which attention of many queries runs on tensor cores,
 * for attention.cu, and for those who count what it does.
 */

#pragma once

#include "kernels/kernels.h"


/* The widest head whose sums a block has in its registers.  */
#define ATTENTION_TILES_WIDTH 128

/* Elements of 16 bits, and every row of every head made of vectors of 8.  A bias
 * is left to attention_uneven.cu: networks that have one, as T5, run once a
 * picture over some hundred words.  So are wide heads of unequal lengths, which no
 * network has.  */
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
