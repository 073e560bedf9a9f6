/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention.h: the ways to attend, one a file; attention.cu has the launcher
 * of kernels.h, which chooses, and knows that there are queries and keys.
 */

#pragma once

#include "kernels/cuda.h"


/* One query of each of the batch; scratch as
 * pisces_cuda_attention_scratch() says.  */
cudaError_t  pisces_cuda_attention_split (cudaStream_t               stream,
                                          PiscesCudaType             type,
                                          PiscesCudaRows             y,
                                          PiscesCudaRows             q,
                                          PiscesCudaRows             k,
                                          PiscesCudaRows             v,
                                          const PiscesCudaAttention *shape,
                                          float                     *scratch);

/* Of the first query.  */
static __device__ __forceinline__ long long
position_of (const PiscesCudaAttention &shape)
{
  return shape.position ? *shape.position : shape.first_position;
}
