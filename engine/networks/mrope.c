/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mrope.c: see mrope.h.
 */

#include "engine/networks/mrope.h"

/**
 * pisces_mrope_positions:
 * @rows: `[n_rows]`: the rows of a text.
 * @n_rows: their number.
 * @image_row: what stands in @rows for a row of a picture.
 * @n_columns: how many of them are side by side in the picture.
 * @positions: (out caller-allocates): `[n_rows, PISCES_ROPE_AXES]`.
 *
 * Words are counted, on all axes alike.  All rows of a picture are at one time; each
 * has its place in the picture, counted from there.  What follows the picture is
 * counted from behind its longer side (`get_rope_index` in transformers).
 *
 * Returns: by how much the position of a later row differs from its number.
 */
gint64
pisces_mrope_positions (const gint32 *rows,
                        guint         n_rows,
                        gint32        image_row,
                        gint          n_columns,
                        gfloat       *positions)
{
  gint64 next = 0;

  for (guint i = 0; i < n_rows; )
    {
      guint n = 0;

      while (i + n < n_rows && rows[i + n] == image_row)
        n++;
      for (guint j = 0; j < MAX (n, 1); j++, positions += PISCES_ROPE_AXES)
        {
          positions[0] = next;
          positions[1] = next + (n > 0 ? j / n_columns : 0);
          positions[2] = next + (n > 0 ? j % n_columns : 0);
        }
      next += n > 0 ? MAX (n / n_columns, (guint) n_columns) : 1;
      i    += MAX (n, 1);
    }

  return next - n_rows;
}
