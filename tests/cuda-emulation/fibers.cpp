/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fibers.cpp: runs a kernel.  Each thread of a block is a fiber.  A fiber runs
 * until it waits at a barrier or ends; then another one runs.  The order
 * decides which: forward, reversed, or shuffled.  A thread that ends passes
 * its stack on to one that has not begun, so threads that never wait run as in
 * a loop.
 *
 * Longer than 500 lines, as blocks, warps and barriers depend on each other.
 */

#include "internal.hpp"

#include <cstdlib>
#include <mutex>
#include <new>
#include <sys/mman.h>

#ifndef __x86_64__
#include <ucontext.h>
#endif

namespace cuda_emulation
{

enum State : uint8_t { RUNNABLE, AT_BLOCK, AT_WARP, DONE };

struct Fiber : Thread
{
#ifdef __x86_64__
  void       *stack_pointer;
#else
  ucontext_t  context;
#endif
  State       state;
  bool        has_begun;
  unsigned    stack;            /* its number, once it has begun           */
  unsigned    mask;             /* with which it waits                     */
  const char *what, *file;      /* what it waits for, and where            */
  int         line;
  Complete    complete;
  void       *argument;
};

struct Warp
{
  unsigned present;             /* lanes that have not ended               */
  unsigned waiting;
  unsigned first;               /* lane of those that wait                 */
  bool     is_uniform;          /* all wait at one call with one mask      */
};

#ifdef __SANITIZE_ADDRESS__
static const size_t stack_size = 512 << 10;
#else
static const size_t stack_size = 128 << 10;
#endif
static const unsigned max_threads = 1024;

Thread  *current;
uint3    block_index;
dim3     block_size, grid_size;
Running  running;

static Fiber     fibers[max_threads];
static Fiber     scheduler;
static Warp      warps[max_threads / 32];
static unsigned  n_threads, n_present, n_at_block;
static unsigned  ring[max_threads], ring_first, ring_size;
static unsigned  positions[max_threads];        /* the order of threads    */
static unsigned  free_stacks[max_threads], n_free_stacks;
static bool      random_choice, is_reversed;
static uint64_t  random_state;
static const char *block_file;                  /* of the barrier          */
static int       block_line;
static unsigned  votes_yes, vote_result, n_voters;

/*  switching  */

#ifdef __x86_64__

extern "C" void cuda_emulation_switch (void **save, void *load);
extern "C" void cuda_emulation_enter  ();

/* What a function must keep, and the stack. */
__asm__ (
  ".text\n"
  ".globl cuda_emulation_switch\n"
  ".hidden cuda_emulation_switch\n"
  ".type cuda_emulation_switch, @function\n"
  "cuda_emulation_switch:\n"
  "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
  "  movq %rsp, (%rdi)\n"
  "  movq %rsi, %rsp\n"
  "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
  "  ret\n"
  ".size cuda_emulation_switch, .-cuda_emulation_switch\n");

#endif

/* AddressSanitizer must know of other stacks. */
extern "C" void __sanitizer_start_switch_fiber (void **, const void *, size_t) __attribute__ ((weak));
extern "C" void __sanitizer_finish_switch_fiber (void *, const void **, size_t *) __attribute__ ((weak));
extern "C" void __asan_unpoison_memory_region (const void volatile *, size_t) __attribute__ ((weak));

static const void *host_stack;
static size_t      host_stack_size;

static char *
stack_of (const Fiber *fiber)
{
  return running.stacks.begin + fiber->stack * stack_size;
}

static void begin (Fiber *fiber);

static void
switch_to (Fiber *from, Fiber *to)
{
  void *fake = nullptr;

  if (to != &scheduler && ! to->has_begun)
    begin (to);
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber (from->state == DONE && from != &scheduler ? nullptr : &fake,
                                    to == &scheduler ? host_stack : stack_of (to),
                                    to == &scheduler ? host_stack_size : stack_size);
  current = to == &scheduler ? nullptr : to;
#ifdef __x86_64__
  cuda_emulation_switch (&from->stack_pointer, to->stack_pointer);
#else
  swapcontext (&from->context, &to->context);
#endif
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber (fake, nullptr, nullptr);
}

/*  choosing  */

static uint64_t
random_next ()
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static void
make_runnable (unsigned i)
{
  fibers[i].state = RUNNABLE;
  ring[(ring_first + ring_size++) % max_threads] = i;
}

static Fiber *
choose ()
{
  if (ring_size == 0)
    return &scheduler;
  if (random_choice)
    {
      const unsigned other = (ring_first + (unsigned) (random_next () >> 33) % ring_size) % max_threads;
      const unsigned i     = ring[other];

      ring[other]      = ring[ring_first];
      ring[ring_first] = i;
    }
  Fiber *chosen = &fibers[ring[ring_first]];
  ring_first = (ring_first + 1) % max_threads;
  ring_size--;
  return chosen;
}

static void
wait_now ()
{
  Fiber *self = static_cast<Fiber *> (current);
  Fiber *next = choose ();

  if (next != self)
    switch_to (self, next);
}

/*  barriers  */

static void
release_block_if_complete ()
{
  if (n_at_block == 0 || n_at_block < n_present)
    return;
  n_at_block  = 0;
  vote_result = votes_yes;
  n_voters    = n_present;
  votes_yes   = 0;
  running.epoch++;
  for (unsigned i = 0; i < n_threads; i++)
    if (fibers[positions[i]].state == AT_BLOCK)
      make_runnable (positions[i]);
}

static void
arrive_at_block (const char *file, int line)
{
  Fiber *self = static_cast<Fiber *> (current);

  if (n_at_block == 0)
    {
      block_file = file;
      block_line = line;
    }
  else if (line != block_line || strcmp (file, block_file) != 0)
    fault ("divergent barrier: this thread is at __syncthreads in %s:%d, another of its block "
           "at that in %s:%d", file, line, block_file, block_line);
  self->state = AT_BLOCK;
  self->what  = "__syncthreads";
  self->file  = file;
  self->line  = line;
  n_at_block++;
  release_block_if_complete ();
  wait_now ();
}

void
block_barrier (const char *file, int line)
{
  arrive_at_block (file, line);
}

/* kind 0: the number, 1: all, 2: any. */
unsigned
block_vote (unsigned kind, bool value, const char *file, int line)
{
  votes_yes += value;
  arrive_at_block (file, line);
  /* Nobody passes the next barrier before all have left this one. */
  return kind == 0 ? vote_result : kind == 1 ? vote_result == n_voters : vote_result != 0;
}

/* Whether all lanes of a mask that still run wait with it; then they go on. */
static void
release_warp_if_complete (unsigned w, unsigned mask)
{
  const unsigned needed    = mask & warps[w].present;
  void          *lanes[32] = {};
  Complete       complete  = nullptr;

  if (needed == 0 || (warps[w].waiting & needed) != needed)
    return;
  for (unsigned l = 0; l < 32; l++)
    if (needed >> l & 1u)
      {
        const Fiber &other = fibers[w * 32 + l];

        if (other.mask != mask)
          return;
        lanes[l] = other.argument;
        complete = other.complete;
      }
  if (complete)
    complete (lanes, needed);
  else
    running.warp_epochs[w]++;
  warps[w].waiting &= ~needed;
  for (unsigned i = 0; i < 32; i++)
    {
      const unsigned l = is_reversed ? 31 - i : i;

      if (needed >> l & 1u)
        make_runnable (w * 32 + l);
    }
}

static bool
is_same_call (const Fiber &other, unsigned mask, const char *what, const char *file, int line)
{
  return other.mask == mask && other.line == line && other.file == file && other.what == what;
}

void
warp_collective (const char *what, unsigned mask, Complete complete, void *argument,
                 const char *file, int line)
{
  Fiber         *self = static_cast<Fiber *> (current);
  const unsigned w    = self->warp;

  if (! (mask >> self->lane & 1u))
    fault ("lane %u calls %s with the mask 0x%08x, which leaves it out, in %s:%d",
           self->lane, what, mask, file, line);
  if (warps[w].waiting == 0)
    {
      warps[w].first      = self->lane;
      warps[w].is_uniform = true;
    }
  else if (! is_same_call (fibers[w * 32 + warps[w].first], mask, what, file, line))
    warps[w].is_uniform = false;
  for (unsigned l = 0; l < 32 && ! warps[w].is_uniform; l++)
    if (warps[w].waiting & mask & 1u << l)
      {
        const Fiber &other = fibers[w * 32 + l];

        if (is_same_call (other, mask, what, file, line))
          continue;
        if (! (other.mask >> self->lane & 1u))
          continue;
        if (other.mask != mask)
          fault ("lanes %u and %u disagree on the mask: 0x%08x for %s in %s:%d, 0x%08x for %s in %s:%d",
                 self->lane, l, mask, what, file, line, other.mask, other.what, other.file, other.line);
        if (strcmp (other.what, what) != 0
            || (complete && (other.line != line || strcmp (other.file, file) != 0)))
          fault ("lanes of a warp are at different calls: lane %u at %s in %s:%d, lane %u at %s in %s:%d",
                 self->lane, what, file, line, l, other.what, other.file, other.line);
      }
  self->state    = AT_WARP;
  self->mask     = mask;
  self->what     = what;
  self->file     = file;
  self->line     = line;
  self->complete = complete;
  self->argument = argument;
  warps[w].waiting |= 1u << self->lane;
  release_warp_if_complete (w, mask);
  wait_now ();
}

void
warp_barrier (unsigned mask, const char *file, int line)
{
  warp_collective ("__syncwarp", mask, nullptr, nullptr, file, line);
}

unsigned
active_mask ()
{
  const Fiber *self = static_cast<Fiber *> (current);

  return warps[self->warp].present & ~warps[self->warp].waiting;
}

void
complete_shuffle (void *const lanes[32], unsigned mask)
{
  for (int l = 0; l < 32; l++)
    if (lanes[l])
      {
        Shuffle  *s    = static_cast<Shuffle *> (lanes[l]);
        const int from = s->source & 31;

        if (! lanes[from])
          {
            for (unsigned w = 0; w < (n_threads + 31) / 32; w++)
              if (w * 32 + l < n_threads && fibers[w * 32 + l].argument == s)
                current = &fibers[w * 32 + l];
            fault ("lane %d reads lane %d by %s, which takes no part (lanes 0x%08x do), in %s:%d",
                   l, from, static_cast<Fiber *> (current)->what, mask,
                   static_cast<Fiber *> (current)->file, static_cast<Fiber *> (current)->line);
          }
        memcpy (s->result, static_cast<Shuffle *> (lanes[from])->value, sizeof s->result);
      }
}

void
complete_ballot (void *const lanes[32], unsigned)
{
  uint64_t all = 0;

  for (int l = 0; l < 32; l++)
    if (lanes[l] && static_cast<Vote *> (lanes[l])->value)
      all |= 1ull << l;
  for (int l = 0; l < 32; l++)
    if (lanes[l])
      static_cast<Vote *> (lanes[l])->result = all;
}

void
complete_match (void *const lanes[32], unsigned)
{
  for (int l = 0; l < 32; l++)
    for (int k = 0; k < 32; k++)
      if (lanes[l] && lanes[k]
          && static_cast<Vote *> (lanes[l])->value == static_cast<Vote *> (lanes[k])->value)
        static_cast<Vote *> (lanes[l])->result |= 1ull << k;
}

void
complete_add (void *const lanes[32], unsigned)
{
  uint32_t sum = 0;

  for (int l = 0; l < 32; l++)
    if (lanes[l])
      sum += (uint32_t) static_cast<Vote *> (lanes[l])->value;
  for (int l = 0; l < 32; l++)
    if (lanes[l])
      static_cast<Vote *> (lanes[l])->result = sum;
}

void *
dynamic_shared ()
{
  return running.dynamic.begin;
}

void
fence ()
{
  running.fence_launch = running.launch_epoch;
}

/*  a block  */

/* The current thread has ended.  Returns if another is to begin on its stack. */
static void
finish ()
{
  Fiber *self = static_cast<Fiber *> (current);
  Fiber *next;

  self->state = DONE;
  n_present--;
  warps[self->warp].present &= ~(1u << self->lane);
  if (warps[self->warp].waiting)
    for (unsigned l = 0; l < 32; l++)
      if (warps[self->warp].waiting >> l & 1u)
        release_warp_if_complete (self->warp, fibers[self->warp * 32 + l].mask);
  release_block_if_complete ();
  next = choose ();
  if (next != &scheduler && ! next->has_begun)
    {
      next->stack     = self->stack;
      next->has_begun = true;
      current         = next;
      return;
    }
  free_stacks[n_free_stacks++] = self->stack;
  switch_to (self, next);
  abort ();
}

extern "C" void
cuda_emulation_enter ()
{
  if (__sanitizer_finish_switch_fiber)
    {
      const void *from;
      size_t      size;

      __sanitizer_finish_switch_fiber (nullptr, &from, &size);
      if (host_stack == nullptr)
        {
          host_stack      = from;
          host_stack_size = size;
        }
    }
  for (;;)
    {
      running.launch->invoke (running.launch->kernel, running.launch->arguments);
      finish ();
    }
}

/* Stacks lie at a power of two; to begin all at the same offset would have
 * them push one another out of the processor's caches. */
static void
begin (Fiber *fiber)
{
  char *top;

  fiber->stack     = free_stacks[--n_free_stacks];
  fiber->has_begun = true;
  top              = stack_of (fiber) + stack_size - fiber->stack % 64 * 512;
  if (__asan_unpoison_memory_region)
    __asan_unpoison_memory_region (stack_of (fiber) + 4096, stack_size - 4096);
#ifdef __x86_64__
  void **frame = reinterpret_cast<void **> (top) - 8;

  memset (frame, 0, 8 * sizeof (void *));
  frame[6] = reinterpret_cast<void *> (cuda_emulation_enter);
  fiber->stack_pointer = frame;
#else
  getcontext (&fiber->context);
  fiber->context.uc_stack.ss_sp   = stack_of (fiber);
  fiber->context.uc_stack.ss_size = (size_t) (top - stack_of (fiber));
  makecontext (&fiber->context, cuda_emulation_enter, 0);
#endif
}

static void
run_block ()
{
  ring_first = ring_size = n_at_block = votes_yes = 0;
  n_present     = n_threads;
  n_free_stacks = max_threads;
  for (unsigned i = 0; i < max_threads; i++)
    free_stacks[i] = max_threads - 1 - i;
  memset (warps, 0, sizeof warps);
  running.block_epoch = ++running.epoch;
  checks_fill_shared ();
  for (unsigned i = 0; i < n_threads; i++)
    {
      const unsigned t = positions[i];

      fibers[t].argument  = nullptr;
      fibers[t].has_begun = false;
      warps[t / 32].present |= 1u << (t % 32);
      make_runnable (t);
    }
  switch_to (&scheduler, choose ());
  if (n_present == 0)
    return;

  for (unsigned t = 0; t < n_threads; t++)
    if (fibers[t].state == AT_WARP || fibers[t].state == AT_BLOCK)
      {
        const Fiber *other = nullptr;

        for (unsigned k = 0; k < n_threads; k++)
          if (fibers[k].state != DONE && fibers[k].state != fibers[t].state)
            other = &fibers[k];
        current = &fibers[t];
        fault ("deadlock: %u of %u threads wait; this one at %s (mask 0x%08x) in %s:%d%s%s%s%s",
               n_present, n_threads, fibers[t].what,
               fibers[t].state == AT_WARP ? fibers[t].mask : 0xffffffffu,
               fibers[t].file, fibers[t].line,
               other ? ", another at " : "", other ? other->what : "",
               other ? " in " : "", other ? other->file : "");
      }
}

static void
reserve_stacks ()
{
  const size_t size = (size_t) max_threads * stack_size;
  char        *base;

  if (running.stacks.begin)
    return;
  base = static_cast<char *> (mmap (nullptr, size, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (base == MAP_FAILED)
    throw std::bad_alloc ();
  /* A page that nobody may touch below each stack. */
  for (unsigned i = 0; i < max_threads; i++)
    mprotect (base + i * stack_size, 4096, PROT_NONE);
  running.stacks = { base, base + size };
}

static void
put_threads_in_order (unsigned order)
{
  for (unsigned i = 0; i < n_threads; i++)
    positions[i] = order == 1 ? n_threads - 1 - i : i;
  random_choice = order > 1;
  is_reversed   = order == 1;
  random_state  = 0x9e3779b97f4a7c15ull * (order + 1);
  if (random_choice)
    for (unsigned i = n_threads - 1; i > 0; i--)
      std::swap (positions[i], positions[(random_next () >> 33) % (i + 1)]);
}

static uint64_t
greatest_common_divisor (uint64_t a, uint64_t b)
{
  return b == 0 ? a : greatest_common_divisor (b, a % b);
}

void
run_launch (const Launch &launch, unsigned order)
{
  static std::mutex           one_at_a_time;
  std::lock_guard<std::mutex> guard (one_at_a_time);
  const uint64_t              n_blocks = (uint64_t) launch.grid.x * launch.grid.y * launch.grid.z;
  uint64_t                    step     = 1;

  reserve_stacks ();
  install_handlers ();
  block_size     = launch.block;
  grid_size      = launch.grid;
  n_threads      = launch.block.x * launch.block.y * launch.block.z;
  running.launch = &launch;
  /* The end of the launch's shared memory is the end of the mapping. */
  running.dynamic.end   = running.dynamic_whole.end;
  running.dynamic.begin = running.dynamic.end - (launch.shared_bytes + 15) / 16 * 16;
  running.dynamic.end   = running.dynamic.begin + launch.shared_bytes;
  running.launch_epoch  = ++running.epoch;
  for (unsigned t = 0; t < n_threads; t++)
    {
      fibers[t].index  = uint3 { t % launch.block.x, t / launch.block.x % launch.block.y,
                                 t / launch.block.x / launch.block.y };
      fibers[t].linear = t;
      fibers[t].lane   = t % 32;
      fibers[t].warp   = t / 32;
    }
  put_threads_in_order (order);

  /* A shuffled order visits all blocks by a step that has no factor in common
   * with their number. */
  if (order > 1)
    {
      step = random_next () % n_blocks | 1u;
      while (greatest_common_divisor (step, n_blocks) != 1)
        step += 2;
    }
  for (uint64_t i = 0; i < n_blocks; i++)
    {
      const uint64_t b = order == 1 ? n_blocks - 1 - i : (unsigned __int128) i * step % n_blocks;

      block_index = uint3 { (unsigned) (b % launch.grid.x), (unsigned) (b / launch.grid.x % launch.grid.y),
                            (unsigned) (b / launch.grid.x / launch.grid.y) };
      run_block ();
    }
  running.launch = nullptr;
  current        = nullptr;
}

}
