/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-job.c: keeps the first failure of a job, and its cancellation.
 */

#include "engine/backend/backend.h"
#include "engine/pisces.h"


/**
 * pisces_backend_begin:
 * @cancellable: (nullable): stops the job when it is cancelled.
 *
 * Begins a job and forgets an earlier failure.  The arena does not change; to
 * keep it from growing, take a mark before a job and release it afterwards.
 */
void
pisces_backend_begin (PiscesBackend *backend,
                      GCancellable  *cancellable)
{
  g_clear_error (&backend->error);
  g_set_object (&backend->cancellable, cancellable);
  backend->refused_bytes = 0;
}

/**
 * pisces_backend_is_failed:
 *
 * Returns: whether an op has failed since the job began, or the job has been
 *   cancelled, or memory is only being planned.  Loops of many ops check this
 *   to end early.
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
 * For backends and networks: keeps the first failure of a job.  Later ones are
 * consequences of it and are ignored.
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
 * @error: (transfer full): the error of a function that a network or a family
 *   called.
 *
 * Like pisces_backend_fail(), for an error that already exists.
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
 * pisces_backend_begin(), so this may be called more than once.
 *
 * Returns: whether everything succeeded.  Errors: %G_IO_ERROR_CANCELLED,
 *   %PISCES_ERROR_OUT_OF_MEMORY, %PISCES_ERROR_BACKEND, what networks passed to
 *   pisces_backend_fail(), and %PISCES_ERROR_MODEL_INVALID if a file was changed
 *   in which weights still are.
 */
gboolean
pisces_backend_finish (PiscesBackend  *backend,
                       GError        **error)
{
  if (backend->table->synchronize)
    backend->table->synchronize (backend);
  pisces_backend_judge_sources (backend);

  if (! pisces_backend_is_failed (backend))
    return TRUE;

  if (error)
    *error = g_error_copy (backend->error);
  return FALSE;
}
