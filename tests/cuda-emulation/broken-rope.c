/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * broken-rope.c: a plausible mistake, planted: every sequence begins one
 * position too far.
 */

#include "kernels/kernels.h"

cudaError_t __real_pisces_cuda_rope (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows x,
                                     const float *frequencies, long long n_rows, int n_heads,
                                     int head_dim, long long rows_per_sequence,
                                     long long first_position, int interleaved);
cudaError_t __wrap_pisces_cuda_rope (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows x,
                                     const float *frequencies, long long n_rows, int n_heads,
                                     int head_dim, long long rows_per_sequence,
                                     long long first_position, int interleaved);

cudaError_t
__wrap_pisces_cuda_rope (cudaStream_t    stream,
                         PiscesCudaType  type,
                         PiscesCudaRows  x,
                         const float    *frequencies,
                         long long       n_rows,
                         int             n_heads,
                         int             head_dim,
                         long long       rows_per_sequence,
                         long long       first_position,
                         int             interleaved)
{
  return __real_pisces_cuda_rope (stream, type, x, frequencies, n_rows, n_heads, head_dim,
                                  rows_per_sequence, first_position + 1, interleaved);
}
