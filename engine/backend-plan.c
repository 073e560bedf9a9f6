/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-plan.c: how much memory a job takes before it takes any, and the
 * budget that it keeps to.  While a plan is made the arena hands out places
 * without memory and no op does anything, so that a network's own forward
 * function tells what it needs:
 *
 *   pisces_backend_plan_begin (backend);
 *   pisces_vae_decode (vae, y, z);
 *   n_bytes = pisces_backend_plan_end (backend);
 *   pisces_backend_reserve (backend, n_bytes);
 *
 * Knows no network and no device.
 */

#include "engine/backend.h"
#include "engine/pisces.h"


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

/**
 * pisces_backend_room:
 *
 * Returns: the bytes that the arena may have: what the budget, or else the
 *   device, leaves beside the weights; %G_MAXSIZE where neither is known.
 */
gsize
pisces_backend_room (PiscesBackend *backend)
{
  const gsize others = backend->weight_bytes + backend->scratch_bytes;
  gsize       room   = G_MAXSIZE;

  if (backend->table->free_bytes)
    {
      const gsize n_free = backend->table->free_bytes (backend);

      if (n_free)
        room = n_free + backend->arena_bytes;
    }
  if (backend->memory_limit)
    room = MIN (room, backend->memory_limit - MIN (others, backend->memory_limit));
  if (backend->memory_budget)
    room = MIN (room, backend->memory_budget - MIN (others, backend->memory_budget));

  return room;
}

/**
 * pisces_backend_over_budget:
 * @n_bytes: that are asked for.
 * @what: they are for.
 *
 * Returns: %FALSE if they fit into the budget; else the job has failed, with a
 *   sentence that says what there is.
 */
gboolean
pisces_backend_over_budget (PiscesBackend *backend,
                            gsize          n_bytes,
                            const gchar   *what)
{
  const guint64 in_use = pisces_backend_resident_bytes (backend);

  if (backend->memory_budget == 0 || in_use + n_bytes <= backend->memory_budget)
    return FALSE;

  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                       "%" G_GSIZE_FORMAT " bytes for %s do not fit: the memory budget is %"
                       G_GSIZE_FORMAT " bytes, of which %" G_GUINT64_FORMAT
                       " are in use; at least %" G_GUINT64_FORMAT " are needed.",
                       n_bytes, what, backend->memory_budget, in_use,
                       in_use + n_bytes);
  return TRUE;
}
