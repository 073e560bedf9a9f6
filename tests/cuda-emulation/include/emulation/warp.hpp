/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * warp.hpp: what the lanes of a warp do together: shuffles, votes, reductions
 * and __syncwarp.  Each lane hands in a struct and waits; the last one to come
 * computes for all, so no lane can overwrite what another has yet to read.
 */

#pragma once

namespace cuda_emulation
{

/* lanes[i] is what lane i handed in, NULL where it takes no part. */
typedef void (*Complete) (void *const lanes[32], unsigned mask);

void warp_collective (const char *what, unsigned mask, Complete complete, void *argument,
                      const char *file, int line);
void warp_barrier    (unsigned mask, const char *file, int line);
unsigned active_mask ();

struct Shuffle
{
  uint64_t value[2], result[2];
  int      source;
};

struct Vote
{
  uint64_t value, result;
};

/* Two elements of 16 bits in each of a and b; as PTX names them. */
struct Multiply
{
  float          *sums;
  const unsigned *a, *b;
  bool            is_bfloat16;
};

void complete_multiply (void *const lanes[32], unsigned mask);
void complete_shuffle (void *const lanes[32], unsigned mask);
void complete_ballot  (void *const lanes[32], unsigned mask);
void complete_match   (void *const lanes[32], unsigned mask);
void complete_add     (void *const lanes[32], unsigned mask);

template <typename T>
static inline T
shuffle (const char *what, unsigned mask, const T &x, int source, const char *file, int line)
{
  Shuffle s = {};
  T       y;

  static_assert (sizeof (T) <= 16, "a shuffle moves at most 16 bytes");
  memcpy (s.value, &x, sizeof (T));
  s.source = source;
  warp_collective (what, mask, complete_shuffle, &s, file, line);
  memcpy (&y, s.result, sizeof (T));
  return y;
}

static inline uint64_t
vote (const char *what, unsigned mask, uint64_t value, Complete complete, const char *file, int line)
{
  Vote v = { value, 0 };

  warp_collective (what, mask, complete, &v, file, line);
  return v.result;
}

}

/* 0: a card whose tensor cores do not know the type. */
#ifndef CUDA_EMULATION_MMA
#define CUDA_EMULATION_MMA 1
#endif
#define CUDA_EMULATION_SITE const char *file = __builtin_FILE (), int line = __builtin_LINE ()

static inline void
__syncwarp (unsigned mask = 0xffffffffu, CUDA_EMULATION_SITE)
{
  __asm__ volatile ("" ::: "memory");
  cuda_emulation::warp_barrier (mask, file, line);
  __asm__ volatile ("" ::: "memory");
}

template <typename T>
static inline T
__shfl_sync (unsigned mask, T x, int source, int width = 32, CUDA_EMULATION_SITE)
{
  const int lane = (int) cuda_emulation::current->lane;

  return cuda_emulation::shuffle ("__shfl_sync", mask, x,
                                  (lane & ~(width - 1)) | (source & (width - 1)), file, line);
}

template <typename T>
static inline T
__shfl_xor_sync (unsigned mask, T x, int lane_mask, int width = 32, CUDA_EMULATION_SITE)
{
  const int lane   = (int) cuda_emulation::current->lane;
  const int source = lane ^ lane_mask;

  /* Lanes of an earlier segment may be read, those of a later one not. */
  return cuda_emulation::shuffle ("__shfl_xor_sync", mask, x,
                                  source <= (lane | (width - 1)) ? source : lane, file, line);
}

template <typename T>
static inline T
__shfl_down_sync (unsigned mask, T x, unsigned delta, int width = 32, CUDA_EMULATION_SITE)
{
  const int lane   = (int) cuda_emulation::current->lane;
  const int source = lane + (int) delta;

  return cuda_emulation::shuffle ("__shfl_down_sync", mask, x,
                                  source <= (lane | (width - 1)) ? source : lane, file, line);
}

template <typename T>
static inline T
__shfl_up_sync (unsigned mask, T x, unsigned delta, int width = 32, CUDA_EMULATION_SITE)
{
  const int lane   = (int) cuda_emulation::current->lane;
  const int source = lane - (int) delta;

  return cuda_emulation::shuffle ("__shfl_up_sync", mask, x,
                                  source >= (lane & ~(width - 1)) ? source : lane, file, line);
}

static inline unsigned
__ballot_sync (unsigned mask, int value, CUDA_EMULATION_SITE)
{
  return (unsigned) cuda_emulation::vote ("__ballot_sync", mask, value != 0,
                                          cuda_emulation::complete_ballot, file, line);
}

static inline int
__any_sync (unsigned mask, int value, CUDA_EMULATION_SITE)
{
  return cuda_emulation::vote ("__any_sync", mask, value != 0,
                               cuda_emulation::complete_ballot, file, line) != 0;
}

static inline int
__all_sync (unsigned mask, int value, CUDA_EMULATION_SITE)
{
  return cuda_emulation::vote ("__all_sync", mask, value == 0,
                               cuda_emulation::complete_ballot, file, line) == 0;
}

static inline unsigned
__match_any_sync (unsigned mask, unsigned value, CUDA_EMULATION_SITE)
{
  return (unsigned) cuda_emulation::vote ("__match_any_sync", mask, value,
                                          cuda_emulation::complete_match, file, line);
}

static inline unsigned
__reduce_add_sync (unsigned mask, unsigned value, CUDA_EMULATION_SITE)
{
  return (unsigned) cuda_emulation::vote ("__reduce_add_sync", mask, value,
                                          cuda_emulation::complete_add, file, line);
}

static inline unsigned
__activemask ()
{
  return cuda_emulation::active_mask ();
}

/* mma.sync.aligned.m16n8k16.row.col.f32.{f16,bf16}.{f16,bf16}.f32, with the
 * fragments as the PTX ISA has them. */
static inline void
cuda_emulation_mma_m16n8k16 (float sums[4], const unsigned a[4], const unsigned b[2], bool is_bfloat16,
                             CUDA_EMULATION_SITE)
{
  cuda_emulation::Multiply m = { sums, a, b, is_bfloat16 };

  cuda_emulation::warp_collective ("mma.sync", 0xffffffffu, cuda_emulation::complete_multiply, &m, file, line);
}
