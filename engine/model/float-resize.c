/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * float-resize.c: see float-resize.h.
 */

#include <string.h>

#include "engine/model/float-resize.h"


/**
 * pisces_float_resize:
 * @values: `[height, width, n_channels]`.
 * @width: of @values.
 * @height: of @values.
 * @n_channels: numbers in each place.
 * @filter: the function that weights them.
 * @to_width: of @out.
 * @to_height: of @out.
 * @out: (out): `[to_height, to_width, n_channels]`.
 *
 * Colours should be multiplied by alpha before.
 *
 * Returns: %FALSE if there is not enough memory.
 */
gboolean
pisces_float_resize (const gfloat   *values,
                     gint            width,
                     gint            height,
                     gint            n_channels,
                     PiscesResample  filter,
                     gint            to_width,
                     gint            to_height,
                     gfloat         *out)
{
  const gsize                  row    = (gsize) to_width * n_channels;
  g_autoptr (PiscesResizeLine) across = pisces_resize_line_new (width, to_width, filter);
  g_autoptr (PiscesResizeLine) down   = pisces_resize_line_new (height, to_height, filter);
  g_autofree gfloat           *narrow = g_try_malloc0_n (row * sizeof (gfloat), height);

  if (narrow == NULL)
    return FALSE;

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < to_width; x++)
      {
        gfloat *to = narrow + y * row + (gsize) x * n_channels;

        for (gint from = across->begin[x]; from < across->end[x]; from++)
          {
            const gfloat  weight = across->weights[(gsize) x * across->stride +
                                                   from - across->begin[x]];
            const gfloat *at     = values + ((gsize) y * width + from) * n_channels;

            for (gint c = 0; c < n_channels; c++)
              to[c] += weight * at[c];
          }
      }

  memset (out, 0, row * to_height * sizeof (gfloat));
  for (gint y = 0; y < to_height; y++)
    for (gint from = down->begin[y]; from < down->end[y]; from++)
      {
        const gfloat weight = down->weights[(gsize) y * down->stride + from - down->begin[y]];

        for (gsize i = 0; i < row; i++)
          out[y * row + i] += weight * narrow[from * row + i];
      }

  return TRUE;
}
