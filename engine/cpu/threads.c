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

#include <stdatomic.h>
#include <sys/resource.h>

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

/* After so many ops a helper asks whether the system has stopped it.  */
#define OPS_PER_LOOK 64

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
static gint64   times_stopped (void);
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

/* How often the system has taken the processor away from this thread, which wanted to
 * go on; 0 where this cannot be known.  */
static gint64
times_stopped (void)
{
#ifdef RUSAGE_THREAD
  struct rusage usage;

  if (getrusage (RUSAGE_THREAD, &usage) == 0)
    return usage.ru_nivcsw;
#endif
  return 0;
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
  PiscesCpuThreads *threads   = data;
  guint             seen      = 0;
  gint64            n_stopped = 0;
  gint              n_spins   = threads->n_spins;

  for (guint n_ops = 0; TRUE; n_ops++)
    {
      if (n_ops % OPS_PER_LOOK == 0)
        {
          const gint64 n = times_stopped ();

          n_spins   = n > n_stopped ? threads->n_crowded_spins : threads->n_spins;
          n_stopped = n;
        }

      look_out (threads, seen, n_spins);
      if (atomic_load (&threads->quit))
        return NULL;

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
