/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-plan.c: how much memory a job takes, before it takes any.  While a
 * plan is made the arena hands out places without memory and no op does
 * anything, so that a network's own forward function tells what it needs:
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
 * From here on tensors have addresses that nothing lies at, and
 * pisces_backend_is_failed() says that nothing is to be done.
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
 * Returns: the most bytes of the arena that were in use at a time, with what
 *   the backend's own ops may take of it.
 */
gsize
pisces_backend_plan_end (PiscesBackend *backend)
{
  g_return_val_if_fail (backend->is_planning, 0);

  backend->is_planning = FALSE;
  backend->arena_used  = backend->used_before;

  return backend->planned_bytes + backend->op_bytes;
}
