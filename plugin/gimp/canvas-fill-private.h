/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill-private.h: for the files that implement canvas-fill.h only.
 */

#pragma once

#include "plugin/gimp/canvas-fill.h"
#include "plugin/gimp/fill-hole.h"

G_BEGIN_DECLS

struct _PiscesCanvasFill
{
  gint32             image_id;
  gint32             layer_id;   /* above which the layer goes; -1: the selected one */
  gint32             seen_id;    /* the layer that @options are about; -1: none       */
  gint32             again_id;   /* the layer that is drawn again; -1: a new one       */
  PiscesFillOptions  options;
  GeglRectangle      canvas;
  GeglRectangle      frame;      /* what the engine gets of the canvas     */
  gint               width;      /* in which it gets it                    */
  gint               height;
  PiscesFillHole    *hole;
  PiscesImage       *pixels;     /* of the frame; NULL when a request has them */
  gchar             *around;     /* digest of those that are not drawn anew */
};

/* in canvas-fill.c */

gboolean      pisces_canvas_fill_check_model
                                            (const PiscesModelInfo *model,
                                             GError              **error);

/* in canvas-fill-frame.c */

gboolean      pisces_canvas_fill_set_frame  (PiscesCanvasFill     *fill,
                                             const GeglRectangle  *frame,
                                             GError              **error);
PiscesImage * pisces_canvas_fill_read       (PiscesCanvasFill     *fill,
                                             GimpImage            *image,
                                             GError              **error);
GBytes      * pisces_canvas_fill_make_mask  (PiscesCanvasFill     *fill);
gchar       * pisces_canvas_fill_digest     (const PiscesImage    *pixels,
                                             GBytes               *mask);
PiscesImage * pisces_canvas_fill_find_transparent
                                            (PiscesCanvasFill     *fill,
                                             const PiscesImage    *drawn);
GimpLayer   * pisces_canvas_fill_get_layer  (PiscesCanvasFill     *fill,
                                             GError              **error);
GimpLayer   * pisces_canvas_fill_get_eraser (GimpImage            *image,
                                             GimpLayer            *layer);

/* in canvas-fill-again.c */

gboolean      pisces_canvas_fill_attach     (PiscesCanvasFill     *fill,
                                             GimpItem             *item);

G_END_DECLS
