/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-extend.c: what the engine gets in order to draw new borders around an
 * image, step by step.  It is a fill whose hole is the new borders.
 * canvas-extend-put.c makes the layer that comes of it.
 *
 * Main thread only, as all of libgimp.  Proxy objects have references here;
 * canvas.h explains why.
 */

#include <gegl.h>
#include <libgimp/gimp.h>

#include "plugin/gimp/canvas-extend-private.h"

static gboolean      extend_plan      (PiscesCanvasFill         *fill,
                                       const PiscesModelInfo    *model,
                                       GError                  **error);
static gboolean      extend_look      (PiscesCanvasFill         *fill,
                                       GimpImage                *image,
                                       GError                  **error);
static PiscesImage * extend_read_step (PiscesCanvasFill         *fill,
                                       GimpImage                *image,
                                       guint                     step,
                                       GError                  **error);
static void          extend_add_digest
                                      (PiscesCanvasFill         *fill,
                                       const PiscesImage        *pixels,
                                       GChecksum                *all);


/*  public functions  */

/**
 * pisces_canvas_extend_new:
 * @image: an image.
 * @layer_id: the layer above which the result goes, and with which the model sees
 *   what @source says; -1: the selected one.
 * @source: what the model sees.
 * @borders: by how much the canvas grows.
 * @model: the model that will draw.
 * @error: set to a sentence if it cannot be extended.
 *
 * Reads all that is needed, so that a person may change the image while the model
 * draws.  The image stays as it is until pisces_canvas_fill_put().
 *
 * Returns: (transfer full) (nullable): the work to do.
 */
PiscesCanvasFill *
pisces_canvas_extend_new (GimpImage              *image,
                          gint32                  layer_id,
                          PiscesFillSource        source,
                          const PiscesBorders    *borders,
                          const PiscesModelInfo  *model,
                          GError                **error)
{
  const PiscesFillOptions      options = { .source = source, .strength = 1.0 };
  g_autoptr (GimpImage)        held    = g_object_ref (image);
  g_autoptr (PiscesCanvasFill) fill    = pisces_canvas_fill_begin (image, layer_id,
                                                                   &options, model,
                                                                   error);

  if (! fill)
    return NULL;

  fill->borders = *borders;
  if (! pisces_canvas_fill_find_layer (fill, image, error) ||
      ! extend_plan (fill, model, error))
    return NULL;

  fill->hole = pisces_fill_hole_around (&fill->canvas, borders);

  return extend_look (fill, image, error) ? g_steal_pointer (&fill) : NULL;
}

/**
 * pisces_canvas_extend_set_edit:
 * @fill: the work to do.
 * @request: gets the picture and the mask of the next step.
 * @error: set if there is not enough memory.
 *
 * The steps see what those before them have drawn.
 *
 * Returns: whether it has them.
 */
gboolean
pisces_canvas_extend_set_edit (PiscesCanvasFill       *fill,
                               PiscesGenerateRequest  *request,
                               GError                **error)
{
  guint                    step = fill->drawn->len;
  const GeglRectangle      frame = pisces_canvas_extend_get_frame (fill, step);
  g_autoptr (PiscesImage)  seen  = NULL;
  g_autoptr (GBytes)       base  = NULL;
  g_autoptr (GBytes)       mask  = NULL;

  pisces_canvas_fill_set_size (fill, &frame);
  base = pisces_canvas_fill_make_mask (fill);
  seen = pisces_extend_see (fill->shots->pdata[step], base, fill->steps, fill->drawn,
                            &mask, error);
  if (! seen)
    return FALSE;

  pisces_generate_request_set_edit (request, seen, mask, fill->options.strength);

  return TRUE;
}

/**
 * pisces_canvas_extend_take:
 * @fill: the work.
 * @picture: what was drawn for the step that came last.
 */
void
pisces_canvas_extend_take (PiscesCanvasFill    *fill,
                           const PiscesPicture *picture)
{
  g_ptr_array_add (fill->drawn, pisces_image_ref (picture->image));
}

/**
 * pisces_canvas_extend_again:
 * @fill: the work to draw the borders of an image again, with the hole and what is
 *   seen.
 * @image: the image.
 * @canvas: where the canvas was before it was extended.
 * @model: the model that will draw.
 * @error: set to a sentence if that cannot be done.
 *
 * Returns: whether it can be done.
 */
