/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill.h: draws into the selection of an image: what the engine gets for
 * it, and the layer that comes of it.
 *
 *   fill = pisces_canvas_fill_new (image, layer_id, source, info, 0.5, &error);
 *   pisces_canvas_fill_set_edit (fill, request, 1.0);
 *   … draw …
 *   layer = pisces_canvas_fill_put (fill, picture, flags, warnings, &error);
 */

#pragma once

#include "plugin/gimp/canvas.h"

G_BEGIN_DECLS

typedef struct _PiscesCanvasFill PiscesCanvasFill;

/**
 * PiscesFillSource:
 * @PISCES_FILL_VISIBLE: the model sees all that is visible.
 * @PISCES_FILL_LAYER: it sees the given layer alone.
 */
typedef enum
{
  PISCES_FILL_VISIBLE,
  PISCES_FILL_LAYER
} PiscesFillSource;

PiscesCanvasFill * pisces_canvas_fill_new      (GimpImage               *image,
                                                gint32                   layer_id,
                                                PiscesFillSource         source,
                                                const PiscesModelInfo   *model,
                                                gdouble                  surroundings,
                                                GError                 **error);
void               pisces_canvas_fill_free     (PiscesCanvasFill        *fill);
void               pisces_canvas_fill_set_edit (PiscesCanvasFill        *fill,
                                                PiscesGenerateRequest   *request,
                                                gdouble                  strength);
GimpLayer        * pisces_canvas_fill_put      (PiscesCanvasFill        *fill,
                                                const PiscesPicture     *picture,
                                                PiscesCanvasFlags        flags,
                                                GPtrArray               *warnings,
                                                GError                 **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesCanvasFill, pisces_canvas_fill_free)

G_END_DECLS
