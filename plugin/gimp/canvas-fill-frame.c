/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill-frame.c: the part of an image that the model sees when it fills a
 * selection, or draws the layer again that once came of that.
 *
 * Main thread only, as all of libgimp.  Proxy objects have references here;
 * canvas.h explains why.
 */

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-file.h"

#include "plugin/gimp/canvas-fill-private.h"

/* Nobody sees what was there before through a layer that is only so transparent, of
 * 255.  A model may give 254 where it means 255.  */
#define UNSEEN 10

/* The engine scales pictures exactly, but gets no larger ones.  */
#define FRAME_SIZE_MAX 2048

/* A frame that is so many times as large as what it shows of the canvas is not
 * read: it is for a selection that is as long and thin as a line.  */
#define EMPTY_FRAME_MAX 64

static PiscesImage * frame_read_again (PiscesCanvasFill  *fill,
                                       GimpImage         *image,
                                       GError           **error);
static GimpLayer   * frame_get_below  (GimpImage         *image,
                                       GimpLayer         *layer,
                                       gint               n_layers);


/*  public functions  */

/* Notes what the engine gets of the canvas, and finds out in which size.  */
void
pisces_canvas_fill_set_size (PiscesCanvasFill    *fill,
                             const GeglRectangle *frame)
{
  GeglRectangle size = { 0, 0, frame->width, frame->height };

  if (MAX (size.width, size.height) > FRAME_SIZE_MAX)
    size = pisces_placement_fit (size.width, size.height,
                                 GEGL_RECTANGLE (0, 0, FRAME_SIZE_MAX,
                                                 FRAME_SIZE_MAX));
  fill->frame  = *frame;
  fill->width  = size.width;
  fill->height = size.height;
}

/**
 * pisces_canvas_fill_set_frame:
 * @frame: what the engine gets of the canvas.
 * @error: set to a sentence if that is too much.
 *
 * Also finds out in which size the engine gets it.
 *
 * Returns: whether it can be read.
 */
gboolean
pisces_canvas_fill_set_frame (PiscesCanvasFill     *fill,
                              const GeglRectangle  *frame,
                              GError              **error)
{
  const GeglRectangle *bounds = &fill->hole->bounds;
  GeglRectangle        shown;

  pisces_canvas_fill_set_size (fill, frame);
  gegl_rectangle_intersect (&shown, &fill->frame, &fill->canvas);
  if (MAX (frame->width, frame->height) <= FRAME_SIZE_MAX ||
      (gdouble) frame->width * frame->height <=
      (gdouble) EMPTY_FRAME_MAX * shown.width * shown.height)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               fill->whole ?
               _("The layer is %d × %d pixels, too long and thin to be drawn anew "
                 "at once. Crop it and try again.") :
               _("The selection is %d × %d pixels, too long and thin to be filled "
                 "at once. Select a part of it and try again."),
               bounds->width, bounds->height);
  return FALSE;
}

/* Reads the frame, reduced if it is large.  */
PiscesImage *
pisces_canvas_fill_read (PiscesCanvasFill  *fill,
                         GimpImage         *image,
                         GError           **error)
{
  g_autoptr (GimpLayer)  layer = NULL;
  g_autoptr (GimpImage)  below = NULL;
  PiscesImage           *pixels;

  if (fill->again_id != -1)
    return frame_read_again (fill, image, error);

  if (fill->seen_id == -1)
    return pisces_canvas_read_frame (image, NULL, &fill->frame, fill->width,
                                     fill->height, error);

  if (gimp_item_id_is_layer (fill->seen_id))
    layer = g_object_ref (gimp_layer_get_by_id (fill->seen_id));
  if (! layer)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The layer that was seen is not there any more."));
      return NULL;
    }

  if (fill->options.source == PISCES_FILL_LAYER)
    return pisces_canvas_read_frame (image, layer, &fill->frame, fill->width,
                                     fill->height, error);

  below = pisces_canvas_copy_without (image, layer, TRUE, 0, error);
  if (! below)
    return NULL;

  pixels = pisces_canvas_read_frame (below, NULL, &fill->frame, fill->width,
                                     fill->height, error);
  gimp_image_delete (below);

  return pixels;
}

