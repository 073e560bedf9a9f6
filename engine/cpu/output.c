/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output.c: what is done to the outputs of a product when their sums are known,
 * whatever the type of the weights.
 */

#include <string.h>

#include "engine/cpu/cpu.h"


PISCES_VECTORISED static gboolean
are_finite (const gfloat *sums,
            gint64        n)
{
  gint n_odd = 0;

  for (gint64 i = 0; i < n; i++)
    n_odd += ! pisces_cpu_is_finite (sums[i]);
  return n_odd == 0;
}

PISCES_VECTORISED static void
add (gfloat       *y,
     const gfloat *x,
     gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] += x[i];
}

/**
 * pisces_cpu_take_sums:
 * @row: of y.
 * @first: the first column.
 * @sums: `[n]`; the bias is added to them.
 *
 * Takes some outputs of one row, but for the activation.
 */
void
pisces_cpu_take_sums (const PiscesCpuOutput *output,
                      gint64                 row,
                      gint64                 first,
                      gfloat                *sums,
                      gint64                 n)
{
  gfloat *y = pisces_cpu_row (output->y, row) + first;

  if (output->is_odd && ! are_finite (sums, n))
    atomic_store (output->is_odd, TRUE);
  if (output->bias)
    add (sums, output->bias + first, n);
  if (output->accumulate)
    add (y, sums, n);
  else
    memcpy (y, sums, n * sizeof (gfloat));
}

/**
 * pisces_cpu_activate_columns:
 *
 * Applies the activation to the columns from @first to @end - 1 of all rows, which
 * have taken their sums.
 */
void
pisces_cpu_activate_columns (const PiscesCpuOutput *output,
                             gint64                 first,
                             gint64                 end)
{
  if (output->activation == PISCES_ACT_NONE)
    return;

  for (gint64 row = 0; row < pisces_tensor_n_rows (output->y); row++)
    {
      gfloat *y = pisces_cpu_row (output->y, row) + first;

      pisces_cpu_activate_row (y, y, end - first, output->activation);
    }
}
