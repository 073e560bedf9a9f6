/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory.cpp: the device's memory.  It is a separate part of the address
 * space, so that its pointers can be told from the host's; it can only be
 * accessed while a kernel or a copy runs.  Freed addresses are not used again
 * as long as there are others, and after each allocation there are bytes that
 * must not change.
 */

#include "internal.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <sys/mman.h>

namespace cuda_emulation
{

static const size_t  arena_size  = 32ull << 30;
static const size_t  guard_size  = 256;
static const size_t  page        = 4096;
static const int     guard_byte  = 0xfd;
static const size_t  filled_size = 64 << 20;    /* larger ones stay zeros */
static const size_t  shadow_size = 16;          /* bytes for each byte   */

static char                   *arena;
static char                   *shadow;
static char                   *top;             /* the next free address */
static char                   *opened;          /* from here on, to the top */
static std::map<char *, Block> blocks;
static int                     n_open;
static const Block            *recent[4];

static bool
is_protected ()
{
  static const char *setting = getenv ("CUDA_EMULATION_PROTECT");

  return setting == nullptr || *setting != '0';
}

static size_t
whole_pages (size_t n_bytes)
{
  return (n_bytes + page - 1) / page * page;
}

static char *
page_of (char *address)
{
  return arena + (size_t) (address - arena) / page * page;
}

/* Where the next allocation may begin.  */
static char *
end_of (const Block &block)
{
  return block.begin + (block.size + guard_size + 255) / 256 * 256;
}

/* The page of an address, or that of the first allocation if it is lower.  */
static char *
first_page (char *address)
{
  return page_of (blocks.empty () ? address : std::min (address, blocks.begin ()->first));
}

/* Nothing below the first allocation is ever made accessible: going through
 * all addresses that were once used would take long after some thousand
 * allocations.  */
static void
protect (int protection)
{
  if (is_protected () && top > opened)
    mprotect (opened, whole_pages ((size_t) (top - opened)), protection);
}

void
memory_open ()
{
  if (n_open++ > 0 || ! arena)
    return;
  opened = first_page (top);
  protect (PROT_READ | PROT_WRITE);
}

void
memory_close ()
{
  if (--n_open > 0 || ! arena)
    return;
  for (const auto &[begin, block] : blocks)
    for (size_t i = 0; i < guard_size; i++)
      if ((unsigned char) begin[block.size + i] != guard_byte)
        fault ("a kernel or a copy wrote %zu bytes behind the end of %zu bytes of device memory at %p",
               i + 1, block.size, (void *) begin);
  protect (PROT_NONE);
}

/* Finds room when all addresses have been used once.  */
static char *
first_gap (size_t size)
{
  char *begin = arena;

  for (const auto &[address, block] : blocks)
    {
      if ((size_t) (address - begin) >= size)
        return begin;
      begin = end_of (block);
    }
  return (size_t) (arena + arena_size - begin) >= size ? begin : nullptr;
}

void *
memory_alloc (size_t n_bytes)
{
  const size_t size = (n_bytes + guard_size + 255) / 256 * 256;
  char        *begin;

  if (! arena)
    {
      arena = static_cast<char *> (mmap (nullptr, arena_size, is_protected () ? PROT_NONE : PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
      if (arena == MAP_FAILED)
        abort ();
      top = arena;
      install_handlers ();
    }
  begin = (size_t) (arena + arena_size - top) >= size ? top : first_gap (size);
  if (! begin)
    return nullptr;
  if (begin == top)
    top += size;
  if (n_open++ == 0 || first_page (begin) < opened)
    opened = first_page (begin);
  protect (PROT_READ | PROT_WRITE);
  memset (begin, 0xff, n_bytes < filled_size ? n_bytes : filled_size);
  memset (begin + n_bytes, guard_byte, size - n_bytes);
  blocks[begin] = Block { begin, n_bytes };
  memory_close ();
  return begin;
}

bool
memory_free (void *p)
{
  const auto found = blocks.find (static_cast<char *> (p));

  if (found == blocks.end ())
    return false;
  memset (recent, 0, sizeof recent);

  /* Whole pages that contain nothing else are returned to the system.  */
  char       *from  = page_of (found->first);
  char       *to    = page_of (end_of (found->second) + page - 1);
  const auto  after = blocks.erase (found);

  if (after != blocks.begin ())
    from = std::max (from, page_of (end_of (std::prev (after)->second) + page - 1));
  to = std::min (to, page_of (after != blocks.end () ? after->first : top));
  if (to > from)
    {
      madvise (from, (size_t) (to - from), MADV_DONTNEED);
      if (shadow)
        madvise (shadow + (from - arena) * shadow_size, (size_t) (to - from) * shadow_size, MADV_DONTNEED);
    }
  return true;
}

bool
memory_is_device (const void *p)
{
  return arena && (const char *) p >= arena && (const char *) p < arena + arena_size;
}

/* The allocation that contains p or, if none does, the last one before it.  */
const Block *
memory_find (const void *p)
{
  char *address = const_cast<char *> (static_cast<const char *> (p));

  for (const Block *block : recent)
    if (block && address >= block->begin && address < block->begin + block->size)
      return block;

  auto found = blocks.upper_bound (address);
  if (found == blocks.begin ())
    return nullptr;
  found--;
  recent[3] = recent[2];
  recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = &found->second;
  return recent[0];
}

/* Returns what is wrong with these bytes, or NULL.  */
const char *
memory_check_range (const void *p, size_t size)
{
  const Block *block   = memory_find (p);
  const char  *address = static_cast<const char *> (p);

  if (! block)
    return "before all device memory";
  if (address >= block->begin && address + size <= block->begin + block->size)
    return nullptr;
  return address < block->begin + block->size + guard_size
         ? "behind the end of an allocation" : "in no allocation, or in one that was freed";
}

/* Sixteen bytes for each byte of device memory, initially zero.  */
void *
memory_shadow (const void *p)
{
  if (! shadow)
    {
      shadow = static_cast<char *> (mmap (nullptr, arena_size * shadow_size, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
      if (shadow == MAP_FAILED)
        abort ();
    }
  return shadow + (static_cast<const char *> (p) - arena) * shadow_size;
}

}
