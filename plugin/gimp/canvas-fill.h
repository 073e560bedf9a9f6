/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill.h: draws into the selection of an image: what the engine gets for
 * it, and the layer that comes of it.
 *
 *   fill = pisces_canvas_fill_new (image, layer_id, &options, info, &error);
 *   pisces_canvas_fill_set_edit (fill, request);
 *   … draw …
 *   layer = pisces_canvas_fill_put (fill, picture, flags, warnings, &error);
 *
 * Also extends the canvas: pisces_canvas_extend_new() makes the work, and for each of
 * its steps there are pisces_canvas_extend_set_edit(), the model's drawing, and
 * pisces_canvas_extend_take().
 */

#pragma once

#include "plugin/gimp/canvas.h"
#include "plugin/gimp/names.h"

G_BEGIN_DECLS

typedef struct _PiscesCanvasFill PiscesCanvasFill;

/* By how many pixels a selection can be grown or shrunk.  */
#define PISCES_FILL_GROW_MAX 1000

/**
 * PiscesFillSource:
 * @PISCES_FILL_VISIBLE: the model sees all that is visible.
 * @PISCES_FILL_BELOW: it sees the given layer and what is below it.
 * @PISCES_FILL_LAYER: it sees the given layer alone.
 */
typedef enum
{
  PISCES_FILL_VISIBLE,
  PISCES_FILL_BELOW,
  PISCES_FILL_LAYER
} PiscesFillSource;

/**
 * PiscesFillOptions:
 * @source: what the model sees.
 * @surroundings: how much of it, see pisces_fill_frame().
 * @grow: by how many pixels more than the selection is filled, on all sides; below
 *   0: less.
 * @strength: how much is changed, see #PiscesEdit.
 */
typedef struct
{
  PiscesFillSource source;
  gdouble          surroundings;
  gint             grow;
  gdouble          strength;
} PiscesFillOptions;

/* Their names, for arguments and for the window.  */
extern const PiscesName pisces_canvas_fill_sources[];

gboolean           pisces_canvas_fill_check_layer
                                               (GimpImage               *image,
                                                GeglRectangle           *place,
                                                GError                 **error);
PiscesCanvasFill * pisces_canvas_fill_new      (GimpImage               *image,
                                                gint32                   layer_id,
                                                const PiscesFillOptions *options,
                                                const PiscesModelInfo   *model,
                                                GError                 **error);
PiscesCanvasFill * pisces_canvas_fill_new_of_layer
                                               (GimpImage               *image,
                                                gint32                   layer_id,
                                                gdouble                  strength,
                                                const PiscesModelInfo   *model,
                                                GError                 **error);
PiscesCanvasFill * pisces_canvas_fill_ref      (PiscesCanvasFill        *fill);
void               pisces_canvas_fill_unref    (PiscesCanvasFill        *fill);
gint32             pisces_canvas_fill_get_image_id
                                               (PiscesCanvasFill        *fill);
guint              pisces_canvas_fill_get_n_steps
                                               (PiscesCanvasFill        *fill);
GeglRectangle      pisces_canvas_fill_get_bounds
                                               (PiscesCanvasFill        *fill);
void               pisces_canvas_fill_set_edit (PiscesCanvasFill        *fill,
                                                PiscesGenerateRequest   *request);
void               pisces_canvas_fill_begin_with
                                               (PiscesCanvasFill        *fill,
                                                PiscesImage             *image,
                                                gdouble                  strength,
                                                PiscesGenerateRequest   *request);
PiscesCanvasFill * pisces_canvas_fill_again    (GimpLayer               *layer,
                                                gdouble                  strength,
                                                const PiscesModelInfo   *model,
                                                gboolean                *changed,
                                                GError                 **error);
gboolean           pisces_canvas_fill_put_again
                                               (PiscesCanvasFill        *fill,
                                                const PiscesPicture     *picture,
                                                PiscesCanvasFlags        flags,
                                                GError                 **error);
GimpLayer        * pisces_canvas_fill_put      (PiscesCanvasFill        *fill,
                                                const PiscesPicture     *picture,
                                                PiscesCanvasFlags        flags,
                                                GPtrArray               *warnings,
                                                GError                 **error);

/* in canvas-extend.c */

PiscesCanvasFill * pisces_canvas_extend_new    (GimpImage               *image,
                                                gint32                   layer_id,
                                                PiscesFillSource         source,
                                                const PiscesBorders     *borders,
                                                const PiscesModelInfo   *model,
                                                GError                 **error);
gboolean           pisces_canvas_extend_set_edit
                                               (PiscesCanvasFill        *fill,
                                                PiscesGenerateRequest   *request,
                                                GError                 **error);
void               pisces_canvas_extend_take   (PiscesCanvasFill        *fill,
                                                const PiscesPicture     *picture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesCanvasFill, pisces_canvas_fill_unref)

G_END_DECLS
