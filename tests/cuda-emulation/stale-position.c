/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stale-position.c: a plausible mistake, planted: attention takes the position
 * that it was launched with, which in a graph is that of the capture.
 */

#include "kernels/kernels.h"

cudaError_t __real_pisces_cuda_attention (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows y,
                                          PiscesCudaRows q, PiscesCudaRows k, PiscesCudaRows v,
                                          const PiscesCudaAttention *shape, float *scratch);
cudaError_t __wrap_pisces_cuda_attention (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows y,
                                          PiscesCudaRows q, PiscesCudaRows k, PiscesCudaRows v,
                                          const PiscesCudaAttention *shape, float *scratch);

cudaError_t
__wrap_pisces_cuda_attention (cudaStream_t               stream,
                              PiscesCudaType             type,
                              PiscesCudaRows             y,
                              PiscesCudaRows             q,
                              PiscesCudaRows             k,
                              PiscesCudaRows             v,
                              const PiscesCudaAttention *shape,
                              float                     *scratch)
{
  PiscesCudaAttention stale = *shape;

  stale.position = NULL;
  return __real_pisces_cuda_attention (stream, type, y, q, k, v, &stale, scratch);
}
