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

/* Many queries of 16 bits, rows and heads made of vectors of 16 bytes, on
 * tensor cores: heads up to ATTENTION_TILES_WIDTH, and wider ones.  */
#define ATTENTION_TILES_WIDTH 128

cudaError_t  pisces_cuda_attention_tiles (cudaStream_t               stream,
                                          PiscesCudaType             type,
                                          PiscesCudaRows             y,
                                          PiscesCudaRows             q,
                                          PiscesCudaRows             k,
                                          PiscesCudaRows             v,
                                          const PiscesCudaAttention *shape);
cudaError_t  pisces_cuda_attention_wide  (cudaStream_t               stream,
                                          PiscesCudaType             type,
                                          PiscesCudaRows             y,
                                          PiscesCudaRows             q,
                                          PiscesCudaRows             k,
                                          PiscesCudaRows             v,
                                          const PiscesCudaAttention *shape);

/* Of the first query.  */
static __device__ __forceinline__ long long
position_of (const PiscesCudaAttention &shape)
{
  return shape.position ? *shape.position : shape.first_position;
}
