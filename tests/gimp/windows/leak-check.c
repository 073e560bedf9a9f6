/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * leak-check.c: a library to preload.  GIMP gives a plug-in ten milliseconds
 * to end, which is not enough for LeakSanitizer.  So this checks for leaks on
 * SIGUSR2, and writes to $PISCES_TEST_REPORTS/leaks-checked.PID whether it has
 * found any.  It does nothing in processes that were not compiled with
 * LeakSanitizer.
 */

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern int __lsan_do_recoverable_leak_check (void) __attribute__ ((weak));

/* Runs in a separate thread, so that it interrupts nothing that holds a
 * lock.  */
static void *
check_when_told (void *nothing)
{
  sigset_t wanted;
  int      number;

  sigemptyset (&wanted);
  sigaddset (&wanted, SIGUSR2);

  while (sigwait (&wanted, &number) == 0)
    {
      int   found = __lsan_do_recoverable_leak_check ();
      char  path[4096];
      FILE *answer;

      snprintf (path, sizeof path, "%s/leaks-checked.%d",
                getenv ("PISCES_TEST_REPORTS"), (int) getpid ());
      answer = fopen (path, "w");
      if (answer)
        {
          fprintf (answer, "%d\n", found);
          fclose (answer);
        }
    }

  return NULL;
}

__attribute__ ((constructor)) static void
check_start (void)
{
  sigset_t  wanted;
  pthread_t thread;

  if (! __lsan_do_recoverable_leak_check || ! getenv ("PISCES_TEST_REPORTS"))
    return;

  sigemptyset (&wanted);
  sigaddset (&wanted, SIGUSR2);
  pthread_sigmask (SIG_BLOCK, &wanted, NULL);
  pthread_create (&thread, NULL, check_when_told, NULL);
}
