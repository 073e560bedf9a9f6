/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * share.c: how the work of an op is shared out among the threads of the CPU
 * backend, and how many it is worth.
 */

#include "engine/cpu/cpu.h"


/* A thread more is worth its waking and waiting (some microseconds) for so
 * many operations.  */
#define WORK_PER_THREAD 200e3

/* So that a thread that is held up holds up little.  */
#define PARTS_PER_THREAD 3


/**
 * pisces_cpu_threads_for:
 * @work: roughly the floating point operations of an op.
 *
 * Returns: how many threads it is worth.
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
 * @n_threads: as pisces_cpu_threads_for() gave it.
 * @n_tasks: how many tasks.
 * @func: does one.
 * @data: for @func.
 *
 * Does tasks that do not depend on one another, on all threads, or, where
 * the op is worth only one, on the caller's.
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
  gint64         n_parts;
  PiscesCpuRows  func;
  gpointer       data;
} RowParts;

static void
do_part (gint64   part,
         gpointer data)
{
  const RowParts *parts = data;

  parts->func (part * parts->n_rows / parts->n_parts,
               (part + 1) * parts->n_rows / parts->n_parts, parts->data);
}

/**
 * pisces_cpu_share_rows:
 * @work: as for pisces_cpu_threads_for().
 * @n_rows: of the op.
 * @func: does some of them.
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
  RowParts   parts = { n_rows, MIN (n_rows, n > 1 ? PARTS_PER_THREAD * n : 1), func, data };

  pisces_cpu_share (backend, n, parts.n_parts, do_part, &parts);
}
