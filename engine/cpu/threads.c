/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * threads.c: threads that share the tasks of one op.  The calling thread takes
 * tasks like the others, one after another from a common counter.  So an op also
 * gets done when no other thread gets a processor, because GIMP's own threads and
 * other programs need them too.  With a barrier that every thread must reach, as
 * OpenMP has, a picture took 18 s on a busy machine, instead of 1.7 s.
 *
 * Between two ops there are only a few microseconds, so a helper waits actively
 * for the next op for a moment before it goes to sleep; a shorter moment where other
 * programs want the processor.
 */

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/cpu/threads.h"

/* How long a thread waits actively, in microseconds: longer than the others need for
 * their last tasks of an op that reads a large matrix, because to wake a sleeping
 * thread takes 20 to 50.  With 10 instead of 100, a model of 1.4 billion parameters
 * wrote a tenth to a third fewer tokens with two threads.  */
#define SPIN_TIME 100

/* While another program wants the same processor, the time of waiting is missing when
 * there is work: the system then stops this thread in the middle of a task.  With 100
 * µs, a tenth fewer tokens were written beside such a program.  */
#define CROWDED_SPIN_TIME 10

/* It is crowded where a helper that wants to run has to wait for more than this part of
 * the time: beside a busy program it is 0.4, on an idle system 0.02.  How often it was
 * stopped says less: that happens on an idle system too, and then a thread that sleeps
 * early cost a large model a fifth of its speed.  */
#define CROWDED_PART 0.1

/* After so many ops a helper looks at the clock, and after so many microseconds at how
 * long it had to wait.  */
#define OPS_PER_LOOK  64
#define TIME_PER_LOOK 20000

/* A processor pauses for 10 to 150 cycles, so it is measured how many times that is.  */
#define MEASURED_SPINS 200
#define MAX_SPINS      20000

struct _PiscesCpuThreads
{
  gint            n_helpers;
  GThread       **helpers;
  gint            n_spins;         /* of active waiting                     */
  gint            n_crowded_spins;

  /* The current op.  The caller writes it while is_open is FALSE; the threads
   * that are inside read it.  */
  PiscesCpuTask   func;
  gpointer        data;
  gint64          n_tasks;

  _Atomic gint64  next_task;
  atomic_bool     is_open;
  atomic_int      n_inside;        /* helpers that may have a task          */
  atomic_uint     generation;      /* grows by one with each op             */
  atomic_bool     quit;

  GMutex          lock;            /* used only for sleeping                */
  GCond           opened;
  GCond           left;
  atomic_int      n_asleep;
  atomic_bool     caller_asleep;
};


static void     measure_spins (PiscesCpuThreads *threads);
static gpointer help          (gpointer          data);
static void     take_tasks    (PiscesCpuThreads *threads);
static void     look_out      (PiscesCpuThreads *threads,
                               guint             seen,
                               gint              n_spins);

static inline void
pause_briefly (void)
{
#if defined (__x86_64__)
  __builtin_ia32_pause ();
#elif defined (__aarch64__)
  __asm__ volatile ("yield");
#endif
}


/**
 * pisces_cpu_threads_new:
 * @n_threads: how many threads work, including the caller's; 1 starts no thread.
 *
 * Returns: (transfer full): the threads, which wait for work.
 */
PiscesCpuThreads *
pisces_cpu_threads_new (gint n_threads)
{
  PiscesCpuThreads *threads = g_new0 (PiscesCpuThreads, 1);

  g_mutex_init (&threads->lock);
  g_cond_init (&threads->opened);
  g_cond_init (&threads->left);
  threads->n_helpers = MAX (0, n_threads - 1);
  measure_spins (threads);
  threads->helpers   = g_new0 (GThread *, threads->n_helpers);
  for (gint i = 0; i < threads->n_helpers; i++)
    threads->helpers[i] = g_thread_new ("pisces-cpu", help, threads);

  return threads;
}

void
pisces_cpu_threads_free (PiscesCpuThreads *threads)
{
  atomic_store (&threads->quit, TRUE);
  g_mutex_lock (&threads->lock);
  g_cond_broadcast (&threads->opened);
  g_mutex_unlock (&threads->lock);

  for (gint i = 0; i < threads->n_helpers; i++)
    g_thread_join (threads->helpers[i]);

  g_mutex_clear (&threads->lock);
  g_cond_clear (&threads->opened);
  g_cond_clear (&threads->left);
  g_free (threads->helpers);
  g_free (threads);
}

/**
 * pisces_cpu_threads_share:
 * @threads: the threads.  Only one caller may use them at a time.
 * @n_tasks: the number of tasks.
 * @func: does the task with the given number, counted from 0.  It is called from
 *   any thread, in any order.
 * @data: for @func.
 *
 * Returns when all tasks are done.
 */
