/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * letterbox.c: see letterbox.h.
 */

#include <string.h>

#include "engine/model/byte-resize.h"
#include "engine/model/letterbox.h"


/**
 * pisces_letterbox_run:
 * @letterbox: sizes and colours.
 * @image: of any size.
 * @out: (out caller-allocates): `[size, size, 3]` bytes, row by row.
 * @error: return location for an error.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_letterbox_run (const PiscesLetterbox  *letterbox,
                      PiscesImage            *image,
                      guint8                 *out,
                      GError                **error)
{
  const gint     size  = letterbox->size;
  const gint     long_ = MAX (image->width, image->height);
  const gdouble  scale = (gdouble) size / long_;
  /* The shorter side is cut off and not rounded; the longer one is exact.  */
  const gint     width  = image->width == long_
                            ? size : CLAMP ((gint) (image->width * scale), letterbox->min_side, size);
  const gint     height = image->height == long_
                            ? size : CLAMP ((gint) (image->height * scale), letterbox->min_side, size);
  const gint     left   = (size - width) / 2;
  const gint     top    = (size - height) / 2;

  for (gsize i = 0; i < (gsize) size * size; i++)
    memcpy (out + PISCES_BYTE_CHANNELS * i, letterbox->border, PISCES_BYTE_CHANNELS);

  return pisces_byte_resize_image (image, letterbox->under, width, height, PISCES_RESAMPLE_BICUBIC,
                                   out + ((gsize) top * size + left) * PISCES_BYTE_CHANNELS,
                                   (gsize) size * PISCES_BYTE_CHANNELS, error);
}
