/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output.c: what is done to the outputs of a product when their sums are known,
 * whatever the type of the weights.
 */

#include "engine/cpu/cpu.h"


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