void
pisces_cpu_threads_share (PiscesCpuThreads *threads,
                          gint64            n_tasks,
                          PiscesCpuTask     func,
                          gpointer          data)
{
  if (threads->n_helpers == 0 || n_tasks <= 1)
    {
      for (gint64 task = 0; task < n_tasks; task++)
        func (task, data);
      return;
    }

  threads->func    = func;
  threads->data    = data;
  threads->n_tasks = n_tasks;
  atomic_store (&threads->next_task, 0);
  atomic_store (&threads->is_open, TRUE);
  atomic_fetch_add (&threads->generation, 1);
  if (atomic_load (&threads->n_asleep) > 0)
    {
      g_mutex_lock (&threads->lock);
      g_cond_broadcast (&threads->opened);
      g_mutex_unlock (&threads->lock);
    }

  take_tasks (threads);

  /* Helpers that come later find the op closed and take nothing.  Those that are
   * inside may still have a task to finish, so wait for them.  */
  atomic_store (&threads->is_open, FALSE);
  for (gint i = 0; i < threads->n_spins && atomic_load (&threads->n_inside) > 0; i++)
    pause_briefly ();
  if (atomic_load (&threads->n_inside) > 0)
    {
      g_mutex_lock (&threads->lock);
      atomic_store (&threads->caller_asleep, TRUE);
      while (atomic_load (&threads->n_inside) > 0)
        g_cond_wait (&threads->left, &threads->lock);
      atomic_store (&threads->caller_asleep, FALSE);
      g_mutex_unlock (&threads->lock);
    }
}


/*  private functions  */

/* Takes the least of some measurements, as other programs may get the processor in
 * between.  */
static void
measure_spins (PiscesCpuThreads *threads)
{
  gint64 least = G_MAXINT64;

  for (gint turn = 0; turn < 5; turn++)
    {
      const gint64 start = g_get_monotonic_time ();

      for (gint i = 0; i < MEASURED_SPINS; i++)
        pause_briefly ();
      least = MIN (least, g_get_monotonic_time () - start);
    }

  threads->n_spins         = MIN (MAX_SPINS, MEASURED_SPINS * SPIN_TIME / MAX (least, 1));
  threads->n_crowded_spins = threads->n_spins * CROWDED_SPIN_TIME / SPIN_TIME;
}

/* How long a thread has waited for a processor.  */
typedef struct
{
  gint   file;          /* -1: this system does not tell      */
  gint64 looked_at;     /* microseconds                       */
  gint64 waited;        /* nanoseconds, since it began        */
} Crowd;

static gint64
time_waited (const Crowd *crowd)
{
  gchar              text[80];
  unsigned long long ran, waited;
  const gssize       n = pread (crowd->file, text, sizeof (text) - 1, 0);

  if (n <= 0)
    return 0;
  text[n] = '\0';
  return sscanf (text, "%llu %llu", &ran, &waited) == 2 ? (gint64) waited : 0;
}

static void
crowd_init (Crowd *crowd)
{
  crowd->file      = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  crowd->looked_at = g_get_monotonic_time ();
  crowd->waited    = time_waited (crowd);
}

static void
crowd_clear (Crowd *crowd)
{
  if (crowd->file >= 0)
    close (crowd->file);
}

/* Looks whether other programs want the processor of this thread, if it is time to.  */
static void
crowd_look (Crowd    *crowd,
            gboolean *is_crowded)
{
  const gint64 now = g_get_monotonic_time ();
  gint64       waited;

  if (crowd->file < 0 || now - crowd->looked_at < TIME_PER_LOOK)
    return;

  waited           = time_waited (crowd);
  *is_crowded      = (waited - crowd->waited) * 1e-3 > CROWDED_PART * (now - crowd->looked_at);
  crowd->waited    = waited;
  crowd->looked_at = now;
}

static void
take_tasks (PiscesCpuThreads *threads)
{
  gint64 task;

  while ((task = atomic_fetch_add (&threads->next_task, 1)) < threads->n_tasks)
    threads->func (task, threads->data);
}

static gpointer
help (gpointer data)
{
  PiscesCpuThreads *threads    = data;
  guint             seen       = 0;
  gboolean          is_crowded = FALSE;
  Crowd             crowd;

  crowd_init (&crowd);
  for (guint n_ops = 1; TRUE; n_ops++)
    {
      if (n_ops % OPS_PER_LOOK == 0)
        crowd_look (&crowd, &is_crowded);

      look_out (threads, seen, is_crowded ? threads->n_crowded_spins : threads->n_spins);
      if (atomic_load (&threads->quit))
        break;

      seen = atomic_load (&threads->generation);
      atomic_fetch_add (&threads->n_inside, 1);
      if (atomic_load (&threads->is_open))
        take_tasks (threads);
      if (atomic_fetch_sub (&threads->n_inside, 1) == 1 &&
          atomic_load (&threads->caller_asleep))
        {
          g_mutex_lock (&threads->lock);
          g_cond_signal (&threads->left);
          g_mutex_unlock (&threads->lock);
        }
    }
  crowd_clear (&crowd);

  return NULL;
}

/* Waits until there is a new op, after the op number @seen, or until the threads
 * shall end.  */
static void
look_out (PiscesCpuThreads *threads,
          guint             seen,
          gint              n_spins)
{
  for (gint i = 0; i < n_spins; i++)
    {
      if (atomic_load (&threads->generation) != seen)
        return;
      pause_briefly ();
    }

  g_mutex_lock (&threads->lock);
  atomic_fetch_add (&threads->n_asleep, 1);
  while (atomic_load (&threads->generation) == seen && ! atomic_load (&threads->quit))
    g_cond_wait (&threads->opened, &threads->lock);
  atomic_fetch_sub (&threads->n_asleep, 1);
  g_mutex_unlock (&threads->lock);
}
