/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention-choice.h: which attention of many queries runs on tensor cores,
 * for attention.cu, and for those who count what it does.
 */

#pragma once

#include "kernels/kernels.h"


/* Elements of 16 bits, and every row of every head made of vectors of 8.  */
static inline int
pisces_cuda_attention_by_tiles (PiscesCudaType             type,
                                PiscesCudaRows             y,
                                PiscesCudaRows             q,
                                PiscesCudaRows             k,
                                PiscesCudaRows             v,
                                const PiscesCudaAttention *shape)
{
  const PiscesCudaRows all[] = { y, q, k, v };

  for (int i = 0; i < 4; i++)
    if ((size_t) all[i].data % 16 != 0 || all[i].row_stride % 8 != 0)
      return 0;
  return type != PISCES_CUDA_F32 && shape->head_dim % 8 == 0;
}
