/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sampling.h: the launcher of sample.cu.
 */

#pragma once

#include <cuda_runtime_api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The settings as in engine/samplers/text-sampler.c, and uniform, a random number that is
 * at least 0 and less than 1.  */
typedef struct
{
  float   temperature;
  double  top_p;
  double  uniform;
} PiscesCudaSampling;

/* Writes the token to id, in device memory; -1 if no logit is a number.  */
cudaError_t  pisces_cuda_sample        (cudaStream_t          stream,
                                        int                  *id,
                                        const float          *logits,
                                        int                   n,
                                        PiscesCudaSampling    sampling);

#ifdef __cplusplus
}
#endif
