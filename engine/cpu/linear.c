/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linear.c: linear of the CPU backend: chooses the product for the form that
 * the matrix is held in.
 */

#include "engine/cpu/cpu.h"


void
pisces_cpu_linear (PiscesBackend      *backend,
                   PiscesTensor        y,
                   PiscesTensor        x,
                   const PiscesWeight *weight,
                   const PiscesWeight *bias,
                   PiscesActivation    activation,
                   gboolean            accumulate)
{
  const PiscesCpuWeight *w = (const PiscesCpuWeight *) weight;

  if (w->n_bits)
    pisces_cpu_linear_quantised (backend, y, x, w, bias, activation, accumulate);
  else if (w->row_type != PISCES_F32)
    pisces_cpu_linear_half (backend, y, x, w, bias, activation, accumulate);
  else
    pisces_cpu_linear_panels (backend, y, x, w, bias, activation, accumulate);
}
