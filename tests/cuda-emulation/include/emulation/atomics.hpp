/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * atomics.hpp: one CUDA thread runs at a time and is only interrupted where it
 * waits, so an atomic is a plain read and write that the checks are told of.
 */

#pragma once

namespace cuda_emulation
{

/* Tells the checks; the access itself is not watched then. */
void note_atomic (const void *address, size_t size);
void read_raw    (void *to, const void *from, size_t size);
void write_raw   (void *to, const void *from, size_t size);

template <typename T, typename Op>
static inline T
atomic (T *address, Op op)
{
  T old, changed;

  note_atomic (address, sizeof (T));
  read_raw (&old, address, sizeof (T));
  changed = op (old);
  write_raw (address, &changed, sizeof (T));
  return old;
}

}

#define CUDA_EMULATION_ATOMIC(type) \
  static inline type atomicAdd (type *p, type x) \
  { return cuda_emulation::atomic (p, [=] (type old) { return (type) (old + x); }); } \
  static inline type atomicExch (type *p, type x) \
  { return cuda_emulation::atomic (p, [=] (type) { return x; }); }

#define CUDA_EMULATION_ATOMIC_INTEGER(type) \
  CUDA_EMULATION_ATOMIC (type) \
  static inline type atomicSub (type *p, type x) \
  { return cuda_emulation::atomic (p, [=] (type old) { return (type) (old - x); }); } \
  static inline type atomicMin (type *p, type x) \
  { return cuda_emulation::atomic (p, [=] (type old) { return old < x ? old : x; }); } \
  static inline type atomicMax (type *p, type x) \
  { return cuda_emulation::atomic (p, [=] (type old) { return old > x ? old : x; }); } \
  static inline type atomicAnd (type *p, type x) \
  { return cuda_emulation::atomic (p, [=] (type old) { return (type) (old & x); }); } \
  static inline type atomicOr (type *p, type x) \
  { return cuda_emulation::atomic (p, [=] (type old) { return (type) (old | x); }); } \
  static inline type atomicCAS (type *p, type expected, type x) \
  { return cuda_emulation::atomic (p, [=] (type old) { return old == expected ? x : old; }); }

CUDA_EMULATION_ATOMIC (float)
CUDA_EMULATION_ATOMIC (double)
CUDA_EMULATION_ATOMIC_INTEGER (int)
CUDA_EMULATION_ATOMIC_INTEGER (unsigned int)
CUDA_EMULATION_ATOMIC_INTEGER (unsigned long long)

static inline unsigned
atomicInc (unsigned *p, unsigned limit)
{
  return cuda_emulation::atomic (p, [=] (unsigned old) { return old >= limit ? 0u : old + 1u; });
}
