/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks the shape of a weight before it is read.
 */

#include <string.h>

#include "engine/networks/weight-check.h"

/**
 * pisces_weight_shape_fits:
 *
 * Returns: whether the tensor has exactly this shape.  If a matrix is
 *   expected, a 1 × 1 convolution is accepted too.
 */
gboolean
pisces_weight_shape_fits (const PiscesHostTensor *tensor,
                          gint                    n_dims,
                          const gint64           *dims)
{
  gboolean is_pointwise = n_dims == 2 && tensor->n_dims == 4 &&
                          tensor->dims[2] == 1 && tensor->dims[3] == 1;

  return (tensor->n_dims == n_dims || is_pointwise) &&
         memcmp (tensor->dims, dims, n_dims * sizeof (gint64)) == 0;
}

/**
 * pisces_weight_shape_text:
 *
 * Returns: (transfer full): `"[64, 32]"`, for messages.
 */
gchar *
pisces_weight_shape_text (gint          n_dims,
                          const gint64 *dims)
{
  GString *text = g_string_new ("[");

  for (gint i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT,
                            i > 0 ? ", " : "", dims[i]);

  return g_string_free (g_string_append_c (text, ']'), FALSE);
}
