/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-weights.c: uploads and frees weights.  Weights that are freed and
 * loaded again in between are handled by backend-stream.c.
 */

#include "engine/backend/backend.h"
#include "engine/pisces.h"


/* Queries, keys and values, and one more.  */
#define MAX_PARTS 4


static gboolean   load_parts (PiscesBackend           *backend,
                              const PiscesHostTensor  *parts,
                              gint                     n_parts,
                              PiscesHostTensor        *loaded,
                              gpointer                *memory);
static gboolean   were_same  (PiscesBackend           *backend,
                              const PiscesHostTensor  *loaded,
                              gint                     n_parts);


/**
 * pisces_backend_upload:
 * @use: which ops will read it; this decides how it is stored.
 * @parts: (array length=n_parts): arrays that may only differ in the length of
 *   their first axis.  They are put one below the other (for example q, k and
 *   v, for one product).
 *
 * Makes a weight.  Parts that are still in a file are read and checked; if one
 * cannot be read, the job fails.  The host arrays are not needed afterwards,
 * unless the backend may map (may_map): then the files that they are in must
 * stay open until the weight is freed.
 *
 * Returns: (transfer full) (nullable): the weight; free it with
 *   pisces_weight_free() before the backend is closed. %NULL after a failure.
 */
PiscesWeight *
pisces_backend_upload (PiscesBackend          *backend,
                       PiscesWeightUse         use,
                       const PiscesHostTensor *parts,
                       gint                    n_parts)
{
  PiscesHostTensor  loaded[MAX_PARTS];
  gpointer          memory[MAX_PARTS] = { NULL };
  PiscesWeight     *weight            = NULL;
  gsize             n_bytes           = 0;

  g_return_val_if_fail (n_parts >= 1 && n_parts <= MAX_PARTS, NULL);
  for (gint i = 0; i < n_parts; i++)
    {
      g_return_val_if_fail (parts[i].n_dims == parts[0].n_dims, NULL);
      for (gint d = 1; d < parts[i].n_dims; d++)
        g_return_val_if_fail (parts[i].dims[d] == parts[0].dims[d], NULL);
      n_bytes += pisces_host_tensor_count (&parts[i]) * sizeof (gfloat);
    }
  g_return_val_if_fail (use != PISCES_WEIGHT_LINEAR || parts->n_dims == 2, NULL);
  g_return_val_if_fail (use != PISCES_WEIGHT_TABLE || parts->n_dims == 2, NULL);
  g_return_val_if_fail (use != PISCES_WEIGHT_CONV || parts->n_dims == 4, NULL);

  if (pisces_backend_is_failed (backend) ||
      ! pisces_backend_memory_allows (backend, n_bytes))
    return NULL;

  if (backend->memory_budget)
    {
      if (backend->table->weight_form)
        {
          g_autofree PiscesWeight *form = g_malloc0 (backend->table->weight_size);

          backend->table->weight_form (backend, form, use, parts, n_parts);
          n_bytes = form->n_bytes;
        }
      pisces_backend_make_room (backend, n_bytes, NULL);
      if (pisces_backend_over_budget (backend, n_bytes))
        return NULL;
    }

  if (backend->table->reads_parts)
    weight = backend->table->upload_weight (backend, use, parts, n_parts);
  else if (load_parts (backend, parts, n_parts, loaded, memory))
    {
      weight = backend->table->upload_weight (backend, use, loaded, n_parts);
      if (weight && ! were_same (backend, loaded, n_parts))
        {
          backend->table->weight_free (weight);
          weight = NULL;
        }
    }
  for (gint i = 0; i < n_parts; i++)
    g_free (memory[i]);
  if (weight)
    {
      backend->weight_bytes += weight->n_bytes;
      backend->n_moves++;
    }
  return weight;
}

/**
 * pisces_weight_free:
 * @weight: (nullable) (transfer full):
 */
void
pisces_weight_free (PiscesWeight *weight)
{
  if (! weight)
    return;

  if (! pisces_backend_forget_streamed (weight))
    return;

  weight->backend->weight_bytes -= weight->n_bytes;
  weight->backend->n_moves++;
  weight->backend->table->weight_free (weight);
}


/*  private functions  */

/* Maps the parts if possible, so that the device copies them directly from the
 * system's page cache; if not, reads them.  */
static gboolean
load_parts (PiscesBackend          *backend,
            const PiscesHostTensor *parts,
            gint                    n_parts,
            PiscesHostTensor       *loaded,
            gpointer               *memory)
{
  for (gint i = 0; i < n_parts; i++)
    {
      GError   *error   = NULL;
      gboolean  is_good = pisces_host_tensor_map (&parts[i], &loaded[i])
                          ? pisces_host_tensor_check (&loaded[i], &error)
                          : pisces_host_tensor_load (&parts[i], &loaded[i], &memory[i], &error);

      if (! is_good)
        {
          pisces_backend_take_error (backend, error);
          return FALSE;
        }
    }

  return TRUE;
}

/* For parts that were mapped: returns whether the bytes that were copied were
 * those of the file.  */
static gboolean
were_same (PiscesBackend          *backend,
           const PiscesHostTensor *loaded,
           gint                    n_parts)
{
  for (gint i = 0; i < n_parts; i++)
    {
      GError *error = NULL;

      if (loaded[i].access && ! loaded[i].access->is_same (loaded[i].source, &error))
        {
          pisces_backend_take_error (backend, error);
          return FALSE;
        }
    }

  return TRUE;
}
