/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hole.h: a box in a picture, in which something is drawn.
 */

#pragma once

#include <string.h>

#include "engine/pisces.h"

typedef struct
{
  gint x, y, width, height;
} Box;

static inline gboolean
is_inside (const Box *box,
           gint       x,
           gint       y)
{
  return x >= box->x && x < box->x + box->width && y >= box->y && y < box->y + box->height;
}

/* Of a square picture.  The values near the border of a soft mask rise over a few
 * pixels.  */
static inline GBytes *
mask_of (const Box *box,
         gint       side,
         gint       soft)
{
  guint8 *bytes = g_new0 (guint8, side * side);

  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++)
      if (is_inside (box, x, y))
        {
          const gint depth = MIN (MIN (x - box->x, box->x + box->width - 1 - x),
                                  MIN (y - box->y, box->y + box->height - 1 - y)) + 1;

          bytes[y * side + x] = soft ? MIN (255, depth * 255 / soft) : 255;
        }

  return g_bytes_new_take (bytes, side * side);
}

/* Counts the pixels that differ, inside the box or outside.  */
static inline guint
n_changed (const PiscesImage *a,
           const PiscesImage *b,
           const Box         *box,
           gboolean           inside)
{
  guint n = 0;

  for (gint y = 0; y < a->height; y++)
    for (gint x = 0; x < a->width; x++)
      if (is_inside (box, x, y) == inside)
        n += memcmp (a->pixels + ((gsize) y * a->width + x) * 4,
                     b->pixels + ((gsize) y * a->width + x) * 4, 4) != 0;

  return n;
}
