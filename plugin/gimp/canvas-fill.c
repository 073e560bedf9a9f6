/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill.c: what the engine gets in order to draw into the selection of an
 * image.  canvas-fill-put.c makes the layer that comes of it.
 *
 * Main thread only, as all of libgimp.  Proxy objects have references here;
 * canvas.h explains why.
 */

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/canvas-fill-private.h"

/* The engine scales pictures exactly, but gets no larger ones.  */
#define FRAME_SIZE_MAX 2048

/* A frame that is so many times as large as what it shows of the canvas is not
 * read: it is for a selection that is as long and thin as a line.  */
#define EMPTY_FRAME_MAX 64

const PiscesName pisces_canvas_fill_sources[] =
{
  { "visible", PISCES_FILL_VISIBLE },
  { "below",   PISCES_FILL_BELOW   },
  { "layer",   PISCES_FILL_LAYER   },
  { NULL }
};

static gboolean      fill_check_image    (GimpImage               *image,
                                          GError                 **error);
static gboolean      fill_find_layer     (PiscesCanvasFill        *fill,
                                          GimpImage               *image,
                                          GError                 **error);
static gboolean      fill_find_frame     (PiscesCanvasFill        *fill,
                                          const PiscesModelInfo   *model,
                                          GError                 **error);
static void          fill_clear          (gpointer                 data);


/*  public functions  */

/**
 * pisces_canvas_fill_new:
 * @image: an image.
 * @layer_id: the layer above which the result goes, and with which the model sees
 *   what @options say; -1: the selected one.
 * @options: what is filled, and how.
 * @model: the model that will draw.
 * @error: set to a sentence if the selection cannot be filled.
 *
 * Reads all that is needed, so that a person may change the image while the model
 * draws.
 *
 * Returns: (transfer full) (nullable): the work to do.
 */
PiscesCanvasFill *
pisces_canvas_fill_new (GimpImage                *image,
                        gint32                    layer_id,
                        const PiscesFillOptions  *options,
                        const PiscesModelInfo    *model,
                        GError                  **error)
{
  g_autoptr (GimpImage)        held = g_object_ref (image);
  g_autoptr (PiscesCanvasFill) fill = g_rc_box_new0 (PiscesCanvasFill);
  g_autoptr (GBytes)           mask = NULL;

  if (! model->abilities.fills)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                           _(model->abilities.fill_refusal));
      return NULL;
    }
  if (! fill_check_image (image, error))
    return NULL;

  fill->image_id = gimp_image_get_id (image);
  fill->layer_id = layer_id;
  fill->options  = *options;
  fill->canvas   = *GEGL_RECTANGLE (0, 0, gimp_image_get_width (image),
                                    gimp_image_get_height (image));
  fill->hole     = pisces_fill_hole_new (image, options->grow, error);

  if (! fill->hole || ! fill_find_layer (fill, image, error) ||
      ! fill_find_frame (fill, model, error))
    return NULL;

  fill->pixels = pisces_canvas_fill_read (fill, image, error);
  if (! fill->pixels)
    return NULL;

  mask         = pisces_canvas_fill_make_mask (fill);
  fill->around = pisces_canvas_fill_digest (fill->pixels, mask);

  return g_steal_pointer (&fill);
}

PiscesCanvasFill *
pisces_canvas_fill_ref (PiscesCanvasFill *fill)
{
  return g_rc_box_acquire (fill);
}

void
pisces_canvas_fill_unref (PiscesCanvasFill *fill)
{
  g_rc_box_release_full (fill, fill_clear);
}

gint32
pisces_canvas_fill_get_image_id (PiscesCanvasFill *fill)
{
  return fill->image_id;
}

/* Returns what the layer will cover, in pixels of the canvas.  */
GeglRectangle
pisces_canvas_fill_get_bounds (PiscesCanvasFill *fill)
{
  return fill->hole->bounds;
}

/**
 * pisces_canvas_fill_set_edit:
 * @fill: the work to do.
 * @request: gets the picture, the mask and the strength.
 *
 * Call this once: the pixels then belong to the request, because the work may be
 * kept for as long as its pictures can be added.
 */
void
pisces_canvas_fill_set_edit (PiscesCanvasFill      *fill,
                             PiscesGenerateRequest *request)
{
  g_autoptr (GBytes) mask = pisces_canvas_fill_make_mask (fill);

  pisces_generate_request_set_edit (request, fill->pixels, mask,
                                    fill->options.strength);
  g_clear_pointer (&fill->pixels, pisces_image_unref);
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

  below = pisces_canvas_copy_below (image, layer, error);
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


/*  private functions  */

static gboolean
fill_check_image (GimpImage  *image,
                  GError    **error)
{
  if (! pisces_canvas_check_target (image, error))
    return FALSE;

  if (! gimp_image_get_floating_sel (image))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("There is a floating selection. Anchor it or make it a "
                         "layer, and try again."));
  return FALSE;
}

/* Notes which layer the model sees, or with which it begins.  */
static gboolean
fill_find_layer (PiscesCanvasFill  *fill,
                 GimpImage         *image,
                 GError           **error)
{
  g_autofree GimpLayer **selected = gimp_image_get_selected_layers (image);

  fill->seen_id = -1;
  if (fill->options.source == PISCES_FILL_VISIBLE)
    return TRUE;

  if (gimp_item_id_is_layer (fill->layer_id))
    fill->seen_id = fill->layer_id;
  else if (selected && selected[0] && ! selected[1])
    fill->seen_id = gimp_item_get_id (GIMP_ITEM (selected[0]));

  if (fill->seen_id != -1)
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("Not exactly one layer is selected. Select one "
                         "and try again."));
  return FALSE;
}

static gboolean
fill_find_frame (PiscesCanvasFill       *fill,
                 const PiscesModelInfo  *model,
                 GError                **error)
{
  const GeglRectangle   *bounds = &fill->hole->bounds;
  const PiscesRectangle  hole   = { bounds->x, bounds->y, bounds->width, bounds->height };
  PiscesRectangle        frame;
  GeglRectangle          shown;
  GeglRectangle          size;

  frame = pisces_fill_frame (fill->canvas.width, fill->canvas.height, &hole,
                             model->picture_width, model->picture_height,
                             fill->options.surroundings);
  fill->frame = *GEGL_RECTANGLE (frame.x, frame.y, frame.width, frame.height);

  size = *GEGL_RECTANGLE (0, 0, frame.width, frame.height);
  if (MAX (size.width, size.height) > FRAME_SIZE_MAX)
    size = pisces_placement_fit (size.width, size.height,
                                 GEGL_RECTANGLE (0, 0, FRAME_SIZE_MAX,
                                                 FRAME_SIZE_MAX));
  fill->width  = size.width;
  fill->height = size.height;

  gegl_rectangle_intersect (&shown, &fill->frame, &fill->canvas);
  if (MAX (frame.width, frame.height) <= FRAME_SIZE_MAX ||
      (gdouble) frame.width * frame.height <=
      (gdouble) EMPTY_FRAME_MAX * shown.width * shown.height)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("The selection is %d × %d pixels, too long and thin to be filled "
                 "at once. Select a part of it and try again."),
               hole.width, hole.height);
  return FALSE;
}

static void
fill_clear (gpointer data)
{
  PiscesCanvasFill *fill = data;

  g_clear_pointer (&fill->hole, pisces_fill_hole_free);
  g_clear_pointer (&fill->pixels, pisces_image_unref);
  g_free (fill->around);
}
