/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With any number of threads, sleeping or waiting actively, every task of
 * every op is done exactly once before the op's call returns.
 */

#include <stdatomic.h>

#include "engine/cpu/threads.h"

#define MAX_TASKS 300

static atomic_int done[MAX_TASKS];

static void
mark (gint64   task,
      gpointer data)
{
  gint *plain = data;

  atomic_fetch_add (&done[task], 1);
  plain[task]++;                    /* seen by the caller without a lock */
}

static void
run (gint n_threads,
     gint n_rounds,
     guint pause_us)
{
  PiscesCpuThreads *threads = pisces_cpu_threads_new (n_threads);

  for (gint round = 0; round < n_rounds; round++)
    {
      gint n_tasks          = (round * 37) % MAX_TASKS;
      gint plain[MAX_TASKS] = { 0 };

      for (gint i = 0; i < MAX_TASKS; i++)
        atomic_store (&done[i], 0);
      pisces_cpu_threads_share (threads, n_tasks, mark, plain);
      for (gint i = 0; i < MAX_TASKS; i++)
        {
          g_assert_cmpint (atomic_load (&done[i]), ==, i < n_tasks);
          g_assert_cmpint (plain[i], ==, i < n_tasks);
        }
      if (pause_us)
        g_usleep (pause_us);
    }

  pisces_cpu_threads_free (threads);
}

static void
test_awake (void)
{
  for (gint n_threads = 1; n_threads <= 8; n_threads++)
    run (n_threads, 3000, 0);
}

static void
test_asleep (void)
{
  run (3, 300, 1000);
}

static void
test_free_at_once (void)
{
  for (gint i = 0; i < 200; i++)
    pisces_cpu_threads_free (pisces_cpu_threads_new (4));
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/threads/awake", test_awake);
  g_test_add_func ("/threads/asleep", test_asleep);
  g_test_add_func ("/threads/freed-at-once", test_free_at_once);

  return g_test_run ();
}
