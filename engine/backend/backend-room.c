/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-room.c: frees weights to make room for others if not all of them fit
 * into the memory budget; backend-stream.c loads them again.  It frees
 *
 * - first the weights of other networks, starting with those that have not
 *   been used for the longest time: while a picture is denoised, nobody needs
 *   the language model;
 * - if one network alone is too large, the weight that was used last.  A
 * network
 *   reads its weights in the same order again and again, so that one is needed
 *   latest (Bélády), and the others can stay.
 */

#include "engine/backend/backend.h"


static PiscesWeight * find_victim (PiscesBackend          *backend,
                                   gconstpointer           group);
static void           evict       (PiscesWeight           *weight);


/**
 * pisces_backend_make_room:
 * @n_bytes: how many bytes will be needed.
 * @group: (nullable): the group of the weight that needs them.
 *
 * Frees streamed weights until there is enough room within the budget, or none
 * is left.
 */
void
pisces_backend_make_room (PiscesBackend *backend,
                          gsize          n_bytes,
                          gconstpointer  group)
{
  while (backend->memory_budget &&
         pisces_backend_resident_bytes (backend) + n_bytes > backend->memory_budget)
    {
      PiscesWeight *victim = find_victim (backend, group);

      if (! victim)
        break;
      evict (victim);
    }
}

/**
 * pisces_backend_forget_streamed:
 *
 * Called by pisces_weight_free() before it frees a weight.
 *
 * Returns: whether the backend still has to free it.  If %FALSE, it was not in
 *   the backend's memory, and the struct has been freed.
 */
gboolean
pisces_backend_forget_streamed (PiscesWeight *weight)
{
  if (weight->n_parts == 0)
    return TRUE;

  g_ptr_array_remove_fast (weight->backend->streamed, weight);
  g_clear_pointer (&weight->parts, g_free);
  if (weight->is_resident)
    return TRUE;

  g_free (weight);
  return FALSE;
}


/*  private functions  */

static PiscesWeight *
find_victim (PiscesBackend *backend,
             gconstpointer  group)
{
  PiscesWeight *oldest = NULL;
  PiscesWeight *newest = NULL;

  for (guint i = 0; i < backend->streamed->len; i++)
    {
      PiscesWeight *weight = g_ptr_array_index (backend->streamed, i);

      if (! weight->is_resident)
        continue;
      if (weight->group != group && (! oldest || weight->last_use < oldest->last_use))
        oldest = weight;
      if (weight->group == group && (! newest || weight->last_use > newest->last_use))
        newest = weight;
    }

  return oldest ? oldest : newest;
}

/* The struct stays, because networks point to it.  A copy of it, with the
 * data, is freed.  */
static void
evict (PiscesWeight *weight)
{
  PiscesBackend *backend = weight->backend;

  weight->is_resident    = FALSE;
  backend->weight_bytes -= weight->n_bytes;
  backend->n_evicted++;
  backend->n_moves++;
  backend->table->weight_free (g_memdup2 (weight, backend->table->weight_size));
}
