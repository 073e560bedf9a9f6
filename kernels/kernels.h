/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kernels.h: the launchers, one for each op that has a kernel.  They put work
 * on a stream and return at once; all pointers are to device memory, strides
 * are in elements.  Plain C without GLib, whose headers nvcc warns about.
 */

#pragma once

#include <cuda_runtime_api.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  PISCES_CUDA_F32,
  PISCES_CUDA_F16,
  PISCES_CUDA_BF16
} PiscesCudaType;

cudaError_t  pisces_cuda_rms_norm  (cudaStream_t    stream,
                                    PiscesCudaType  type,
                                    void           *y,
                                    long long       y_stride,
                                    const void     *x,
                                    long long       x_stride,
                                    const float    *weight,
                                    long long       n_rows,
                                    long long       width,
                                    float           epsilon);

#ifdef __cplusplus
}
#endif