GBytes *
pisces_canvas_fill_make_mask (PiscesCanvasFill *fill)
{
  return pisces_fill_hole_reduce (fill->hole, &fill->canvas, &fill->frame,
                                  fill->width, fill->height);
}

/* Returns the digest of the pixels that are not drawn anew.  */
gchar *
pisces_canvas_fill_digest (const PiscesImage *pixels,
                           GBytes            *mask)
{
  g_autoptr (GChecksum)  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const guint8          *values   = g_bytes_get_data (mask, NULL);
  const gsize            n        = (gsize) pixels->width * pixels->height;

  for (gsize i = 0, end; i < n; i = end)
    {
      for (end = i + 1; end < n && (values[end] == 0) == (values[i] == 0); end++);

      if (values[i] == 0)
        g_checksum_update (checksum, pixels->pixels + 4 * i, 4 * (end - i));
    }

  return g_strdup (g_checksum_get_string (checksum));
}

/* Returns: (transfer full): the digest of what the new picture depends on: the pixels
 *   around the hole, or all of a layer that it begins with.
 */
gchar *
pisces_canvas_fill_find_around (PiscesCanvasFill  *fill,
                                const PiscesImage *pixels)
{
  g_autoptr (GBytes) mask = pisces_canvas_fill_make_mask (fill);

  return fill->changes ? pisces_image_compute_digest (pixels) :
                         pisces_canvas_fill_digest (pixels, mask);
}

/* Returns a picture that is as opaque as what was drawn in the hole is transparent;
 * NULL if all of it is opaque, or nearly so.  */
PiscesImage *
pisces_canvas_fill_find_transparent (PiscesCanvasFill  *fill,
                                     const PiscesImage *drawn)
{
  g_autoptr (GBytes)      bytes  = pisces_canvas_fill_make_mask (fill);
  const guint8           *mask   = g_bytes_get_data (bytes, NULL);
  g_autoptr (PiscesImage) erased = pisces_image_new (drawn->width, drawn->height, NULL);
  gboolean                any    = FALSE;

  for (gint y = 0; erased && y < drawn->height; y++)
    for (gint x = 0; x < drawn->width; x++)
      {
        gint64 from_x = (gint64) x * fill->width / drawn->width;
        gint64 from_y = (gint64) y * fill->height / drawn->height;
        gsize  at     = 4 * ((gsize) y * drawn->width + x) + 3;

        erased->pixels[at] = 255 - drawn->pixels[at];
        any |= mask[from_y * fill->width + from_x] != 0 && erased->pixels[at] > UNSEEN;
      }

  return any ? g_steal_pointer (&erased) : NULL;
}

/* Returns: (transfer full): the name of a layer; @unprompted if it was drawn without
 *   words.
 */
gchar *
pisces_canvas_fill_make_name (const PiscesPicture *picture,
                              const gchar         *unprompted)
{
  return picture->prompt && *picture->prompt ?
         pisces_canvas_new_name (picture->prompt) : g_strdup (unprompted);
}

/* Returns: (transfer full) (nullable): the layer that is drawn again, if it is as
 *   large as it was.
 */
GimpLayer *
pisces_canvas_fill_get_layer (PiscesCanvasFill  *fill,
                              GError           **error)
{
  const GeglRectangle   *bounds = &fill->hole->bounds;
  g_autoptr (GimpLayer)  layer  = NULL;

  if (gimp_item_id_is_layer (fill->again_id))
    layer = g_object_ref (gimp_layer_get_by_id (fill->again_id));
  if (! layer)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The layer was deleted while it was being drawn "
                             "again."));
      return NULL;
    }

  if (gimp_drawable_get_width (GIMP_DRAWABLE (layer)) == bounds->width &&
      gimp_drawable_get_height (GIMP_DRAWABLE (layer)) == bounds->height)
    return g_steal_pointer (&layer);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("The size of the layer was changed while it was being "
                         "drawn again."));
  return NULL;
}

