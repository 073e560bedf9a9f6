/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * threads.h: spreads the tasks of one op over the processors.  Knows nothing of
 * tensors.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PiscesCpuThreads PiscesCpuThreads;

typedef void (* PiscesCpuTask) (gint64   task,
                                gpointer data);

PiscesCpuThreads * pisces_cpu_threads_new   (gint              n_threads);
void               pisces_cpu_threads_free  (PiscesCpuThreads *threads);

void               pisces_cpu_threads_share (PiscesCpuThreads *threads,
                                             gint64            n_tasks,
                                             PiscesCpuTask     func,
                                             gpointer          data);

G_END_DECLS
