/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-sources.c: the files in which weights still are, because the backend
 * has mapped them.  Another program may write into such a file at any time, so
 * results are only valid if all these files are unchanged when the results are
 * delivered.
 */

#include "engine/backend/backend.h"


static gint   find   (PiscesBackend *backend,
                      gconstpointer  source);


/**
 * pisces_backend_hold_source:
 * @mapped: a mapped array that a weight uses.
 *
 * For backends: call this once for each array of each weight.
 */
void
pisces_backend_hold_source (PiscesBackend          *backend,
                            const PiscesHostTensor *mapped)
{
  const PiscesBackendSource fresh = { mapped->source, mapped->access, 1 };
  const gint                i     = find (backend, mapped->source);

  if (i < 0)
    g_array_append_val (backend->sources, fresh);
  else
    g_array_index (backend->sources, PiscesBackendSource, i).n_held++;
}

/**
 * pisces_backend_drop_source:
 * @mapped: an array that was passed to pisces_backend_hold_source().
 */
void
pisces_backend_drop_source (PiscesBackend          *backend,
                            const PiscesHostTensor *mapped)
{
  const gint i = find (backend, mapped->source);

  g_return_if_fail (i >= 0);

  if (--g_array_index (backend->sources, PiscesBackendSource, i).n_held == 0)
    g_array_remove_index_fast (backend->sources, i);
}

/**
 * pisces_backend_has_sources:
 *
 * Returns: whether there are weights that are still in files, which must stay
 *   open.
 */
gboolean
pisces_backend_has_sources (PiscesBackend *backend)
{
  return backend->sources->len > 0;
}

/**
 * pisces_backend_check_sources:
 *
 * Returns: whether all files in which weights still are have not changed since
 *   they were opened; if not, @error is %PISCES_ERROR_MODEL_INVALID.
 */
gboolean
pisces_backend_check_sources (PiscesBackend  *backend,
                              GError        **error)
{
  for (guint i = 0; i < backend->sources->len; i++)
    {
      const PiscesBackendSource *source =
        &g_array_index (backend->sources, PiscesBackendSource, i);

      if (! source->access->is_same (source->source, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * pisces_backend_judge_sources:
 *
 * If a file has changed, that becomes the reason why the job failed, because
 * any other failure may be a consequence of it.
 */
void
pisces_backend_judge_sources (PiscesBackend *backend)
{
  GError *error = NULL;

  if (pisces_backend_check_sources (backend, &error))
    return;

  g_clear_error (&backend->error);
  backend->error = error;
}


/*  private functions  */

static gint
find (PiscesBackend *backend,
      gconstpointer  source)
{
  for (guint i = 0; i < backend->sources->len; i++)
    if (g_array_index (backend->sources, PiscesBackendSource, i).source == source)
      return i;

  return -1;
}