/* Returns: (transfer full) (nullable): the layer below it that takes away what was
 *   there before.
 */
GimpLayer *
pisces_canvas_fill_get_eraser (GimpImage *image,
                               GimpLayer *layer)
{
  g_autoptr (GimpLayer) below = frame_get_below (image, layer, 1);
  gint                  x = 0, y = 0, below_x = 1, below_y = 1;

  if (! below || gimp_layer_get_mode (below) != GIMP_LAYER_MODE_ERASE)
    return NULL;

  gimp_drawable_get_offsets (GIMP_DRAWABLE (layer), &x, &y);
  gimp_drawable_get_offsets (GIMP_DRAWABLE (below), &below_x, &below_y);

  return x == below_x && y == below_y &&
         gimp_drawable_get_width (GIMP_DRAWABLE (layer)) ==
         gimp_drawable_get_width (GIMP_DRAWABLE (below)) &&
         gimp_drawable_get_height (GIMP_DRAWABLE (layer)) ==
         gimp_drawable_get_height (GIMP_DRAWABLE (below)) ?
         g_steal_pointer (&below) : NULL;
}

/* Returns: (transfer full) (nullable): the layer below it, and below the one that
 *   takes away what was there, in the same group.
 */
GimpLayer *
pisces_canvas_fill_get_seen (GimpImage *image,
                             GimpLayer *layer)
{
  g_autoptr (GimpLayer) eraser = pisces_canvas_fill_get_eraser (image, layer);

  return frame_get_below (image, layer, eraser ? 2 : 1);
}


/*  private functions  */

/* What the model sees is the image without the layer that is drawn again.  */
static PiscesImage *
frame_read_again (PiscesCanvasFill  *fill,
                  GimpImage         *image,
                  GError           **error)
{
  g_autoptr (GimpLayer)  layer  = pisces_canvas_fill_get_layer (fill, error);
  g_autoptr (GimpLayer)  eraser = NULL;
  g_autoptr (GimpLayer)  below  = NULL;
  g_autoptr (GimpImage)  copy   = NULL;
  PiscesImage           *pixels;
  gint                   n_layers;

  if (! layer)
    return NULL;

  if (fill->options.source == PISCES_FILL_LAYER)
    {
      below = pisces_canvas_fill_get_seen (image, layer);
      if (below)
        return pisces_canvas_read_frame (image, below, &fill->frame, fill->width,
                                         fill->height, error);

      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The layer that was seen is not there any more."));
      return NULL;
    }

  eraser   = pisces_canvas_fill_get_eraser (image, layer);
  n_layers = eraser ? 2 : 1;

  copy = pisces_canvas_copy_without (image, layer,
                                     fill->options.source == PISCES_FILL_BELOW,
                                     n_layers, error);
  if (! copy)
    return NULL;

  pixels = pisces_canvas_read_frame (copy, NULL, &fill->frame, fill->width,
                                     fill->height, error);
  gimp_image_delete (copy);

  return pixels;
}

/* Returns: (transfer full) (nullable): the layer so many places below it, in the
 *   same group.
 */
static GimpLayer *
frame_get_below (GimpImage *image,
                 GimpLayer *layer,
                 gint       n_layers)
{
  GimpItem              *parent   = gimp_item_get_parent (GIMP_ITEM (layer));
  g_autofree GimpItem  **items    = parent ? gimp_item_get_children (parent) :
                                    (GimpItem **) gimp_image_get_layers (image);
  gint                   position = gimp_image_get_item_position (image,
                                                                  GIMP_ITEM (layer));

  for (gint i = 0; items && items[i]; i++)
    if (i == position + n_layers)
      return GIMP_IS_LAYER (items[i]) ? g_object_ref (GIMP_LAYER (items[i])) : NULL;

  return NULL;
}
