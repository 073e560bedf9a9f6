/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-plan.c: finds out how much memory a job will need.  During a plan,
 * the arena returns addresses without memory and ops do nothing, so running a
 * network's own forward function shows what it needs:
 *
 *   pisces_backend_plan_begin (backend);
 *   pisces_vae_decode (vae, y, z);
 *   n_bytes = pisces_backend_plan_end (backend);
 *   pisces_backend_reserve (backend, n_bytes);
 *
 * Knows no network and no device.
 */

#include "engine/backend/backend.h"


/**
 * pisces_backend_plan_begin:
 *
 * From now on, tensors have addresses without memory, and
 * pisces_backend_is_failed() returns %TRUE, so that no op does anything.
 */
void
pisces_backend_plan_begin (PiscesBackend *backend)
{
  g_return_if_fail (! backend->is_planning);

  backend->is_planning   = TRUE;
  backend->planned_bytes = 0;
  backend->used_before   = backend->arena_used;
  backend->arena_used    = 0;
}

/**
 * pisces_backend_plan_end:
 *
 * Returns: the largest number of bytes of the arena that were in use at the
 *   same time, including what the backend's own ops may need.
 */
gsize
pisces_backend_plan_end (PiscesBackend *backend)
{
  g_return_val_if_fail (backend->is_planning, 0);

  backend->is_planning = FALSE;
  backend->arena_used  = backend->used_before;

  return backend->planned_bytes + backend->op_bytes;
}
