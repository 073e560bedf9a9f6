/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * image-pixbuf.h: converts the engine's pictures to gdk-pixbuf's, and back.
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

GdkPixbuf   * pisces_image_to_pixbuf   (PiscesImage  *image);
PiscesImage * pisces_image_from_pixbuf (GdkPixbuf    *pixbuf,
                                        GError      **error);
PiscesImage * pisces_image_scale       (PiscesImage  *image,
                                        gint          width,
                                        gint          height);

G_END_DECLS
