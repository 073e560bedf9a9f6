/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-extend-private.h: for the files that extend the canvas only.
 */

#pragma once

#include "plugin/gimp/canvas-fill-private.h"

G_BEGIN_DECLS

GeglRectangle pisces_canvas_extend_get_frame (PiscesCanvasFill      *fill,
                                              guint                  step);
GeglRectangle pisces_canvas_extend_place     (PiscesCanvasFill      *fill,
                                              const PiscesRectangle *rectangle);

G_END_DECLS
