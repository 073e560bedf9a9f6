/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is looked at in a weight before it is used: shape and finiteness.
 */

#include <string.h>

#include "engine/networks/weight-check.h"
#include "engine/quantise.h"

/**
 * pisces_weight_shape_fits:
 *
 * Returns: whether the tensor has just this shape; where a matrix is asked
 *   for, a 1 × 1 convolution is one too.
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
 * pisces_weight_is_finite:
 * @tensor: of a floating point type.
 *
 * By bits: NaN and infinity have all bits of the exponent set.  Values in a
 * mapped file may stand at odd addresses, hence memcpy().
 *
 * Returns: whether all values are finite numbers.
 */
gboolean
pisces_weight_is_finite (const PiscesHostTensor *tensor)
{
  const guint8 *bytes   = tensor->data;
  gint64        n       = pisces_host_tensor_count (tensor);
  guint32       mask    = 0x7f800000;
  guint32       bad     = 0;
  gint64        i;

  /* Quants are always finite, so it is up to the scales.  */
  if (pisces_dtype_bits (tensor->dtype))
    {
      bytes = tensor->scales;
      n    /= PISCES_QUANTISED_BLOCK;
    }
  if (tensor->dtype == PISCES_F32)
    {
      for (i = 0; i < n; i++)
        {
          guint32 bits;

          memcpy (&bits, bytes + i * sizeof (bits), sizeof (bits));
          bad |= (bits & mask) == mask;
        }
      return ! bad;
    }

  mask = tensor->dtype == PISCES_BF16 ? 0x7f80 : 0x7c00;
  for (i = 0; i < n; i++)
    {
      guint16 bits;

      memcpy (&bits, bytes + i * sizeof (bits), sizeof (bits));
      bad |= (bits & mask) == mask;
    }
  return ! bad;
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