gboolean
pisces_canvas_extend_again (PiscesCanvasFill       *fill,
                            GimpImage              *image,
                            const GeglRectangle    *canvas,
                            const PiscesModelInfo  *model,
                            GError                **error)
{
  const GeglRectangle *bounds = &fill->hole->bounds;

  fill->canvas         = *canvas;
  fill->borders.left   = MAX (canvas->x - bounds->x, 0);
  fill->borders.top    = MAX (canvas->y - bounds->y, 0);
  fill->borders.right  = MAX (bounds->x + bounds->width - canvas->x - canvas->width, 0);
  fill->borders.bottom = MAX (bounds->y + bounds->height - canvas->y - canvas->height, 0);

  return extend_plan (fill, model, error) && extend_look (fill, image, error);
}

/**
 * pisces_canvas_extend_digest:
 * @fill: the work.
 * @image: the image.
 *
 * Returns: (transfer full) (nullable): the digest of what all steps see of the old
 *   canvas; %NULL if it cannot be read.
 */
gchar *
pisces_canvas_extend_digest (PiscesCanvasFill *fill,
                             GimpImage        *image)
{
  g_autoptr (GChecksum) all = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < fill->steps->len; i++)
    {
      g_autoptr (PiscesImage) pixels = extend_read_step (fill, image, i, NULL);

      if (! pixels)
        return NULL;
      extend_add_digest (fill, pixels, all);
    }

  return g_strdup (g_checksum_get_string (all));
}

/* Returns where the frame of a step lies, in pixels of the image as it is.  */
GeglRectangle
pisces_canvas_extend_get_frame (PiscesCanvasFill *fill,
                                guint             step)
{
  return pisces_canvas_extend_place (fill, &g_array_index (fill->steps, PiscesExtendStep,
                                                           step).frame);
}

/* From pixels of the extended image.  */
GeglRectangle
pisces_canvas_extend_place (PiscesCanvasFill      *fill,
                            const PiscesRectangle *rectangle)
{
  return *GEGL_RECTANGLE (rectangle->x + fill->canvas.x - fill->borders.left,
                          rectangle->y + fill->canvas.y - fill->borders.top,
                          rectangle->width, rectangle->height);
}


/*  private functions  */

static gboolean
extend_plan (PiscesCanvasFill       *fill,
             const PiscesModelInfo  *model,
             GError                **error)
{
  fill->drawn = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_image_unref);
  fill->shots = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_image_unref);
  fill->steps = pisces_extend_plan (fill->canvas.width, fill->canvas.height,
                                    &fill->borders, model->picture_width,
                                    model->picture_height, error);

  return fill->steps != NULL;
}

static gboolean
extend_look (PiscesCanvasFill  *fill,
             GimpImage         *image,
             GError           **error)
{
  g_autoptr (GChecksum) all = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < fill->steps->len; i++)
    {
      PiscesImage *pixels = extend_read_step (fill, image, i, error);

      if (! pixels)
        return FALSE;
      extend_add_digest (fill, pixels, all);
      g_ptr_array_add (fill->shots, pixels);
    }
  fill->around = g_strdup (g_checksum_get_string (all));

  return TRUE;
}

/* A step that only sees what others have drawn reads nothing.  */
static PiscesImage *
extend_read_step (PiscesCanvasFill  *fill,
                  GimpImage         *image,
                  guint              step,
                  GError           **error)
{
  const GeglRectangle frame = pisces_canvas_extend_get_frame (fill, step);

  pisces_canvas_fill_set_size (fill, &frame);

  return gegl_rectangle_intersect (NULL, &frame, &fill->canvas) ?
         pisces_canvas_fill_read (fill, image, error) :
         pisces_image_new (fill->width, fill->height, error);
}

/* @pixels: of the step that was read last.  */
static void
extend_add_digest (PiscesCanvasFill  *fill,
                   const PiscesImage *pixels,
                   GChecksum         *all)
{
  g_autoptr (GBytes)  mask = pisces_canvas_fill_make_mask (fill);
  g_autofree gchar   *one  = pisces_canvas_fill_digest (pixels, mask);

  g_checksum_update (all, (const guchar *) one, -1);
}
