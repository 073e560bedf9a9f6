/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * float-pixels.h: the pixels of a picture as numbers from 0 to 1, with the colours
 * multiplied by alpha, so that they can be scaled and blended.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* Red, green, blue and alpha.  */
#define PISCES_FLOAT_CHANNELS 4

gfloat * pisces_float_pixels_new  (const PiscesImage *image);
void     pisces_float_pixel_store (const gfloat      *values,
                                   guint8            *pixel);

G_END_DECLS
