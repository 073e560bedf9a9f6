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
  gint               image_width;
  gint               image_height;
  gboolean           changes;    /* @seen_id is drawn anew, and @canvas is its place */
  gboolean           whole;      /* all of it is, not a selected part of it  */
  GeglRectangle      canvas;
  GeglRectangle      frame;      /* what the engine gets of the canvas     */
  gint               width;      /* in which it gets it                    */
  gint               height;
  PiscesFillHole    *hole;
  PiscesImage       *pixels;     /* of the frame; NULL when a request has them */
  gchar             *around;     /* digest of those that are not drawn anew */

  /* If the canvas is extended, it is drawn in steps.  */
  PiscesBorders      borders;    /* by how much @canvas grows              */
  GArray            *steps;      /* PiscesExtendStep; NULL: it is not extended */
  GPtrArray         *shots;      /* PiscesImage: the frame of each step    */
  GPtrArray         *drawn;      /* PiscesImage: what the steps have drawn */
};

/* in canvas-fill.c */

PiscesCanvasFill * pisces_canvas_fill_begin (GimpImage               *image,
                                             gint32                   layer_id,
                                             const PiscesFillOptions *options,
                                             const PiscesModelInfo   *model,
                                             GError                 **error);
gboolean      pisces_canvas_fill_look       (PiscesCanvasFill     *fill,
                                             GimpImage            *image,
                                             GError              **error);
gboolean      pisces_canvas_fill_check_changeable
                                            (GimpLayer            *layer,
                                             GError              **error);
gboolean      pisces_canvas_fill_check_model
                                            (const PiscesModelInfo *model,
                                             GError              **error);
void          pisces_canvas_fill_set_image  (PiscesCanvasFill     *fill,
                                             GimpImage            *image);
void          pisces_canvas_fill_set_changing
                                            (PiscesCanvasFill     *fill,
                                             const GeglRectangle  *bounds);
gboolean      pisces_canvas_fill_find_layer (PiscesCanvasFill     *fill,
                                             GimpImage            *image,
                                             GError              **error);

/* in canvas-fill-frame.c */

void          pisces_canvas_fill_set_size   (PiscesCanvasFill     *fill,
                                             const GeglRectangle  *frame);
gboolean      pisces_canvas_fill_set_frame  (PiscesCanvasFill     *fill,
                                             const GeglRectangle  *frame,
                                             GError              **error);
PiscesImage * pisces_canvas_fill_read       (PiscesCanvasFill     *fill,
                                             GimpImage            *image,
                                             GError              **error);
GBytes      * pisces_canvas_fill_make_mask  (PiscesCanvasFill     *fill);
gchar       * pisces_canvas_fill_make_name  (const PiscesPicture  *picture,
                                             const gchar          *unprompted);
gchar       * pisces_canvas_fill_digest     (const PiscesImage    *pixels,
                                             GBytes               *mask);
gchar       * pisces_canvas_fill_find_around
                                            (PiscesCanvasFill     *fill,
                                             const PiscesImage    *pixels);
PiscesImage * pisces_canvas_fill_find_transparent
                                            (PiscesCanvasFill     *fill,
                                             const PiscesImage    *drawn);
GimpLayer   * pisces_canvas_fill_get_layer  (PiscesCanvasFill     *fill,
                                             GError              **error);
GimpLayer   * pisces_canvas_fill_get_eraser (GimpImage            *image,
                                             GimpLayer            *layer);
GimpLayer   * pisces_canvas_fill_get_seen   (GimpImage            *image,
                                             GimpLayer            *layer);

/* in canvas-fill-put.c */

GimpImage   * pisces_canvas_fill_find_image (PiscesCanvasFill     *fill,
                                             GError              **error);

/* in canvas-extend.c */

gboolean      pisces_canvas_extend_again    (PiscesCanvasFill     *fill,
                                             GimpImage            *image,
                                             const GeglRectangle  *canvas,
                                             const PiscesModelInfo *model,
                                             GError              **error);
gchar       * pisces_canvas_extend_digest   (PiscesCanvasFill     *fill,
                                             GimpImage            *image);

/* in canvas-extend-put.c */

GimpLayer   * pisces_canvas_extend_put      (PiscesCanvasFill     *fill,
                                             GimpImage            *image,
                                             const PiscesPicture  *picture,
                                             GError              **error);
gboolean      pisces_canvas_extend_put_again
                                            (PiscesCanvasFill     *fill,
                                             GimpLayer            *layer,
                                             const PiscesPicture  *picture,
                                             PiscesCanvasFlags     flags,
                                             GError              **error);

/* in canvas-fill-again.c */

gboolean      pisces_canvas_fill_attach     (PiscesCanvasFill     *fill,
                                             GimpItem             *item);

G_END_DECLS
