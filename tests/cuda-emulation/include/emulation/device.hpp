/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * device.hpp: what makes a .cu file C++: the words before functions and
 * variables, the indices of a thread, and the block's barrier.
 *
 * Static shared variables go into a section of their own.  The assembler is
 * handed a number behind a comment sign, so that to the compiler no two
 * variables share a section, which it refuses for templates, and to the linker
 * they all do.
 */

#pragma once

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CUDA_EMULATION_STRING_2(x) #x
#define CUDA_EMULATION_STRING(x)   CUDA_EMULATION_STRING_2 (x)

#define __global__
#define __device__
#define __host__
#define __constant__            static
#define __forceinline__         inline
#define __launch_bounds__(...)
#define __align__(n)            __attribute__ ((aligned (n)))
#define __shared__ \
  static __attribute__ ((used, section ("cuda_shared,\"aw\",@nobits#" \
                                        CUDA_EMULATION_STRING (__COUNTER__))))

/* Shared memory whose size the launch gives. */
#define DYN_SHARED(type, name) \
  type *name = reinterpret_cast<type *> (cuda_emulation::dynamic_shared ())

namespace cuda_emulation
{

struct Thread
{
  uint3     index;
  unsigned  linear;             /* in the block, x fastest                  */
  unsigned  lane, warp;
};

/* One block runs at a time, by one thread of the system. */
extern Thread *current;
extern uint3   block_index;
extern dim3    block_size, grid_size;

[[noreturn]] void fault          (const char *format, ...)
                                  __attribute__ ((format (printf, 1, 2)));
void *            dynamic_shared ();
void              block_barrier  (const char *file, int line);
unsigned          block_vote     (unsigned kind, bool value, const char *file, int line);
void              fence          ();
void              register_shared (char *begin, char *end);

extern "C" char __start_cuda_shared[] __attribute__ ((weak, visibility ("hidden")));
extern "C" char __stop_cuda_shared[]  __attribute__ ((weak, visibility ("hidden")));

/* Each object tells where its static shared variables lie. */
namespace
{
struct SharedSection
{
  SharedSection () { register_shared (__start_cuda_shared, __stop_cuda_shared); }
} __attribute__ ((unused)) shared_section;
}

}

#define threadIdx (cuda_emulation::current->index)
#define blockIdx  (cuda_emulation::block_index)
#define blockDim  (cuda_emulation::block_size)
#define gridDim   (cuda_emulation::grid_size)

static constexpr int warpSize __attribute__ ((unused)) = 32;

static inline void
__syncthreads (const char *file = __builtin_FILE (), int line = __builtin_LINE ())
{
  __asm__ volatile ("" ::: "memory");
  cuda_emulation::block_barrier (file, line);
  __asm__ volatile ("" ::: "memory");
}

static inline int
__syncthreads_count (int value, const char *file = __builtin_FILE (), int line = __builtin_LINE ())
{
  return (int) cuda_emulation::block_vote (0, value != 0, file, line);
}

static inline int
__syncthreads_and (int value, const char *file = __builtin_FILE (), int line = __builtin_LINE ())
{
  return (int) cuda_emulation::block_vote (1, value != 0, file, line);
}

static inline int
__syncthreads_or (int value, const char *file = __builtin_FILE (), int line = __builtin_LINE ())
{
  return (int) cuda_emulation::block_vote (2, value != 0, file, line);
}

static inline void __threadfence        () { cuda_emulation::fence (); }
static inline void __threadfence_system () { cuda_emulation::fence (); }
static inline void __threadfence_block  () { __asm__ volatile ("" ::: "memory"); }
static inline void __nanosleep (unsigned) {}

[[noreturn]] static inline void
__trap ()
{
  cuda_emulation::fault ("__trap () was called");
}

template <typename T>
static inline T
cuda_emulation_load (const T *p)
{
  if ((uintptr_t) p % alignof (T) != 0)
    cuda_emulation::fault ("misaligned load of %zu bytes at %p", sizeof (T), (const void *) p);
  return *p;
}

template <typename T>
static inline void
cuda_emulation_store (T *p, const T &value)
{
  if ((uintptr_t) p % alignof (T) != 0)
    cuda_emulation::fault ("misaligned store of %zu bytes at %p", sizeof (T), (void *) p);
  *p = value;
}

template <typename T> static inline T __ldg  (const T *p) { return cuda_emulation_load (p); }
template <typename T> static inline T __ldcg (const T *p) { return cuda_emulation_load (p); }
template <typename T> static inline T __ldca (const T *p) { return cuda_emulation_load (p); }
template <typename T> static inline T __ldcs (const T *p) { return cuda_emulation_load (p); }
template <typename T> static inline T __ldlu (const T *p) { return cuda_emulation_load (p); }
template <typename T> static inline T __ldcv (const T *p) { return cuda_emulation_load (p); }
template <typename T> static inline void __stcg (T *p, T value) { cuda_emulation_store (p, value); }
template <typename T> static inline void __stcs (T *p, T value) { cuda_emulation_store (p, value); }
template <typename T> static inline void __stwt (T *p, T value) { cuda_emulation_store (p, value); }
template <typename T> static inline void __stwb (T *p, T value) { cuda_emulation_store (p, value); }
