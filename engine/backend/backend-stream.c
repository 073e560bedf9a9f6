/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-stream.c: streams weights that do not all fit into the memory
 * budget.  They stay in their files, are read and uploaded when an op needs
 * them, and are freed again for others; backend-room.c chooses which.
 *
 * Networks and ops do not notice it.  Backends only have to say how large
 * their structs for weights are.
 */

#include <string.h>

#include "engine/backend/backend.h"
#include "engine/pisces.h"


static gboolean is_streamed (PiscesBackend   *backend,
                             PiscesWeightUse  use);
static gboolean restore     (PiscesWeight    *weight);


/**
 * pisces_backend_upload_streamed:
 * @use: as for pisces_backend_upload().
 * @parts: the arrays, which must stay valid until the weight is freed.
 * @group: a pointer that is the same for all weights of a network.
 *
 * If the backend streams and has no room, makes a weight that can be freed and
 * uploaded again.  Otherwise this is the same as pisces_backend_upload().
 *
 * Returns: (transfer full) (nullable): the weight.
 */
PiscesWeight *
pisces_backend_upload_streamed (PiscesBackend          *backend,
                                PiscesWeightUse         use,
                                const PiscesHostTensor *parts,
                                gint                    n_parts,
                                gconstpointer           group)
{
  PiscesWeight *weight;

  if (! is_streamed (backend, use))
    return pisces_backend_upload (backend, use, parts, n_parts);
  if (pisces_backend_is_failed (backend))
    return NULL;

  weight = g_malloc0 (backend->table->weight_size);
  backend->table->weight_form (backend, weight, use, parts, n_parts);
  if (pisces_backend_resident_bytes (backend) + weight->n_bytes <= backend->memory_budget)
    {
      g_free (weight);
      weight = pisces_backend_upload (backend, use, parts, n_parts);
      if (! weight)
        return NULL;
      weight->is_resident = TRUE;
    }

  weight->use     = use;
  weight->n_parts = n_parts;
  weight->parts   = g_memdup2 (parts, n_parts * sizeof (*parts));
  weight->group   = group;
  g_ptr_array_add (backend->streamed, weight);

  return weight;
}

/**
 * pisces_weight_touch:
 * @weight: a weight that an op is about to read.
 *
 * Returns: whether it is in the backend's memory now; if not, the job has
 *   failed.
 */
gboolean
pisces_weight_touch (const PiscesWeight *weight)
{
  PiscesWeight *w = (PiscesWeight *) weight;

  if (w->n_parts == 0)
    return TRUE;

  w->last_use = ++w->backend->n_touches;

  return w->is_resident || restore (w);
}


/*  private functions  */

/* Vectors are not streamed, because they are small, and an op may read several
 * at a time.  */
static gboolean
is_streamed (PiscesBackend   *backend,
             PiscesWeightUse  use)
{
  return backend->may_stream && backend->memory_budget > 0 &&
         backend->table->weight_size > 0 && backend->table->weight_form &&
         use != PISCES_WEIGHT_VECTOR;
}

static gboolean
restore (PiscesWeight *weight)
{
  PiscesBackend *backend = weight->backend;
  PiscesWeight   kept    = *weight;
  PiscesWeight  *fresh;

  pisces_backend_make_room (backend, weight->n_bytes, weight->group);
  fresh = pisces_backend_upload (backend, weight->use, weight->parts, weight->n_parts);
  if (! fresh)
    return FALSE;

  memcpy (weight, fresh, backend->table->weight_size);
  weight->operand_type = kept.operand_type;
  weight->use          = kept.use;
  weight->parts        = kept.parts;
  weight->n_parts      = kept.n_parts;
  weight->group        = kept.group;
  weight->last_use     = kept.last_use;
  weight->is_resident  = TRUE;
  g_free (fresh);

  return TRUE;
}
