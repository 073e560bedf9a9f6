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

#include "engine/metadata/image-pixbuf.h"

#include "plugin/gimp/canvas-fill-private.h"
#include "plugin/gimp/placement.h"

const PiscesName pisces_canvas_fill_sources[] =
{
  { "visible", PISCES_FILL_VISIBLE },
  { "below",   PISCES_FILL_BELOW   },
  { "layer",   PISCES_FILL_LAYER   },
  { NULL }
};

static gboolean fill_check_image (GimpImage              *image,
                                  GError                **error);
static gboolean fill_check_strength
                                 (gdouble                 strength,
                                  GError                **error);
static gboolean fill_find_frame  (PiscesCanvasFill       *fill,
                                  const PiscesModelInfo  *model,
                                  GError                **error);
static void     fill_set_edit    (PiscesCanvasFill       *fill,
                                  PiscesImage            *image,
                                  gdouble                 strength,
                                  PiscesGenerateRequest  *request);
static void     fill_clear       (gpointer                data);


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
  g_autoptr (PiscesCanvasFill) fill = pisces_canvas_fill_begin (image, layer_id, options,
                                                                model, error);

  if (! fill || ! fill_check_strength (options->strength, error))
    return NULL;

  fill->hole = pisces_fill_hole_new (image, options->grow, error);

  return fill->hole && pisces_canvas_fill_find_layer (fill, image, error) &&
         fill_find_frame (fill, model, error) &&
         pisces_canvas_fill_look (fill, image, error) ? g_steal_pointer (&fill) : NULL;
}

/* Returns: (transfer full) (nullable): the work, of which nothing is known yet but
 *   these; NULL if the model or the image does not allow it.
 */
PiscesCanvasFill *
pisces_canvas_fill_begin (GimpImage                *image,
                          gint32                    layer_id,
                          const PiscesFillOptions  *options,
                          const PiscesModelInfo    *model,
                          GError                  **error)
{
  PiscesCanvasFill *fill;

  if (! pisces_canvas_fill_check_model (model, error) ||
      ! fill_check_image (image, error))
    return NULL;

  fill = g_rc_box_new0 (PiscesCanvasFill);
  pisces_canvas_fill_set_image (fill, image);
  fill->layer_id = layer_id;
  fill->options  = *options;

  return fill;
}

/* Reads what the model sees in the frame.  */
gboolean
pisces_canvas_fill_look (PiscesCanvasFill  *fill,
                         GimpImage         *image,
                         GError           **error)
{
  fill->pixels = pisces_canvas_fill_read (fill, image, error);
  if (! fill->pixels)
    return FALSE;

  fill->around = pisces_canvas_fill_find_around (fill, fill->pixels);

  return TRUE;
}

/* Notes the image that is drawn into.  Nothing is drawn again.  */
void
pisces_canvas_fill_set_image (PiscesCanvasFill *fill,
                              GimpImage        *image)
{
  fill->image_id     = gimp_image_get_id (image);
  fill->image_width  = gimp_image_get_width (image);
  fill->image_height = gimp_image_get_height (image);
  fill->canvas       = *GEGL_RECTANGLE (0, 0, fill->image_width, fill->image_height);
  fill->layer_id     = -1;
  fill->seen_id      = -1;
  fill->again_id     = -1;
}

/**
 * pisces_canvas_fill_new_of_layer:
 * @image: an image.
 * @layer_id: the layer that is drawn anew; -1: the selected one.
 * @strength: how much of it is changed, see #PiscesEdit; not 0.
 * @model: the model that will draw.
 * @error: set to a sentence if that cannot be done.
 *
 * The new picture begins with what the layer shows, by its own pixels, mask and
 * filters, and becomes a layer in its place.  If something is selected, only that
 * part of the layer is drawn anew.
 *
 * Returns: (transfer full) (nullable): the work to do.
 */
