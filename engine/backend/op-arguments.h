/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * op-arguments.h: how the functions for ops check their arguments before they
 * call a backend's table.  Only for backend-ops.c and backend-attention.c.
 */

#pragma once

#include "engine/backend/backend.h"

G_BEGIN_DECLS

#define WIDTH(tensor)  pisces_tensor_width (tensor)
#define N_ROWS(tensor) pisces_tensor_n_rows (tensor)

/* Whether an op should run: the job has not failed, and all its tensors have
 * memory.  */
#define READY(backend, ...) \
  tensors_are_ready ((backend), \
                     (const PiscesTensor[]) { __VA_ARGS__ }, \
                     sizeof ((const PiscesTensor[]) { __VA_ARGS__ }) / \
                     sizeof (PiscesTensor))

static inline gboolean
tensors_are_ready (PiscesBackend      *backend,
                   const PiscesTensor *tensors,
                   gint                n_tensors)
{
  if (pisces_backend_is_failed (backend))
    return FALSE;

  for (gint i = 0; i < n_tensors; i++)
    if (! tensors[i].data)
      return FALSE;
  return TRUE;
}

static inline gint64
weight_count (const PiscesWeight *weight)
{
  gint64 count = 1;

  for (gint i = 0; i < weight->n_dims; i++)
    count *= weight->dims[i];
  return count;
}

G_END_DECLS
