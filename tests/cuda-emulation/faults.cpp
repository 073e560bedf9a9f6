/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * faults.cpp: reports a mistake in a sentence with the kernel, the block, the
 * thread, and the source line if it is known; then the process ends.
 */

#include "internal.hpp"

#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cuda_emulation
{

static void
say_where ()
{
  fflush (stdout);
  fprintf (stderr, "cuda-emulation: ");
  if (running.launch)
    fprintf (stderr, "kernel %s, block (%u, %u, %u)", running.launch->name,
             block_index.x, block_index.y, block_index.z);
  if (running.launch && current)
    fprintf (stderr, ", thread (%u, %u, %u)", current->index.x, current->index.y, current->index.z);
  if (running.launch)
    fprintf (stderr, ": ");
}

/* The source line, found by addr2line if that is installed.  */
static void
say_line (const void *code)
{
  Dl_info info;
  char    command[1200];

  if (! code || ! dladdr (code, &info) || ! info.dli_fname)
    return;
  fprintf (stderr, "  at ");
  fflush (stderr);
  snprintf (command, sizeof command, "addr2line -e '%s' 0x%zx >&2 2>/dev/null", info.dli_fname,
            (size_t) ((const char *) code - (const char *) info.dli_fbase - 1));
  if (system (command) != 0)
    fprintf (stderr, "%s\n", info.dli_fname);
}

void
fault_at (const void *code, const char *format, ...)
{
  va_list arguments;

  say_where ();
  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fprintf (stderr, ".\n");
  say_line (code);
  abort ();
}

void
fault (const char *format, ...)
{
  va_list arguments;

  say_where ();
  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fprintf (stderr, ".\n");
  abort ();
}

static void
on_bad_address (int number, siginfo_t *info, void *)
{
  const char *address = static_cast<const char *> (info->si_addr);

  if (memory_is_device (address) && ! running.launch)
    fault ("the host touches device memory at %p", (const void *) address);
  if (running.launch && running.stacks.has (address))
    fault ("a thread's stack is full");
  if (running.launch && address >= running.dynamic_whole.end && address < running.dynamic_whole.end + 4096)
    fault ("the kernel reads or writes behind the end of its dynamic shared memory");
  if (running.launch)
    fault ("the kernel touches %p, which is nothing, or it is misaligned", (const void *) address);
  signal (number, SIG_DFL);
}

/* Each thread that runs kernels needs its own stack for signals.  */
void
install_handlers ()
{
  static thread_local bool done;
  struct sigaction         action = {};
  stack_t                  stack  = {};

  if (done)
    return;
  done           = true;
  stack.ss_size  = 64 << 10;
  stack.ss_sp    = mmap (nullptr, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack.ss_sp == MAP_FAILED)
    abort ();
  sigaltstack (&stack, nullptr);
  action.sa_sigaction = on_bad_address;
  action.sa_flags     = SA_SIGINFO | SA_ONSTACK;
  sigaction (SIGSEGV, &action, nullptr);
  sigaction (SIGBUS, &action, nullptr);
}

}

/* UndefinedBehaviorSanitizer calls these functions in checked kernels; the
 * description of each mistake begins with its place in the source.  */
struct Place
{
  const char *file;
  uint32_t    line, column;
};

static void
bad (const Place *place, const char *what)
{
  cuda_emulation::fault ("%s in %s:%u", what, place->file, place->line);
}

extern "C"
{
#define HANDLER(name, what) \
  [[gnu::weak, gnu::visibility ("default")]] void __ubsan_handle_ ## name ## _abort (Place *place); \
  void __ubsan_handle_ ## name ## _abort (Place *place) { bad (place, what); }

HANDLER (out_of_bounds,          "an index is outside of its array")
HANDLER (type_mismatch_v1,       "a misaligned or null pointer is used")
HANDLER (shift_out_of_bounds,    "a shift by too many bits")
HANDLER (divrem_overflow,        "a division by zero")
HANDLER (add_overflow,           "a sum of integers overflows")
HANDLER (sub_overflow,           "a difference of integers overflows")
HANDLER (mul_overflow,           "a product of integers overflows")
HANDLER (negate_overflow,        "a negated integer overflows")
HANDLER (pointer_overflow,       "a pointer overflows")
HANDLER (missing_return,         "a function ends without its value")
HANDLER (builtin_unreachable,    "an unreachable point is reached")
}
