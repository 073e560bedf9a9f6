/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * staging.c: copies weights to the device by way of two pinned buffers, so that the next
 * piece is read from its file, or rounded, while the last one is on the bus.  Memory
 * that is not pinned the driver would copy to buffers of its own, one after another, and
 * the host would wait for each.  If CUDA refuses pinned memory or events, copies are
 * made in that plain way.
 */

#include <string.h>

#include "kernels/backend.h"


/* A buffer is so large that the copy takes far longer than starting it (some
 * microseconds), and so small that any machine can pin it.  */
#define BUFFER_BYTES ((gsize) 8 << 20)

struct _PiscesStaging
{
  guint8      *buffers[2];
  cudaEvent_t  copied[2];     /* when what was last put there has been copied */
  gboolean     is_pinned;     /* FALSE: plain copies */
  gint         next;
};


/**
 * pisces_staging_new:
 *
 * Returns: (transfer full): a staging, without pinned memory if CUDA refused it.
 */
PiscesStaging *
pisces_staging_new (void)
{
  PiscesStaging *staging = g_new0 (PiscesStaging, 1);
  cudaError_t    status  = cudaSuccess;

  for (gint i = 0; i < 2 && status == cudaSuccess; i++)
    {
      status = cudaHostAlloc ((void **) &staging->buffers[i], BUFFER_BYTES,
                              cudaHostAllocDefault);
      if (status == cudaSuccess)
        status = cudaEventCreateWithFlags (&staging->copied[i], cudaEventDisableTiming);
      else
        staging->buffers[i] = NULL;
    }

  staging->is_pinned = status == cudaSuccess;
  if (! staging->is_pinned)
    cudaGetLastError ();
  return staging;
}

/**
 * pisces_staging_free:
 * @staging: (nullable) (transfer full): all of its copies must be done.
 */
void
pisces_staging_free (PiscesStaging *staging)
{
  if (! staging)
    return;

  for (gint i = 0; i < 2; i++)
    {
      if (staging->copied[i])
        cudaEventDestroy (staging->copied[i]);
      if (staging->buffers[i])
        cudaFreeHost (staging->buffers[i]);
    }
  g_free (staging);
}

/**
 * pisces_staging_copy:
 * @to: in the device's memory.
 * @from: in the host's memory; it may be freed when this returns.
 *
 * The copy is done before anything that is launched on @stream later.
 */
cudaError_t
pisces_staging_copy (PiscesStaging *staging,
                     cudaStream_t   stream,
                     gpointer       to,
                     gconstpointer  from,
                     gsize          n_bytes)
{
  cudaError_t status = cudaSuccess;

  if (! staging->is_pinned)
    return cudaMemcpy (to, from, n_bytes, cudaMemcpyHostToDevice);

  for (gsize done = 0; done < n_bytes && status == cudaSuccess; )
    {
      const gint  i = staging->next;
      const gsize n = MIN (BUFFER_BYTES, n_bytes - done);

      /* This returns at once for an event that was never recorded.  */
      status = cudaEventSynchronize (staging->copied[i]);
      if (status != cudaSuccess)
        break;
      memcpy (staging->buffers[i], (const guint8 *) from + done, n);
      status = cudaMemcpyAsync ((guint8 *) to + done, staging->buffers[i], n,
                                cudaMemcpyHostToDevice, stream);
      if (status == cudaSuccess)
        status = cudaEventRecord (staging->copied[i], stream);
      staging->next = 1 - i;
      done         += n;
    }

  return status;
}
