/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * staging.c: copies weights to the device by way of two pinned buffers, so
 * that the next piece is read from its file, or rounded, while the last one is
 * on the bus: from memory that is not pinned the driver would copy to buffers
 * of its own, one after another, and the host would wait for each.  Where
 * pinned memory or events are refused the copies are plain ones.
 */

#include <string.h>

#include "kernels/backend.h"


/* Large enough that starting a copy (some microseconds) is nothing beside it,
 * small enough to pin on any machine.  */
#define BUFFER_BYTES ((gsize) 8 << 20)

struct _PiscesStaging
{
  guint8      *buffers[2];
  cudaEvent_t  copied[2];     /* what was put there last has left it        */
  gboolean     is_pinned;     /* FALSE: plain copies                        */
  gint         next;
};


/**
 * pisces_staging_new:
 *
 * Returns: (transfer full): staging, without pinned memory where it was
 *   refused.
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
 * @staging: (nullable) (transfer full): whose copies are all done.
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
 * @from: in the host's; not needed any more when this returns.
 *
 * The copy is done before all that is launched on @stream later.
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

      /* An event that was never recorded is over.  */
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
