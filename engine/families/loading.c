/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * loading.c: see loading.h.
 */

#include "engine/families/loading.h"

/**
 * pisces_loading_begin:
 * @backend: the backend that the model is loaded for.
 * @n_bytes: the size of the model's weight files.
 *
 * To be called before the first upload, which depends on it: the weights of a large
 * model are kept in fewer bits, and under a budget they may come when they are needed.
 */
void
pisces_loading_begin (PiscesBackend *backend,
                      guint64        n_bytes)
{
  backend->model_bytes = n_bytes;
  backend->may_stream  = backend->memory_budget > 0;
}

/**
 * pisces_loading_needs_files:
 * @backend: the backend, after all uploads.
 *
 * Returns: whether weights will still be read from their files, so that these have to
 *   stay open as long as the model.
 */
gboolean
pisces_loading_needs_files (PiscesBackend *backend)
{
  return backend->may_stream || pisces_backend_has_sources (backend);
}
