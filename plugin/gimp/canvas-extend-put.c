/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-extend-put.c: the larger canvas, and the layer with its new borders.  The
 * old layers only get other offsets.  Below its mask, the new layer also has what
 * was drawn over the old canvas, so that a person can soften the mask.
 *
 * Main thread only, as all of libgimp.  Proxy objects have references here;
 * canvas.h explains why.
 */

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/canvas-extend-private.h"

static GimpLayer  * extend_add_layer (PiscesCanvasFill    *fill,
                                      GimpImage           *image,
                                      const gchar         *name,
                                      GeglBuffer          *pixels,
                                      GError             **error);
static GeglBuffer * extend_develop   (PiscesCanvasFill    *fill,
                                      GimpImage           *image,
                                      GError             **error);
static void         extend_copy      (GeglBuffer          *scaled,
                                      const GeglRectangle *frame,
                                      const GeglRectangle *part,
                                      GeglBuffer          *pixels,
                                      const GeglRectangle *bounds);


/*  public functions  */

/**
 * pisces_canvas_extend_put:
 * @fill: the work, all steps of which were drawn.
 * @image: its image, with an undo group.
 * @picture: what it shows.
 * @error: set to a sentence if GIMP refuses something; then nothing is changed.
 *
 * Returns: (transfer full) (nullable): the layer.
 */
GimpLayer *
pisces_canvas_extend_put (PiscesCanvasFill     *fill,
                          GimpImage            *image,
                          const PiscesPicture  *picture,
                          GError              **error)
{
  const PiscesBorders    *borders = &fill->borders;
  const GeglRectangle    *canvas  = &fill->canvas;
  g_autoptr (GeglBuffer)  pixels  = extend_develop (fill, image, error);
  g_autofree gchar       *name    = NULL;
  GimpLayer              *layer;

  if (! pixels)
    return NULL;

  if (! gimp_image_resize (image, canvas->width + borders->left + borders->right,
                           canvas->height + borders->top + borders->bottom,
                           borders->left, borders->top))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make the canvas larger: %s"));
      return NULL;
    }

  name  = pisces_canvas_fill_make_name (picture, _("New borders"));
  layer = extend_add_layer (fill, image, name, pixels, error);
  if (! layer)
    {
      gimp_image_resize (image, canvas->width, canvas->height, - borders->left,
                         - borders->top);
      return NULL;
    }

  return layer;
}

/**
 * pisces_canvas_extend_put_again:
 * @fill: from pisces_canvas_fill_again(), all steps of which were drawn.
 * @layer: the layer.
 * @picture: what it is to remember.
 * @flags: see pisces_canvas_fill_put_again().
 * @error: set to a sentence on failure; then nothing is changed.
 *
 * Returns: %TRUE if the layer shows the new borders.
 */
gboolean
pisces_canvas_extend_put_again (PiscesCanvasFill     *fill,
                                GimpLayer            *layer,
                                const PiscesPicture  *picture,
                                PiscesCanvasFlags     flags,
                                GError              **error)
{
  g_autoptr (GeglBuffer) pixels = NULL;

  if (! pisces_canvas_check_replaceable (layer, error))
    return FALSE;

  pixels = extend_develop (fill, gimp_item_get_image (GIMP_ITEM (layer)), error);

  return pixels &&
         pisces_canvas_replace_pixels (layer, pixels, 0, 0, picture, flags, error);
}


/*  private functions  */

/* Adds the layer to the image, which is extended already.  */
static GimpLayer *
extend_add_layer (PiscesCanvasFill  *fill,
                  GimpImage         *image,
                  const gchar       *name,
                  GeglBuffer        *pixels,
                  GError           **error)
{
  const GeglRectangle     *bounds = &fill->hole->bounds;
  g_autoptr (PiscesImage)  empty  = pisces_image_new (1, 1, NULL);
  g_autoptr (GimpLayer)    layer  = NULL;
  GeglBuffer              *buffer;

  layer = pisces_canvas_make_layer (image, name, empty,
                                    gimp_image_get_default_new_layer_mode (image),
                                    fill->layer_id, error);
  if (! layer)
    return NULL;

  if (fill->options.source == PISCES_FILL_VISIBLE)
    pisces_canvas_lift_layer (image, layer, NULL);

  if (! gimp_layer_resize (layer, bounds->width, bounds->height, 0, 0) ||
      ! gimp_layer_set_offsets (layer, bounds->x + fill->borders.left,
                                bounds->y + fill->borders.top))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a new layer: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  gegl_buffer_copy (pixels, NULL, GEGL_ABYSS_NONE, buffer, NULL);
  g_object_unref (buffer);
  gimp_drawable_update (GIMP_DRAWABLE (layer), 0, 0, bounds->width, bounds->height);

  if (! pisces_fill_hole_make_mask (fill->hole, layer))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a layer mask: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  return g_steal_pointer (&layer);
}

/* Returns: (transfer full) (nullable): the pixels of the layer: of each step its part
 *   of the new borders, and what it shows of the old canvas.
 */
static GeglBuffer *
extend_develop (PiscesCanvasFill  *fill,
                GimpImage         *image,
                GError           **error)
{
  const GeglRectangle    *bounds = &fill->hole->bounds;
  g_autoptr (GeglBuffer)  pixels = NULL;

  gegl_init (NULL, NULL);

  for (guint i = 0; i < fill->steps->len; i++)
    {
      const PiscesExtendStep *step  = &g_array_index (fill->steps, PiscesExtendStep, i);
      GeglRectangle           frame = pisces_canvas_extend_place (fill, &step->frame);
      GeglRectangle           part  = pisces_canvas_extend_place (fill, &step->part);
      g_autoptr (GeglBuffer)  scaled = NULL;

      scaled = pisces_canvas_scale_pixels (image, fill->drawn->pdata[i], frame.width,
                                           frame.height, error);
      if (! scaled)
        return NULL;

      if (! pixels)
        pixels = gegl_buffer_new (GEGL_RECTANGLE (0, 0, bounds->width, bounds->height),
                                  gegl_buffer_get_format (scaled));
      extend_copy (scaled, &frame, &fill->canvas, pixels, bounds);
      extend_copy (scaled, &frame, &part, pixels, bounds);
    }

  return g_steal_pointer (&pixels);
}

/* Copies the part of the frame that is in the layer's bounds.  */
static void
extend_copy (GeglBuffer          *scaled,
             const GeglRectangle *frame,
             const GeglRectangle *part,
             GeglBuffer          *pixels,
             const GeglRectangle *bounds)
{
  GeglRectangle from;

  if (! gegl_rectangle_intersect (&from, frame, part) ||
      ! gegl_rectangle_intersect (&from, &from, bounds))
    return;

  gegl_buffer_copy (scaled,
                    GEGL_RECTANGLE (from.x - frame->x, from.y - frame->y,
                                    from.width, from.height),
                    GEGL_ABYSS_NONE, pixels,
                    GEGL_RECTANGLE (from.x - bounds->x, from.y - bounds->y,
                                    from.width, from.height));
}
