/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * internal.hpp: what the parts of the emulation know of each other.
 */

#pragma once

#include <cstdint>

#include "cuda_runtime.h"

namespace cuda_emulation
{

struct Range
{
  char *begin, *end;

  bool has (const void *p, size_t size = 1) const
  {
    return (const char *) p >= begin && (const char *) p + size <= end;
  }
};

/* What runs now; kernel is NULL between kernels. */
struct Running
{
  const Launch *launch;
  Range         stacks;
  Range         dynamic;                /* of this launch                  */
  Range         dynamic_whole;          /* all that a block could have     */
  Range         shared[64];             /* of each module                  */
  int           n_shared;

  /* For the race check.  An epoch is the time between two barriers of a
   * block; they are counted through all blocks and launches. */
  uint32_t      epoch;
  uint32_t      block_epoch;            /* the first of this block         */
  uint32_t      launch_epoch;           /* the first of this launch        */
  uint32_t      fence_launch;           /* launch_epoch of the last fence  */
  uint16_t      warp_epochs[32];        /* __syncwarps of each warp        */
};

extern Running running;

/*  fibers.cpp  */
void run_launch (const Launch &launch, unsigned order);

/*  faults.cpp  */
[[noreturn]] void fault_at (const void *code, const char *format, ...)
                            __attribute__ ((format (printf, 2, 3)));
void              install_handlers ();

/*  checks.cpp  */
void              checks_fill_shared ();

/*  memory.cpp: the device's memory  */
struct Block
{
  char  *begin;
  size_t size;
};

void *       memory_alloc       (size_t n_bytes);
bool         memory_free        (void *p);
const Block *memory_find        (const void *p);
bool         memory_is_device   (const void *p);
void         memory_open        ();             /* while device code runs */
void         memory_close       ();
void *       memory_shadow      (const void *p);
const char * memory_check_range (const void *p, size_t size);

}
