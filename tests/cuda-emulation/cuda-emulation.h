/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda-emulation.h: how a test controls the emulated device, and how it finds
 * out what was done with it.  Environment variables, which are read at the
 * first call, do the same from outside:
 *
 *   CUDA_EMULATION_ORDER    the order of threads and blocks: 0 forward,
 *                           1 reversed, others shuffle by that seed
 *   CUDA_EMULATION_MEMORY   bytes of device memory; default 4 GiB
 *   CUDA_EMULATION_DEVICES  0: there is no device
 *   CUDA_EMULATION_DRIVER   version of the driver, as 13000; 0: there is none
 *   CUDA_EMULATION_CAPABILITY
 *                           compute capability, 86 for 8.6
 *   CUDA_EMULATION_FAIL     CALL:N:ERROR, the N-th call (from 1) of that name
 *                           fails; CALL may be *, ERROR is CUDA's number
 *   CUDA_EMULATION_PROTECT  0: the host may touch device memory
 *   CUDA_EMULATION_REPORT   1: counts of all calls and leaks, at the end
 */

#pragma once

#include "cuda_runtime_api.h"

#ifdef __cplusplus
extern "C" {
#endif

void      cuda_emulation_set_order       (unsigned     order);
void      cuda_emulation_set_memory      (size_t       n_bytes);
void      cuda_emulation_set_devices     (int          n_devices);
void      cuda_emulation_set_capability  (int          capability);

/* Acts as if the process had ended and started again, which is the only remedy
 * after some errors; what it has allocated stays.  */
void      cuda_emulation_relaunch        (void);

/* Makes the n-th call from now on of that name fail (NULL: of any name); a
 * kernel's launch is called cudaLaunchKernel. n == 0: none fails.  */
void      cuda_emulation_fail            (const char  *call,
                                          long         n,
                                          cudaError_t  error);

/* For libraries on top of CUDA: the first counts a call of that name and
 * returns the error that it must return; the second notes what is allocated or
 * freed.  */
cudaError_t cuda_emulation_begin       (const char  *call);
void        cuda_emulation_hold        (int          change);

/* Counts since the start or the last reset.  NULL: of all calls.  */
long      cuda_emulation_n_calls         (const char  *call);
long      cuda_emulation_n_kernels       (void);
size_t    cuda_emulation_copied_bytes    (void);
void      cuda_emulation_reset_counts    (void);

/* What exists now: allocations, streams, events, graphs.  */
long      cuda_emulation_n_live          (void);
size_t    cuda_emulation_used_bytes      (void);
size_t    cuda_emulation_peak_bytes      (void);

/* Adds work to a stream, as a library on top of CUDA does.  */
void      cuda_emulation_enqueue         (cudaStream_t  stream,
                                          void       (* work) (void *data),
                                          void       (* destroy) (void *data),
                                          void         *data);

#ifdef __cplusplus
}
#endif
