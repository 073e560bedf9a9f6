/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-fused.c: ops that combine several of those in backend-ops.c.  A
 * backend with its own version saves launches, and does not have to write and
 * read the values in between.  For other backends, the separate ops are
 * called, with memory of the arena between them.
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
 * @fusion: what to do before and after the product.
 *
 * Let h = rms_norm (x), or h = x without a norm, and p = h Wᵀ + b.  Then y =
 * activation (p).  With a gate, one half of p is the gate and the other half
 * is u, and y = activation (gate) * u.  See pisces_rms_norm(), pisces_linear()
 * and pisces_glu().
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

  /* A plan must include the memory for the separate ops.  */
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

/* Calls the norm separately, and then tries whether the backend can combine
 * the rest.  */
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
  const gint64      n     = WIDTH (y);
  const gint64      first = fusion->gate == PISCES_GATE_FIRST ? 0 : n;
  /* From float32 a gate can give any type, from others only their own.  */
  const PiscesDType dtype = weight->operand_type == y.dtype ? y.dtype : PISCES_F32;
  PiscesTensor      both  = pisces_backend_alloc_typed (backend, dtype, 2, N_ROWS (x),
                                                        2 * n);

  pisces_linear (backend, both, x, weight, bias, PISCES_ACT_NONE, FALSE);
  pisces_glu (backend, y, pisces_tensor_columns (both, first, n),
              pisces_tensor_columns (both, n - first, n), fusion->activation);
}