PiscesCanvasFill *
pisces_canvas_fill_new_of_layer (GimpImage              *image,
                                 gint32                  layer_id,
                                 gdouble                 strength,
                                 const PiscesModelInfo  *model,
                                 GError                **error)
{
  const PiscesFillOptions      options =
    { .source = PISCES_FILL_LAYER, .strength = strength,
      .surroundings = PISCES_SURROUNDINGS_DEFAULT };
  g_autoptr (GimpImage)        held    = g_object_ref (image);
  g_autoptr (PiscesCanvasFill) fill    = pisces_canvas_fill_begin (image, layer_id,
                                                                   &options, model,
                                                                   error);
  GeglRectangle                bounds;
  g_autoptr (GimpLayer)        layer   = NULL;

  if (! fill || ! fill_check_strength (strength, error) ||
      ! pisces_canvas_fill_find_layer (fill, image, error))
    return NULL;

  fill->layer_id = fill->seen_id;
  layer          = g_object_ref (gimp_layer_get_by_id (fill->seen_id));
  if (! pisces_canvas_fill_check_changeable (layer, error))
    return NULL;

  bounds         = pisces_placement_get_bounds (layer);
  fill->hole     = pisces_fill_hole_in_bounds (image, &bounds, error);
  if (! fill->hole)
    return NULL;

  pisces_canvas_fill_set_changing (fill, &bounds);

  return fill_find_frame (fill, model, error) &&
         pisces_canvas_fill_look (fill, image, error) ? g_steal_pointer (&fill) : NULL;
}

/* Notes that the layer which is seen lies there, and that it is drawn anew.  */
void
pisces_canvas_fill_set_changing (PiscesCanvasFill    *fill,
                                 const GeglRectangle *bounds)
{
  fill->changes = TRUE;
  fill->canvas  = *bounds;
  fill->whole   = gegl_rectangle_equal (&fill->hole->bounds, bounds) &&
                  pisces_fill_hole_is_whole (fill->hole);
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

/* Returns in how many steps the canvas is extended; 0: it is not.  */
guint
pisces_canvas_fill_get_n_steps (PiscesCanvasFill *fill)
{
  return fill->steps ? fill->steps->len : 0;
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
  fill_set_edit (fill, fill->pixels, fill->options.strength, request);
  g_clear_pointer (&fill->pixels, pisces_image_unref);
}

/**
 * pisces_canvas_fill_begin_with:
 * @fill: work that was done.
 * @image: a picture that came of it, in the size in which it was drawn.
 * @strength: how far a new one may go from that, in the place that is drawn anew.
 * @request: gets the picture, the mask and the strength.
 */
void
pisces_canvas_fill_begin_with (PiscesCanvasFill      *fill,
                               PiscesImage           *image,
                               gdouble                strength,
                               PiscesGenerateRequest *request)
{
  g_autoptr (PiscesImage) reduced = pisces_image_scale (image,
                                                        MIN (fill->width, image->width),
                                                        MIN (fill->height, image->height));

  fill_set_edit (fill, reduced ? reduced : image, strength, request);
}

/**
 * pisces_canvas_fill_check_layer:
 * @image: an image.
 * @place: (out): what would be drawn anew: where the selected layer lies, or what is
 *   selected of it.
 * @error: set to a sentence if it cannot be drawn anew.
 *
 * Reads no pixels, so it is quick.
 *
 * Returns: whether the selected layer can be drawn anew, as far as that depends on the
 *   image.
 */
gboolean
pisces_canvas_fill_check_layer (GimpImage      *image,
                                GeglRectangle  *place,
                                GError        **error)
{
  PiscesCanvasFill       seen   = { .layer_id = -1,
                                    .options  = { .source = PISCES_FILL_LAYER } };
  g_autoptr (GimpImage)  held   = g_object_ref (image);
  g_autoptr (GimpLayer)  layer  = NULL;

  if (! fill_check_image (image, error) ||
      ! pisces_canvas_fill_find_layer (&seen, image, error))
    return FALSE;

  layer  = g_object_ref (gimp_layer_get_by_id (seen.seen_id));
  if (! pisces_canvas_fill_check_changeable (layer, error))
    return FALSE;

  *place = pisces_placement_get_bounds (layer);

  return pisces_fill_hole_clip (image, place, error);
}

/* Returns whether a layer shows something that can be drawn anew, and a new one can be
 * put in its place, which GIMP does not allow in a locked group.
 */
gboolean
pisces_canvas_fill_check_changeable (GimpLayer  *layer,
                                     GError    **error)
{
  if (pisces_placement_is_empty_group (GIMP_ITEM (layer)))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("There is nothing in the layer group. Choose another "
                             "layer and try again."));
      return FALSE;
    }

  if (! pisces_canvas_is_in_locked_group (layer))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("The layer is in a group that is locked, so no new one can be "
                         "put in its place. Unlock the group in the Layers dialog and "
                         "try again."));
  return FALSE;
}

