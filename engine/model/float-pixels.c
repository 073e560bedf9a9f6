/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * float-pixels.c: see float-pixels.h.
 */

#include <math.h>

#include "engine/model/float-pixels.h"

/* The colour of what is more transparent is not known: it would be the quotient of
 * two rounding errors.  */
#define ALPHA_OF_NOTHING 0.002f


/**
 * pisces_float_pixels_new:
 * @image: a picture.
 *
 * Returns: (transfer full) (nullable): `[height, width, 4]`: the pixels; %NULL if
 *   there is not enough memory.
 */
gfloat *
pisces_float_pixels_new (const PiscesImage *image)
{
  const gsize  size   = (gsize) image->width * image->height;
  gfloat      *values = g_try_malloc_n (size, PISCES_FLOAT_CHANNELS * sizeof (gfloat));

  for (gsize i = 0; values && i < size; i++)
    {
      const guint8 *pixel = image->pixels + i * 4;
      gfloat       *to    = values + i * PISCES_FLOAT_CHANNELS;
      const gfloat  alpha = pixel[3] / 255.0f;

      for (gint c = 0; c < 3; c++)
        to[c] = pixel[c] / 255.0f * alpha;
      to[3] = alpha;
    }

  return values;
}

/**
 * pisces_float_pixel_store:
 * @values: four numbers from 0 to 1, the colours multiplied by alpha.  Those beyond
 *   are cut off.
 * @pixel: (out): its bytes, as in #PiscesImage.
 */
void
pisces_float_pixel_store (const gfloat *values,
                          guint8       *pixel)
{
  const gfloat alpha = CLAMP (values[3], 0.0f, 1.0f);

  for (gint c = 0; c < 3; c++)
    pixel[c] = alpha > ALPHA_OF_NOTHING ? CLAMP (lrintf (values[c] / alpha * 255.0f), 0, 255) : 0;
  pixel[3] = lrintf (alpha * 255.0f);
}
