/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * checks.cpp: checks the reads and writes of kernels.
 *
 * Shared memory is filled with NaN before each block.  Kernels are compiled
 * with -fsanitize=thread, but not linked with its library, so they call the
 * functions at the end of this file before each read and write.  These check
 * that the address is aligned and may be used by the kernel, that shared
 * memory was written before it is read, and that no two threads use the same
 * byte without a barrier in between: on a GPU their order is then a matter of
 * chance, even if every order that is tried here gives the same result.
 */

#include "internal.hpp"

#include <algorithm>
#include <cstdlib>
#include <link.h>
#include <map>
#include <vector>
#include <sys/mman.h>

namespace cuda_emulation
{

/*  filling shared memory  */

static const size_t dynamic_size = 228 << 10;

void
register_shared (char *begin, char *end)
{
  for (int i = 0; i < running.n_shared; i++)
    if (running.shared[i].begin == begin)
      return;
  if (begin != end && running.n_shared < 64)
    running.shared[running.n_shared++] = Range { begin, end };
}

static void
reserve_dynamic ()
{
  char *base = static_cast<char *> (mmap (nullptr, dynamic_size + 8192, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

  if (base == MAP_FAILED)
    abort ();
  /* The pages before and after must not be touched.  */
  mprotect (base, 4096, PROT_NONE);
  mprotect (base + 4096 + dynamic_size, 4096, PROT_NONE);
  running.dynamic_whole = { base + 4096, base + 4096 + dynamic_size };
}

/* The parts of shared memory that a block has written.  */
static std::vector<Range>
written_parts ()
{
  std::vector<Range> parts;

  for (int i = 0; i < running.n_shared; i++)
    for (char *p = running.shared[i].begin; p < running.shared[i].end; p++)
      if (*p != (char) 0xff)
        {
          if (! parts.empty () && p - parts.back ().end < 64 && p >= parts.back ().begin)
            parts.back ().end = p + 1;
          else
            parts.push_back (Range { p, p + 1 });
        }
  return parts;
}

/* All static shared variables of a module are adjacent, those of one kernel
 * among many others.  So everything is filled and searched once for each
 * kernel, and later only what the kernel has written is filled again.  */
void
checks_fill_shared ()
{
  static std::map<Function, std::vector<Range>> known;
  static Function                               last;
  const Function                                kernel = running.launch->kernel;
  const auto                                    found  = known.find (kernel);

  memset (running.dynamic.begin, 0xff, (size_t) (running.dynamic.end - running.dynamic.begin));
  if (running.n_shared == 0)
    return;
  if (found != known.end ())
    {
      for (const Range &part : found->second)
        memset (part.begin, 0xff, (size_t) (part.end - part.begin));
      return;
    }
  if (last == kernel)
    known[kernel] = written_parts ();
  for (int i = 0; i < running.n_shared; i++)
    memset (running.shared[i].begin, 0xff, (size_t) (running.shared[i].end - running.shared[i].begin));
  last = kernel;
}

namespace
{
struct AtStart
{
  AtStart () { reserve_dynamic (); }
} at_start;
}

/*  races  */

/* The last access of one kind to a byte.  */
struct Access
{
  uint32_t epoch;
  uint16_t thread;              /* or one of those below                    */
  uint16_t warp_epoch;
};

struct Cell
{
  Access write, read;
};

static const uint16_t anybody = 0xffff;         /* several warps have accessed it */
static const uint16_t atomic_access = 0xfffe;
static const uint16_t any_of_warp = 0x8000;     /* combined with the warp's number */

/* Returns whether an earlier access and a new one by this thread have no
 * defined order.  */
static bool
conflicts (const Access &earlier, bool is_shared)
{
  const uint16_t self = (uint16_t) current->linear;

  if (earlier.epoch < running.launch_epoch || earlier.epoch == 0)
    return false;
  if (earlier.epoch < running.block_epoch)              /* it was in another block */
    return ! is_shared && running.fence_launch != running.launch_epoch;
  if (earlier.epoch < running.epoch || earlier.thread == self)
    return false;
  if (earlier.thread == anybody || earlier.thread == atomic_access)
    return true;
  if (earlier.thread & any_of_warp)
    return (earlier.thread & 31u) != current->warp
           || earlier.warp_epoch == running.warp_epochs[current->warp];
  return earlier.thread / 32u != current->warp
         || earlier.warp_epoch == running.warp_epochs[current->warp];
}

static void
remember_read (Access &read)
{
  const uint16_t self = (uint16_t) current->linear;
  uint16_t       who  = self;

  if (read.epoch == running.epoch && read.thread != self)
    {
      const bool same_warp = read.thread & any_of_warp
                             ? (read.thread & 31u) == current->warp && read.thread < atomic_access
                             : read.thread / 32u == current->warp;

      who = same_warp ? (uint16_t) (any_of_warp | current->warp) : anybody;
    }
  read = Access { running.epoch, who, running.warp_epochs[current->warp] };
}

[[noreturn]] static void
race (const void *p, const Access &earlier, const char *space, const char *now, const char *before,
      const void *code)
{
  char who[64];

  if (earlier.epoch < running.block_epoch)
    snprintf (who, sizeof who, "another block");
  else if (earlier.thread & any_of_warp)
    snprintf (who, sizeof who, "other threads");
  else
    snprintf (who, sizeof who, "thread %u of the block", earlier.thread);
  fault_at (code, "data race: it %s %s memory at %p that %s %s with no barrier in between",
            now, space, p, who, before);
}

static void
watch (Cell *cells, const char *p, size_t size, bool is_write, bool is_atomic, bool is_shared, const void *code)
{
  const char *space = is_shared ? "shared" : "device";

  for (size_t i = 0; i < size; i++)
    {
      Cell &cell = cells[i];

      if (! is_write && is_shared && cell.write.epoch < running.block_epoch)
        fault_at (code, "it reads shared memory that no thread of its block has written");
      if (is_atomic && cell.write.epoch == running.epoch && cell.write.thread == atomic_access)
        continue;
      if (! (is_atomic && cell.write.thread == atomic_access) && conflicts (cell.write, is_shared))
        race (p + i, cell.write, space, is_write ? "writes" : "reads", "wrote", code);
      if (is_write && conflicts (cell.read, is_shared))
        race (p + i, cell.read, space, "writes", "read", code);
      if (is_write)
        cell.write = Access { running.epoch, is_atomic ? atomic_access : (uint16_t) current->linear,
                              running.warp_epochs[current->warp] };
      else
        remember_read (cell.read);
    }
}

static Cell *
shared_shadow (const Range &range, const char *p)
{
  static std::map<char *, Cell *> shadows;
  static char                    *last_begin;
  static Cell                    *last;

  if (last_begin != range.begin)
    {
      Cell *&cells = shadows[range.begin];

      if (! cells)
        cells = static_cast<Cell *> (calloc ((size_t) (range.end - range.begin), sizeof (Cell)));
      last_begin = range.begin;
      last       = cells;
    }
  return last + (p - range.begin);
}

/*  whose memory it is  */

static std::vector<Range> objects;

static int
add_object (struct dl_phdr_info *info, size_t, void *)
{
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD)
      {
        char *begin = (char *) info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

        objects.push_back (Range { begin, begin + info->dlpi_phdr[i].p_memsz });
      }
  return 0;
}

/* Constants and the emulation's own variables. */
static bool
is_static (const char *p, size_t size)
{
  static Range last;

  if (last.has (p, size))
    return true;
  for (int attempt = 0; attempt < 2; attempt++)
    {
      for (const Range &object : objects)
        if (object.has (p, size))
          {
            last = object;
            return true;
          }
      objects.clear ();
      dl_iterate_phdr (add_object, nullptr);
    }
  return false;
}

static void
check (const void *address, size_t size, bool is_write, bool is_atomic, bool is_aligned, const void *code)
{
  const char *p = static_cast<const char *> (address);

  if (! running.launch || ! current || running.stacks.has (p))
    return;
  if (is_aligned && (uintptr_t) p % size != 0)
    fault_at (code, "misaligned %s of %zu bytes at %p", is_write ? "write" : "read", size, address);
  if (memory_is_device (p))
    {
      if (const char *wrong = memory_check_range (p, size))
        fault_at (code, "it %s %zu bytes of device memory at %p, %s", is_write ? "writes" : "reads",
                  size, address, wrong);
      watch (static_cast<Cell *> (memory_shadow (p)), p, size, is_write, is_atomic, false, code);
      return;
    }
  if (p >= running.dynamic_whole.begin - 4096 && p < running.dynamic_whole.end + 4096)
    {
      if (! running.dynamic.has (p, size))
        fault_at (code, "it %s shared memory outside of the %zu bytes that it was launched with",
                  is_write ? "writes" : "reads", running.launch->shared_bytes);
      watch (shared_shadow (running.dynamic_whole, p), p, size, is_write, is_atomic, true, code);
      return;
    }
  for (int i = 0; i < running.n_shared; i++)
    if (running.shared[i].has (p))
      {
        watch (shared_shadow (running.shared[i], p), p, size, is_write, is_atomic, true, code);
        return;
      }
  if (is_static (p, size))
    return;
  const char *arguments = static_cast<const char *> (running.launch->arguments);
  if (p >= arguments && p < arguments + running.launch->arguments_size)
    return;
  fault_at (code, "it %s %zu bytes at %p, which is the host's memory or none",
            is_write ? "writes" : "reads", size, address);
}

void
note_atomic (const void *address, size_t size)
{
  check (address, size, true, true, true, __builtin_return_address (0));
}

void
read_raw (void *to, const void *from, size_t size)
{
  memcpy (to, from, size);
}

void
write_raw (void *to, const void *from, size_t size)
{
  memcpy (to, from, size);
}

}

/*  what checked kernels call  */

#define CODE __builtin_return_address (0)
#define HOOK(size) \
  void __tsan_read ## size (void *p); \
  void __tsan_read ## size (void *p) { cuda_emulation::check (p, size, false, false, true, CODE); } \
  void __tsan_write ## size (void *p); \
  void __tsan_write ## size (void *p) { cuda_emulation::check (p, size, true, false, true, CODE); } \
  void __tsan_unaligned_read ## size (void *p); \
  void __tsan_unaligned_read ## size (void *p) { cuda_emulation::check (p, size, false, false, false, CODE); } \
  void __tsan_unaligned_write ## size (void *p); \
  void __tsan_unaligned_write ## size (void *p) { cuda_emulation::check (p, size, true, false, false, CODE); }

extern "C"
{
HOOK (1)
HOOK (2)
HOOK (4)
HOOK (8)
HOOK (16)

void __tsan_read_range (void *p, size_t size);
void
__tsan_read_range (void *p, size_t size)
{
  cuda_emulation::check (p, size, false, false, false, CODE);
}

void __tsan_write_range (void *p, size_t size);
void
__tsan_write_range (void *p, size_t size)
{
  cuda_emulation::check (p, size, true, false, false, CODE);
}

void __tsan_init (void);
void __tsan_init (void) {}
void __tsan_func_entry (void *);
void __tsan_func_entry (void *) {}
void __tsan_func_exit (void);
void __tsan_func_exit (void) {}
}