/* Returns whether the model can draw into a picture; if not, @error says why.  */
gboolean
pisces_canvas_fill_check_model (const PiscesModelInfo  *model,
                                GError                **error)
{
  if (! model->abilities.fills)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                         _(model->abilities.fill_refusal));

  return model->abilities.fills;
}

/* Notes which layer the model sees.  */
gboolean
pisces_canvas_fill_find_layer (PiscesCanvasFill  *fill,
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


/*  private functions  */

/* Returns whether something can be drawn into the image.  */
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

/* Nothing would have to be drawn, and a picture that says so would count as one that
 * was not drawn into an image.  */
static gboolean
fill_check_strength (gdouble   strength,
                     GError  **error)
{
  if (strength > 0.0)
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("With the strength 0, nothing would change. Give a larger "
                         "one, up to 1."));
  return FALSE;
}

static gboolean
fill_find_frame (PiscesCanvasFill       *fill,
                 const PiscesModelInfo  *model,
                 GError                **error)
{
  const GeglRectangle   *bounds = &fill->hole->bounds;
  const GeglRectangle   *canvas = &fill->canvas;
  const PiscesRectangle  hole   = { bounds->x - canvas->x, bounds->y - canvas->y,
                                    bounds->width, bounds->height };
  PiscesRectangle        frame;

  frame = pisces_fill_frame (fill->canvas.width, fill->canvas.height, &hole,
                             model->picture_width, model->picture_height,
                             fill->options.surroundings);

  return pisces_canvas_fill_set_frame (fill,
                                       GEGL_RECTANGLE (frame.x + canvas->x,
                                                       frame.y + canvas->y,
                                                       frame.width, frame.height),
                                       error);
}

/* @image: what is in the frame, not larger than that.  */
static void
fill_set_edit (PiscesCanvasFill      *fill,
               PiscesImage           *image,
               gdouble                strength,
               PiscesGenerateRequest *request)
{
  const GeglRectangle   *canvas = &fill->canvas;
  const GeglRectangle   *frame  = &fill->frame;
  const PiscesRectangle  whole  = { canvas->x, canvas->y, canvas->width, canvas->height };
  const PiscesRectangle  seen   = { frame->x, frame->y, frame->width, frame->height };
  g_autoptr (GBytes)     mask   = NULL;
  PiscesRectangle        shown;

  mask = pisces_fill_hole_reduce (fill->hole, canvas, frame, image->width, image->height);
  pisces_generate_request_set_edit (request, image, mask, strength);
  if (pisces_fill_shown (&whole, &seen, image->width, image->height, &shown))
    pisces_generate_request_set_shown (request, &shown);
}

static void
fill_clear (gpointer data)
{
  PiscesCanvasFill *fill = data;

  g_clear_pointer (&fill->hole, pisces_fill_hole_free);
  g_clear_pointer (&fill->pixels, pisces_image_unref);
  g_clear_pointer (&fill->steps, g_array_unref);
  g_clear_pointer (&fill->shots, g_ptr_array_unref);
  g_clear_pointer (&fill->drawn, g_ptr_array_unref);
  g_free (fill->around);
}
