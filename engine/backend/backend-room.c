/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-room.c: frees weights for others where not all fit into the memory
 * budget; backend-stream.c brings them back.  Those that go are
 *
 * - first those of other networks, the longest unused before: while a picture
 *   is denoised nobody reads the language model;
 * - where a network alone is too large, the one that was used last: a network
 *   reads its weights in the same order again and again, so that one is the
 *   last to be wanted (Bélády), and the others stay where they are.
 */

#include "engine/backend/backend.h"


static PiscesWeight * find_victim (PiscesBackend          *backend,
                                   gconstpointer           group);
static void           evict       (PiscesWeight           *weight);


/**
 * pisces_backend_make_room:
 * @n_bytes: that are about to be taken.
 * @group: (nullable): of the weight that takes them.
 *
 * Frees streamed weights until there is room within the budget, or none is
 * left.
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
 * For pisces_weight_free(): before a weight is freed.
 *
 * Returns: whether it has to be freed by the backend; else it was never there
 *   and is gone now.
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

/* The struct stays, for those who point to it; its insides go with a copy.  */
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
