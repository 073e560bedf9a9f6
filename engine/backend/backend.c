/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.c: what all backends share: the first failure of a job and its
 * cancellation.  Opening one by name is in backend-open.c, the arena in
 * backend-memory.c, the checks before ops in backend-ops.c.  Knows no device.
 *
 * Environment: PISCES_MEMORY_LIMIT: see backend-memory.c.  PISCES_WEIGHTS:
 * "q8_0" or "q4_0" rounds the matrices to so many bits when a model is loaded,
 * which takes about half or a quarter of their memory, and of the time of
 * writing a token.
 */

#include "engine/backend/backend.h"
#include "engine/backend/quantise.h"
#include "engine/pisces.h"


/*  life  */

/**
 * pisces_backend_close:
 * @backend: (nullable) (transfer full): whose weights have all been freed.
 *
 * Frees the arena and the device.
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
  g_clear_error (&backend->error);
  g_clear_object (&backend->cancellable);
  g_clear_pointer (&backend->reason, g_free);
  g_clear_pointer (&backend->description, g_free);
  backend->table->close (backend);
}

/**
 * pisces_backend_init:
 * @backend: zeroed memory of a backend that is being opened.
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
  if (limit)
    backend->memory_limit = g_ascii_strtoull (limit, NULL, 10);
}

/**
 * pisces_backend_read_weight_bits:
 * @n_bits: (out): 8, 4 or 0: as the files have them.
 *
 * For backends: what PISCES_WEIGHTS asks for.
 *
 * Returns: %FALSE with %PISCES_ERROR_BACKEND if that is unknown.
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
 * For backends that quantise: of what a weight is to be held in.  Only matrices
 * of whole blocks are: those that the file has so, and those that are asked
 * for.
 *
 * Returns: 8, 4 or 0: not quantised.
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


/*  a job  */

/**
 * pisces_backend_begin:
 * @cancellable: (nullable): ends the job when it is cancelled.
 *
 * Begins a job: an earlier failure is forgotten.  The arena stays as it is;
 * who takes a mark before a job and releases it afterwards keeps it from
 * growing.
 */
void
pisces_backend_begin (PiscesBackend *backend,
                      GCancellable  *cancellable)
{
  g_clear_error (&backend->error);
  g_set_object (&backend->cancellable, cancellable);
}

/**
 * pisces_backend_is_failed:
 *
 * Returns: whether an op has failed since the job began, or the job has been
 *   cancelled, or memory is only being planned.  Loops of many ops look at it to end early.
 */
gboolean
pisces_backend_is_failed (PiscesBackend *backend)
{
  if (backend->error || backend->is_planning)
    return TRUE;

  return backend->cancellable &&
         g_cancellable_set_error_if_cancelled (backend->cancellable,
                                               &backend->error);
}

/**
 * pisces_backend_fail:
 * @code: a #PiscesError.
 * @format: a sentence.
 *
 * For backends and networks: keeps the first failure of a job; later ones
 * are its consequences and are dropped.
 */
void
pisces_backend_fail (PiscesBackend *backend,
                     gint           code,
                     const gchar   *format,
                     ...)
{
  va_list args;

  if (backend->error)
    return;

  va_start (args, format);
  backend->error = g_error_new_valist (PISCES_ERROR, code, format, args);
  va_end (args);
}

/**
 * pisces_backend_take_error:
 * @error: (transfer full): of something that a network or a family asked for.
 *
 * The same, for a failure that is there already.
 */
void
pisces_backend_take_error (PiscesBackend *backend,
                           GError        *error)
{
  if (backend->error)
    g_error_free (error);
  else
    backend->error = error;
}

/**
 * pisces_backend_finish:
 *
 * Waits until all ops are done.  A failure stays until the next
 * pisces_backend_begin(), so that this may be asked more than once.
 *
 * Returns: whether all went well.  Errors: %G_IO_ERROR_CANCELLED,
 *   %PISCES_ERROR_OUT_OF_MEMORY, %PISCES_ERROR_BACKEND, and what networks
 *   gave to pisces_backend_fail().
 */
gboolean
pisces_backend_finish (PiscesBackend  *backend,
                       GError        **error)
{
  if (backend->table->synchronize)
    backend->table->synchronize (backend);

  if (! pisces_backend_is_failed (backend))
    return TRUE;

  if (error)
    *error = g_error_copy (backend->error);
  return FALSE;
}
