/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * middle.c: see middle.h.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/model/byte-resize.h"
#include "engine/model/middle.h"


static gint64 resized  (const PiscesMiddle *middle,
                        gint                side,
                        gint                other);
static void   find_cut (gint                resized_side,
                        gint                size,
                        gint               *from,
                        gint               *to,
                        gint               *n);


/**
 * pisces_middle_run:
 * @middle: sizes.
 * @image: of any size.
 * @out: (out caller-allocates): `[size, size, 3]` bytes, row by row.
 * @error: return location for an error.
 *
 * Where the resized picture is smaller than the square, the rest is black.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY or, if the picture is too narrow,
 *   %PISCES_ERROR_INVALID_REQUEST.
 */
gboolean
pisces_middle_run (const PiscesMiddle  *middle,
                   PiscesImage         *image,
                   guint8              *out,
                   GError             **error)
{
  const gsize  n_row  = (gsize) middle->size * PISCES_BYTE_CHANNELS;
  const gint64 width  = resized (middle, image->width, image->height);
  const gint64 height = resized (middle, image->height, image->width);
  gint         part[4], left, top;

  if (MAX (width, height) > G_MAXINT)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("The picture of %d × %d pixels is too narrow to be compared. Compare a "
                     "part of it."), image->width, image->height);
      return FALSE;
    }

  memset (out, 0, n_row * middle->size);
  find_cut (width, middle->size, &part[0], &left, &part[2]);
  find_cut (height, middle->size, &part[1], &top, &part[3]);

  return pisces_byte_resize_part (image, middle->under, width, height, middle->filter, part,
                                  out + top * n_row + (gsize) left * PISCES_BYTE_CHANNELS, n_row,
                                  error);
}


/*  private functions  */

/* The shorter side becomes the edge, and the longer one is cut off and not rounded.  */
static gint64
resized (const PiscesMiddle *middle,
         gint                side,
         gint                other)
{
  if (middle->stretches || side <= other)
    return middle->edge;

  return (gint64) middle->edge * side / other;
}

/* from: where the part that is needed begins in the resized picture; to: where it is
 * put in the square.  If what is over is odd, the part is nearer to the beginning,
 * and if what is missing is odd, nearer to the end.  */
static void
find_cut (gint  resized_side,
          gint  size,
          gint *from,
          gint *to,
          gint *n)
{
  const gint over = resized_side - size;

  *from = over > 0 ? over / 2 : 0;
  *to   = over < 0 ? (1 - over) / 2 : 0;
  *n    = MIN (resized_side, size);
}
