/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-fused.c: ops that stand for several of backend-ops.c's.  A backend
 * that has one of its own saves launches, and the writing and reading again of
 * what comes between; for any other, the ops that it stands for are called,
 * with memory of the arena between them.
 */

#include "engine/backend/backend.h"


static void fuse_by_parts (PiscesBackend      *backend,
                           PiscesTensor        y,
                           PiscesTensor        x,
                           const PiscesWeight *weight,
                           const PiscesWeight *bias,
                           const PiscesFusion *fusion);
static void gate_by_parts (PiscesBackend      *backend,
                           PiscesTensor        y,
                           PiscesTensor        x,
                           const PiscesWeight *weight,
                           const PiscesWeight *bias,
                           const PiscesFusion *fusion);

#define WIDTH(tensor)  pisces_tensor_width (tensor)
#define N_ROWS(tensor) pisces_tensor_n_rows (tensor)


/**
 * pisces_fused_linear:
 * @y: `[rows, n_out]`, or, with a gate, `[rows, n_out / 2]`.
 * @x: `[rows, n_in]`; must not overlap @y.
 * @weight: LINEAR, `[n_out, n_in]`.
 * @bias: (nullable): VECTOR of n_out.
 * @fusion: what comes before and after the product.
 *
 * With h = rms_norm (x), or x where there is no norm, and p = h Wᵀ + b:
 * y = activation (p); with a gate, which is one half of p and u the other,
 * y = activation (gate) * u, as pisces_rms_norm(), pisces_linear() and
 * pisces_glu() say.
 */
void
pisces_fused_linear (PiscesBackend      *backend,
                     PiscesTensor        y,
                     PiscesTensor        x,
                     const PiscesWeight *weight,
                     const PiscesWeight *bias,
                     const PiscesFusion *fusion)
{
  const gint64 n_out = WIDTH (y) * (fusion->gate != PISCES_GATE_NONE ? 2 : 1);

  if ((pisces_backend_is_failed (backend) && ! backend->is_planning) ||
      ! y.data || ! x.data)
    return;
  g_return_if_fail (weight && weight->n_dims == 2);
  g_return_if_fail (WIDTH (x) == weight->dims[1]);
  g_return_if_fail (n_out == weight->dims[0]);
  g_return_if_fail (N_ROWS (y) == N_ROWS (x));

  /* A plan has room for the parts.  */
  if (backend->is_planning)
    {
      fuse_by_parts (backend, y, x, weight, bias, fusion);
      return;
    }
  if (! pisces_weight_touch (weight))
    return;
  if (! backend->table->fused_linear ||
      ! backend->table->fused_linear (backend, y, x, weight, bias, fusion))
    fuse_by_parts (backend, y, x, weight, bias, fusion);
}


/*  private functions  */

/* The norm first, then what the backend may still have as one.  */
static void
fuse_by_parts (PiscesBackend      *backend,
               PiscesTensor        y,
               PiscesTensor        x,
               const PiscesWeight *weight,
               const PiscesWeight *bias,
               const PiscesFusion *fusion)
{
  const gsize  mark = pisces_backend_mark (backend);
  PiscesFusion rest = *fusion;
  PiscesTensor h;

  if (fusion->norm)
    {
      h = pisces_backend_alloc_operand (backend, weight, 2, N_ROWS (x), WIDTH (x));
      pisces_rms_norm (backend, h, x, fusion->norm, fusion->epsilon);
      rest.norm = NULL;
      pisces_fused_linear (backend, y, h, weight, bias, &rest);
    }
  else if (fusion->gate == PISCES_GATE_NONE)
    {
      pisces_linear (backend, y, x, weight, bias, fusion->activation, FALSE);
    }
  else
    {
      gate_by_parts (backend, y, x, weight, bias, fusion);
    }
  pisces_backend_release (backend, mark);
}

static void
gate_by_parts (PiscesBackend      *backend,
               PiscesTensor        y,
               PiscesTensor        x,
               const PiscesWeight *weight,
               const PiscesWeight *bias,
               const PiscesFusion *fusion)
{
  const gint64 n     = WIDTH (y);
  const gint64 first = fusion->gate == PISCES_GATE_FIRST ? 0 : n;
  PiscesTensor both  = pisces_backend_alloc_operand (backend, weight, 2,
                                                     N_ROWS (x), 2 * n);

  pisces_linear (backend, both, x, weight, bias, PISCES_ACT_NONE, FALSE);
  pisces_glu (backend, y, pisces_tensor_columns (both, first, n),
              pisces_tensor_columns (both, n - first, n), fusion->activation);
}
