/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linear.c: linear of the CPU backend.  It chooses the product that fits the form
 * in which the matrix is held.
 */

#include "engine/cpu/cpu.h"


static void   linear_of    (PiscesBackend         *backend,
                            PiscesTensor           y,
                            PiscesTensor           x,
                            const PiscesCpuWeight *weight,
                            const PiscesWeight    *bias,
                            PiscesActivation       activation,
                            gboolean               accumulate);
static void   linear_of_pieces
                           (PiscesBackend         *backend,
                            PiscesTensor           y,
                            PiscesTensor           x,
                            const PiscesCpuWeight *weight,
                            const PiscesWeight    *bias,
                            PiscesActivation       activation,
                            gboolean               accumulate);


void
pisces_cpu_linear (PiscesBackend      *backend,
                   PiscesTensor        y,
                   PiscesTensor        x,
                   const PiscesWeight *weight,
                   const PiscesWeight *bias,
                   PiscesActivation    activation,
                   gboolean            accumulate)
{
  const PiscesCpuWeight *w       = (const PiscesCpuWeight *) weight;
  const gboolean         is_many = pisces_tensor_n_rows (x) > PISCES_CPU_FEW_ROWS;

  if (is_many && w->is_unchecked && ! pisces_cpu_weight_check (backend, w))
    return;

  if (is_many && w->pieces)
    linear_of_pieces (backend, y, x, w, bias, activation, accumulate);
  else
    linear_of (backend, y, x, w, bias, activation, accumulate);
}


/*  private functions  */

static void
linear_of (PiscesBackend         *backend,
           PiscesTensor           y,
           PiscesTensor           x,
           const PiscesCpuWeight *weight,
           const PiscesWeight    *bias,
           PiscesActivation       activation,
           gboolean               accumulate)
{
  if (weight->n_bits)
    pisces_cpu_linear_quantised (backend, y, x, weight, bias, activation, accumulate);
  else if (weight->row_type != PISCES_F32)
    pisces_cpu_linear_half (backend, y, x, weight, bias, activation, accumulate);
  else
    pisces_cpu_linear_panels (backend, y, x, weight, bias, activation, accumulate);
}

/* Multiplies the pieces one after another, each into its own columns of @y.
 * Products of many rows need a matrix that lies in one place, because they put
 * outputs side by side or hand the matrix to oneDNN.  */
static void
linear_of_pieces (PiscesBackend         *backend,
                  PiscesTensor           y,
                  PiscesTensor           x,
                  const PiscesCpuWeight *weight,
                  const PiscesWeight    *bias,
                  PiscesActivation       activation,
                  gboolean               accumulate)
{
  const gfloat *values = pisces_cpu_vector (bias);

  for (gint i = 0; i < weight->n_pieces; i++)
    {
      const PiscesCpuWeight *piece      = &weight->pieces[i];
      PiscesCpuWeight        piece_bias = { 0 };

      if (values)
        piece_bias.data = (gfloat *) values + piece->first;
      linear_of (backend, pisces_tensor_columns (y, piece->first, piece->n_out), x, piece,
                 values ? &piece_bias.base : NULL, activation, accumulate);
    }
}
