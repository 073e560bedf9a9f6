/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-budget.c: how much memory is held, and what stands against more: the
 * budget, the device, and a limit for tests.
 *
 * Environment: PISCES_MEMORY_LIMIT, in bytes, refuses memory beyond it, as a
 * machine without more would (for tests).
 */

#include <glib/gi18n-lib.h>

#include "engine/backend/backend.h"
#include "engine/pisces.h"


/**
 * pisces_backend_resident_bytes:
 *
 * Returns: the bytes of weights and arena that are held, and those that the
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
 * Returns: the bytes that the arena may have: what the budget, or else the
 *   device, leaves beside the weights; %G_MAXSIZE where neither is known.
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
 * Returns: %FALSE, and the job has failed, where PISCES_MEMORY_LIMIT stands
 *   against so many more bytes.
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
 * @n_bytes: that are asked for.
 *
 * Returns: %FALSE if they fit into the budget; else the job has failed, with a
 *   sentence that says what there is.
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

  need   = g_format_size_full (needed, G_FORMAT_SIZE_LONG_FORMAT);
  budget = g_format_size_full (backend->memory_budget, G_FORMAT_SIZE_LONG_FORMAT);
  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                       _("There is not enough memory: at least %s are needed, and the "
                         "memory budget is %s. Raise the budget, or choose a smaller "
                         "model."),
                       need, budget);
  return TRUE;
}

/**
 * pisces_backend_refuse_memory:
 * @n_bytes: that were asked for and not given.
 *
 * The job has failed, with a sentence that says how much there is.
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
