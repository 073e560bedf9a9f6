/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-budget.c: how much memory is in use, and what limits it: the budget,
 * the device, and a limit for tests.
 *
 * Environment variable: PISCES_MEMORY_LIMIT, in bytes, refuses memory beyond
 * it, like a machine that has no more (for tests).
 */

#include <glib/gi18n-lib.h>

#include "engine/backend/backend.h"
#include "engine/pisces.h"


/**
 * pisces_backend_resident_bytes:
 *
 * Returns: the bytes of weights, of the arena, and of the memory that the
 *   backend's ops keep.
 */
guint64
pisces_backend_resident_bytes (PiscesBackend *backend)
{
  return (guint64) backend->weight_bytes + backend->arena_bytes +
         backend->scratch_bytes;
}

/**
 * pisces_backend_room:
 *
 * Returns: how many bytes the arena may have: what the weights leave of the
 *   budget, or of the device if there is no budget; %G_MAXSIZE if neither is
 *   known.
 */
gsize
pisces_backend_room (PiscesBackend *backend)
{
  const gsize others = backend->weight_bytes + backend->scratch_bytes;
  gsize       room   = G_MAXSIZE;

  if (backend->table->free_bytes)
    {
      const gsize n_free = backend->table->free_bytes (backend);

      if (n_free)
        room = n_free + backend->arena_bytes;
    }
  if (backend->memory_limit)
    room = MIN (room, backend->memory_limit - MIN (others, backend->memory_limit));
  if (backend->memory_budget)
    room = MIN (room, backend->memory_budget - MIN (others, backend->memory_budget));

  return room;
}

/**
 * pisces_backend_memory_allows:
 *
 * Returns: %FALSE if PISCES_MEMORY_LIMIT does not allow this many more bytes;
 *   the job has then failed.
 */
gboolean
pisces_backend_memory_allows (PiscesBackend *backend,
                              gsize          n_bytes)
{
  if (backend->memory_limit == 0 ||
      pisces_backend_resident_bytes (backend) + n_bytes <=
      backend->memory_limit)
    return TRUE;

  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                       "%" G_GSIZE_FORMAT " bytes of memory were refused: "
                       "%" G_GUINT64_FORMAT " are in use, and "
                       "PISCES_MEMORY_LIMIT is %" G_GSIZE_FORMAT ".",
                       n_bytes, pisces_backend_resident_bytes (backend),
                       backend->memory_limit);
  return FALSE;
}

/**
 * pisces_backend_over_budget:
 * @n_bytes: how many bytes are requested.
 *
 * Returns: %FALSE if they fit into the budget.  If not, the job has failed
 *   with a sentence that says how much memory there is.
 */
gboolean
pisces_backend_over_budget (PiscesBackend *backend,
                            gsize          n_bytes)
{
  const guint64     needed = pisces_backend_resident_bytes (backend) + n_bytes;
  g_autofree gchar *need   = NULL;
  g_autofree gchar *budget = NULL;

  if (backend->memory_budget == 0 || needed <= backend->memory_budget)
    return FALSE;

  backend->refused_bytes = needed;
  need   = g_format_size_full (needed, G_FORMAT_SIZE_LONG_FORMAT);
  budget = g_format_size_full (backend->memory_budget + backend->memory_taken,
                               G_FORMAT_SIZE_LONG_FORMAT);
  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                       _("There is not enough memory: at least %s are needed, and the "
                         "memory budget is %s. Raise the budget, or choose a smaller "
                         "model."),
                       need, budget);
  return TRUE;
}

/**
 * pisces_backend_refuse_memory:
 * @n_bytes: how many bytes were requested and refused.
 *
 * Makes the job fail with a sentence that says how much memory there is.
 */
void
pisces_backend_refuse_memory (PiscesBackend *backend,
                              gsize          n_bytes)
{
  const gsize       n_free = backend->table->free_bytes
                             ? backend->table->free_bytes (backend) : 0;
  g_autofree gchar *need   = g_format_size_full (n_bytes, G_FORMAT_SIZE_LONG_FORMAT);
  g_autofree gchar *room   = g_format_size_full (n_free, G_FORMAT_SIZE_LONG_FORMAT);

  if (n_free)
    pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                         _("There is not enough memory: %s more are needed, and %s are "
                           "free. Close other images or programs, or choose a smaller "
                           "model."),
                         need, room);
  else
    pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                         _("There is not enough memory: %s more are needed. Close other "
                           "images or programs, or choose a smaller model."),
                         need);
}
