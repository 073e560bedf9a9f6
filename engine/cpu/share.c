/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * share.c: decides how many threads an op is worth, and shares its work out among
 * the threads of the CPU backend.
 */

#include "engine/cpu/cpu.h"


/* One more thread is worth it if it gets at least this many operations, because
 * waking it and waiting for it takes some microseconds.  */
#define WORK_PER_THREAD 200e3

/* Several parts for each thread, so that the others can take over the work of a thread
 * that other programs hold up.  The last quarter is in smaller parts, so that none waits
 * long for the last one: when all parts were an eighth of a thread's work, that took 3 %
 * of the time of a large model.  */
#define LARGE_PER_THREAD 3
#define SMALL_PER_THREAD 8


/**
 * pisces_cpu_threads_for:
 * @work: roughly the floating point operations of an op.
 *
 * Returns: how many threads the op is worth, at least 1.
 */
gint
pisces_cpu_threads_for (PiscesBackend *backend,
                        gdouble        work)
{
  const PiscesCpu *cpu = (const PiscesCpu *) backend;

  return (gint) CLAMP (work / WORK_PER_THREAD, 1, cpu->n_threads);
}

/**
 * pisces_cpu_share:
 * @n_threads: the result of pisces_cpu_threads_for().
 * @n_tasks: the number of tasks.
 * @func: does the task with the given number, counted from 0.
 * @data: for @func.
 *
 * Does tasks that do not depend on one another.  They run on all threads, or only
 * on the caller's if @n_threads is 1.  Returns when all of them are done.
 */
void
pisces_cpu_share (PiscesBackend *backend,
                  gint           n_threads,
                  gint64         n_tasks,
                  PiscesCpuTask  func,
                  gpointer       data)
{
  const PiscesCpu *cpu = (const PiscesCpu *) backend;

  if (n_threads > 1)
    pisces_cpu_threads_share (cpu->threads, n_tasks, func, data);
  else
    for (gint64 task = 0; task < n_tasks; task++)
      func (task, data);
}

typedef struct
{
  gint64         n_rows;
  gint64         n_large, n_small;
  PiscesCpuRows  func;
  gpointer       data;
} RowParts;

/* The first row of a part, or the number of rows after the last part.  */
static gint64
first_of_part (const RowParts *parts,
               gint64          part)
{
  const gint64 in_small = parts->n_large == 0 ? parts->n_rows : parts->n_rows / 4;
  const gint64 in_large = parts->n_rows - in_small;

  if (part < parts->n_large)
    return part * in_large / parts->n_large;
  return in_large + (part - parts->n_large) * in_small / parts->n_small;
}

static void
do_part (gint64   part,
         gpointer data)
{
  const RowParts *parts = data;

  parts->func (first_of_part (parts, part), first_of_part (parts, part + 1), parts->data);
}

/**
 * pisces_cpu_share_rows:
 * @work: the work of the whole op, as in pisces_cpu_threads_for().
 * @n_rows: the number of rows of the op.
 * @func: computes some of the rows.
 * @data: for @func.
 */
void
pisces_cpu_share_rows (PiscesBackend *backend,
                       gdouble        work,
                       gint64         n_rows,
                       PiscesCpuRows  func,
                       gpointer       data)
{
  const gint n     = pisces_cpu_threads_for (backend, work);
  RowParts   parts = { n_rows, 0, n > 1 ? MIN (n_rows, SMALL_PER_THREAD * n) : 1, func, data };

  if (n > 1 && n_rows / 4 >= parts.n_small)
    parts.n_large = LARGE_PER_THREAD * n;
  pisces_cpu_share (backend, n, parts.n_large + parts.n_small, do_part, &parts);
}

/**
 * pisces_cpu_take_place:
 * @is_taken: which places are in use, as many as there are threads.
 *
 * Takes a place that is not in use, for memory that a task needs for itself.
 *
 * Returns: its number.  Whoever has it sets @is_taken to FALSE in the end.
 */
gint
pisces_cpu_take_place (atomic_bool *is_taken)
{
  for (gint i = 0; ; i++)
    if (! atomic_exchange (&is_taken[i], TRUE))
      return i;
}
