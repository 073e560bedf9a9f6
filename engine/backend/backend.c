/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.c: what all backends share: opening and closing. backend-open.c
 * opens one by its name, backend-job.c keeps the failures of a job,
 * backend-memory.c has the arena, and backend-ops.c the checks before ops.
 * Knows no device.
 *
 * Environment variables: PISCES_MEMORY_LIMIT: see backend-budget.c.
 * PISCES_WEIGHTS: "q8_0" or "q4_0" rounds the matrices to this many bits when
 * a model is loaded, which saves a half or three quarters of their memory, and
 * of the time for writing a token.
 */

#include "engine/backend/backend.h"
#include "engine/backend/quantise.h"
#include "engine/pisces.h"


/**
 * pisces_backend_close:
 * @backend: (nullable) (transfer full): a backend whose weights have all been
 *   freed.
 *
 * Frees the arena, and closes the device.
 */
void
pisces_backend_close (PiscesBackend *backend)
{
  if (! backend)
    return;

  if (backend->table->synchronize)
    backend->table->synchronize (backend);
  backend->arena_used = 0;
  pisces_backend_trim (backend);
  g_ptr_array_unref (backend->blocks);
  g_ptr_array_unref (backend->streamed);
  g_array_unref (backend->sources);
  g_clear_error (&backend->error);
  g_clear_object (&backend->cancellable);
  g_clear_pointer (&backend->reason, g_free);
  g_clear_pointer (&backend->description, g_free);
  backend->table->close (backend);
}

/**
 * pisces_backend_init:
 * @backend: memory filled with zeros, for a backend that is being opened.
 * @table: its functions.
 *
 * For backends: fills in the shared part.
 */
void
pisces_backend_init (PiscesBackend            *backend,
                     const PiscesBackendTable *table)
{
  const gchar *limit = g_getenv ("PISCES_MEMORY_LIMIT");

  backend->table           = table;
  backend->activation_type = PISCES_F32;
  backend->blocks          = g_ptr_array_new_with_free_func (g_free);
  backend->streamed        = g_ptr_array_new ();
  backend->sources         = g_array_new (FALSE, FALSE, sizeof (PiscesBackendSource));
  if (limit)
    backend->memory_limit = g_ascii_strtoull (limit, NULL, 10);
}

/**
 * pisces_backend_read_weight_bits:
 * @n_bits: (out): 8 or 4; 0: as in the files.
 *
 * For backends: reads PISCES_WEIGHTS.
 *
 * Returns: %FALSE with %PISCES_ERROR_BACKEND if its value is unknown.
 */
gboolean
pisces_backend_read_weight_bits (gint    *n_bits,
                                 GError **error)
{
  const gchar *wanted = g_getenv ("PISCES_WEIGHTS");

  *n_bits = g_strcmp0 (wanted, "q8_0") == 0 ? 8 :
            g_strcmp0 (wanted, "q4_0") == 0 ? 4 : 0;
  if (*n_bits || ! wanted || ! *wanted)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
               "The environment variable PISCES_WEIGHTS is '%s', which is not "
               "known: set it to q8_0 or q4_0, or unset it to keep weights as "
               "the model's files have them.", wanted);
  return FALSE;
}

/**
 * pisces_backend_bits_of:
 *
 * For backends that quantise: says in how many bits a weight should be stored.
 * Only matrices whose rows consist of whole blocks are quantised: those that
 * are so in the file, and those for which the user wants it.
 *
 * Returns: 8 or 4; 0: not quantised.
 */
gint
pisces_backend_bits_of (PiscesBackend          *backend,
                        PiscesWeightUse         use,
                        const PiscesHostTensor *parts,
                        gint                    n_parts)
{
  const gint n_bits = pisces_dtype_bits (parts[0].dtype);

  if (use != PISCES_WEIGHT_LINEAR || parts[0].dims[1] % PISCES_QUANTISED_BLOCK != 0)
    return 0;
  for (gint i = 1; i < n_parts; i++)
    if (pisces_dtype_bits (parts[i].dtype) != n_bits)
      return backend->weight_bits;

  return n_bits ? n_bits : backend->weight_bits;
}
