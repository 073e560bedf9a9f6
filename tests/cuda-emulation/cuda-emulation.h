/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda-emulation.h: how a test steers the emulated device and asks what was
 * done with it.  The same can be had from outside by environment variables,
 * read at the first call:
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
 *   CUDA_EMULATION_PROTECT  0: the host may touch device memory unpunished
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

/* As if the process had ended and begun anew, which alone mends what stays after
 * some errors; what it still holds stays, too.  */
void      cuda_emulation_relaunch        (void);

/* The n-th call from now on of that name (NULL: of any) fails; a kernel's
 * launch is called cudaLaunchKernel.  n == 0: none does.  */
void      cuda_emulation_fail            (const char  *call,
                                          long         n,
                                          cudaError_t  error);

/* For libraries on top of CUDA: counts a call of that name, and says which
 * error it must return; notes what is held or let go of. */
cudaError_t cuda_emulation_begin       (const char  *call);
void        cuda_emulation_hold        (int          change);

/* Counts since the start or the last reset.  NULL: of all calls.  */
long      cuda_emulation_n_calls         (const char  *call);
long      cuda_emulation_n_kernels       (void);
size_t    cuda_emulation_copied_bytes    (void);
void      cuda_emulation_reset_counts    (void);

/* What is held now: allocations, streams, events, graphs.  */
long      cuda_emulation_n_live          (void);
size_t    cuda_emulation_used_bytes      (void);
size_t    cuda_emulation_peak_bytes      (void);

/* Puts work on a stream, as a library on top of CUDA does.  */
void      cuda_emulation_enqueue         (cudaStream_t  stream,
                                          void       (* work) (void *data),
                                          void       (* destroy) (void *data),
                                          void         *data);

#ifdef __cplusplus
}
#endif
