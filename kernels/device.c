/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * device.c: what all files of the backend need: they turn every failure into a sentence
 * with the operation, its shape and CUDA's own words, and they take memory for one
 * operation.
 */

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"
#include "kernels/backend.h"


/**
 * pisces_cuda_is_lost:
 *
 * Returns: whether it is an error after which every call of this process fails, even
 *   one that would start the device again: "the process must be terminated and
 *   relaunched" (driver_types.h).
 */
gboolean
pisces_cuda_is_lost (cudaError_t status)
{
  /* By numbers, because older toolkits do not have all of the names.  */
  switch ((gint) status)
    {
    case 214:   /* uncorrectable ECC error */
    case 226:   /* contained error */
    case 700:   /* illegal address */
    case 702:   /* launch timeout */
    case 710:   /* assertion */
    case 714:   /* hardware stack error */
    case 715:   /* illegal instruction */
    case 716:   /* misaligned address */
    case 717:   /* invalid address space */
    case 718:   /* invalid program counter */
    case 719:   /* launch failure */
    case 721:   /* tensor memory leak */
    case 810:   /* client of the multi-process service terminated */
    case 911:   /* error of an external device */
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * pisces_cuda_set_start_error:
 * @description: of the device.
 * @status: CUDA's answer when the device should start.
 */
void
pisces_cuda_set_start_error (GError      **error,
                             const gchar  *description,
                             cudaError_t   status)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               pisces_cuda_is_lost (status)
               ? _("The CUDA device '%s' failed and cannot be used again by this "
                   "process: %s. Restart GIMP, or the program that uses Pisces, to "
                   "use it again.")
               : _("The CUDA device '%s' could not be started: %s."),
               description, cudaGetErrorString (status));
}

/**
 * pisces_cuda_fail:
 * @status: CUDA's answer.
 * @format: what was being done.  This begins a sentence, which CUDA's words end.
 *
 * Makes the job fail.  If the device is lost, the sentence also says what helps.
 */
void
pisces_cuda_fail (PiscesBackend *backend,
                  cudaError_t    status,
                  const gchar   *format,
                  ...)
{
  g_autofree gchar *what = NULL;
  va_list           args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  if (! pisces_cuda_is_lost (status))
    {
      pisces_backend_fail (backend, PISCES_ERROR_BACKEND, "%s: %s.", what,
                           cudaGetErrorString (status));
      return;
    }

  backend->is_lost = TRUE;
  pisces_backend_fail (backend, PISCES_ERROR_BACKEND,
                       _("%s: %s. This process cannot use the device again: restart "
                         "GIMP, or the program that uses Pisces, to use it again."),
                       what, cudaGetErrorString (status));
}

/**
 * pisces_cuda_expect:
 * @op: the operation.
 * @y: its result.
 * @status: CUDA's answer; after any but %cudaSuccess the job fails.
 */
void
pisces_cuda_expect (PiscesBackend *backend,
                    const gchar   *op,
                    PiscesTensor   y,
                    cudaError_t    status)
{
  if (status != cudaSuccess)
    pisces_cuda_fail (backend, status,
                      "The CUDA device failed at %s of %" G_GINT64_FORMAT
                      " by %" G_GINT64_FORMAT, op, pisces_tensor_n_rows (y), pisces_tensor_width (y));
}

/**
 * pisces_cuda_free_bytes:
 *
 * Returns: how much of the device's memory is free; 0 if CUDA does not say.
 */
gsize
pisces_cuda_free_bytes (PiscesBackend *backend)
{
  gsize n_free = 0, n_whole = 0;

  if (cudaMemGetInfo (&n_free, &n_whole) == cudaSuccess)
    return n_free;

  cudaGetLastError ();
  return 0;
}

/**
 * pisces_cuda_scratch:
 * @op: the operation that needs it.
 * @y: its result.
 *
 * Returns: (nullable): memory for one operation.  The next one gets the same memory,
 *   which is safe because the stream keeps them in order.  %NULL after a failure.
 */
gpointer
pisces_cuda_scratch (PiscesBackend *backend,
                     const gchar   *op,
                     PiscesTensor   y,
                     gsize          n_bytes)
{
  PiscesCuda       *cuda    = (PiscesCuda *) backend;
  g_autofree gchar *purpose = NULL;
  cudaError_t       status;

  if (n_bytes <= backend->scratch_bytes)
    return cuda->scratch;
  if (pisces_backend_is_uncapturable (backend, "taking memory"))
    return NULL;

  /* cudaFree waits until the operation that uses the memory is done.  */
  cudaFree (cuda->scratch);
  backend->n_moves++;
  cuda->scratch          = NULL;
  backend->scratch_bytes = 0;
  status = cudaMalloc (&cuda->scratch, n_bytes);
  if (status == cudaSuccess)
    {
      backend->scratch_bytes = n_bytes;
      return cuda->scratch;
    }

  cuda->scratch = NULL;
  purpose = g_strdup_printf ("%s of %" G_GINT64_FORMAT " by %" G_GINT64_FORMAT,
                             op, pisces_tensor_n_rows (y), pisces_tensor_width (y));
  pisces_cuda_refused (backend, n_bytes, purpose, status);
  return NULL;
}

/**
 * pisces_cuda_refused:
 * @n_bytes: how much memory was asked for.
 * @purpose: what for.
 * @status: CUDA's answer.
 *
 * Makes the job fail.  If there was too little memory, the sentence says how much is
 * free.
 */
void
pisces_cuda_refused (PiscesBackend *backend,
                     gsize          n_bytes,
                     const gchar   *purpose,
                     cudaError_t    status)
{
  /* This takes the error back, which the next launch would report otherwise.  */
  cudaGetLastError ();
  if (status != cudaErrorMemoryAllocation)
    {
      pisces_cuda_fail (backend, status, "The CUDA device gives no memory for %s", purpose);
      return;
    }

  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                       "%" G_GSIZE_FORMAT " bytes of the device's memory for "
                       "%s were refused, where %" G_GSIZE_FORMAT " are free: "
                       "%s.", n_bytes, purpose, pisces_cuda_free_bytes (backend),
                       cudaGetErrorString (status));
}
