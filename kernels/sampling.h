/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sampling.h: the launcher of sample.cu.
 */

#pragma once

#include <cuda_runtime_api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As engine/samplers/text-sampler.c takes them; uniform is from 0 up to, but
 * not, 1.  */
typedef struct
{
  float   temperature;
  double  top_p;
  double  uniform;
} PiscesCudaSampling;

/* id is in device memory; -1 where no logit is a number.  */
cudaError_t  pisces_cuda_sample        (cudaStream_t          stream,
                                        int                  *id,
                                        const float          *logits,
                                        int                   n,
                                        PiscesCudaSampling    sampling);

#ifdef __cplusplus
}
#endif
