/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas.h: pixels from GIMP's images to the engine's, and back.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

GimpImage   * pisces_canvas_find_image   (gint32      image_id);
gboolean      pisces_canvas_check_target (GimpImage  *image,
                                          GError    **error);
PiscesImage * pisces_canvas_read         (GimpImage  *image,
                                          GError    **error);
GPtrArray   * pisces_canvas_add_pictures (GimpImage  *image,
                                          GPtrArray  *pictures,
                                          GError    **error);

G_END_DECLS
