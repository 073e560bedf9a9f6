/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * runtime.hpp: what cudart.cpp (devices, memory, counts, failures) and
 * streams.cpp (streams, events, graphs) know of each other.
 */

#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "cuda-emulation.h"
#include "internal.hpp"

namespace cuda_emulation
{

typedef std::function<void ()> Work;

extern std::recursive_mutex lock;
extern long                 n_kernels;
extern unsigned             thread_order;

/* Counts a call; what it must return at once, if it is to fail. */
cudaError_t begin_call  (const char *name);
cudaError_t end_call    (cudaError_t error);
void        note_handle (int change);

/*  streams.cpp  */
cudaError_t add_work        (cudaStream_t stream, Work work);
bool        is_stream       (cudaStream_t stream);
bool        is_capturing    ();
cudaError_t spoil_capture   ();         /* by what no stream may be asked while it captures */
void        run_all         ();

#define BEGIN_CALL(name) \
  std::lock_guard<std::recursive_mutex> guard (cuda_emulation::lock); \
  if (const cudaError_t refused = cuda_emulation::begin_call (name)) \
    return refused

}
