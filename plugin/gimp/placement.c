/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * placement.c: where in an image a picture goes: into the bounds of the
 * selection, the canvas, or the area of a layer; as large as fits without
 * changing its proportions, and centred.
 */

#include <math.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/placement.h"

/* Proportions that differ by less than this count as the same: a model draws sizes in
 * steps, and nobody sees a circle that is so much wider than high.  */
#define SAME_PROPORTIONS 1.032

static gboolean placement_find_selection (GimpImage     *image,
                                          GeglRectangle *target);
static gboolean placement_find_layer     (GimpImage     *image,
                                          GeglRectangle *target);


/*  public functions  */

/**
 * pisces_placement_from_name:
 * @name: (nullable): the name that a window uses.
 *
 * Returns: the place of that name; the selection for any other.
 */
PiscesPlace
pisces_placement_from_name (const gchar *name)
{
  if (g_strcmp0 (name, "canvas") == 0)
    return PISCES_PLACE_CANVAS;
  if (g_strcmp0 (name, "layer") == 0 || g_strcmp0 (name, "change") == 0)
    return PISCES_PLACE_LAYER;

  return PISCES_PLACE_SELECTION;
}

/**
 * pisces_placement_get_target:
 * @image: an image.
 * @place: the place that the user wants.
 * @found: (out) (optional): the place that is used: @place, or the canvas if
 *   that does not exist.
 *
 * Returns: the rectangle to fill, in pixels of the canvas.
 */
GeglRectangle
pisces_placement_get_target (GimpImage   *image,
                             PiscesPlace  place,
                             PiscesPlace *found)
{
  g_autoptr (GimpImage) held   = g_object_ref (image);
  GeglRectangle         target = { 0, 0,
                                   gimp_image_get_width (image),
                                   gimp_image_get_height (image) };

  if (! (place == PISCES_PLACE_SELECTION &&
         placement_find_selection (image, &target)) &&
      ! (place == PISCES_PLACE_LAYER &&
         placement_find_layer (image, &target)))
    place = PISCES_PLACE_CANVAS;

  if (found)
    *found = place;

  return target;
}

/**
 * pisces_placement_find_given:
 * @drawables: (nullable) (array zero-terminated=1): the drawables that a
 *   script or GIMP passes.  GIMP passes the mask of a layer if that is being
 *   edited.
 *
 * Returns: the ID of the layer, if there is exactly one, itself or by its
 *   mask. -1 if not; the layer that is selected in the image then counts.
 */
gint32
pisces_placement_find_given (GimpDrawable **drawables)
{
  GimpLayer *layer = NULL;

  if (! drawables || ! drawables[0] || drawables[1])
    return -1;

  if (GIMP_IS_LAYER (drawables[0]))
    layer = GIMP_LAYER (drawables[0]);
  else if (GIMP_IS_LAYER_MASK (drawables[0]))
    layer = gimp_layer_from_mask (GIMP_LAYER_MASK (drawables[0]));

  return layer ? gimp_item_get_id (GIMP_ITEM (layer)) : -1;
}

/**
 * pisces_placement_select:
 * @image: an image.
 * @layer_id: a layer that may no longer exist; -1: do nothing.
 *
 * Selects the layer that a script named.
 *
 * Returns: the ID of the layer that was selected before, or -1 if there was
 *   not exactly one.
 */
gint32
pisces_placement_select (GimpImage *image,
                         gint32     layer_id)
{
  g_autoptr (GimpImage)   held   = g_object_ref (image);
  g_autofree GimpLayer  **layers = gimp_image_get_selected_layers (image);
  gint32                  before = -1;
  GimpLayer              *layer;

  if (layers && layers[0] && ! layers[1])
    before = gimp_item_get_id (GIMP_ITEM (layers[0]));

  layer = gimp_item_id_is_valid (layer_id) ? gimp_layer_get_by_id (layer_id) : NULL;
  if (layer && layer_id != before)
    gimp_image_set_selected_layers (image, (const GimpLayer *[]) { layer, NULL });

  return before;
}

/**
 * pisces_placement_get_bounds:
 * @layer: a layer.
 *
 * Returns: where it lies in the image.
 */
GeglRectangle
pisces_placement_get_bounds (GimpLayer *layer)
{
  GimpDrawable  *drawable = GIMP_DRAWABLE (layer);
  GeglRectangle  bounds;

  gimp_drawable_get_offsets (drawable, &bounds.x, &bounds.y);
  bounds.width  = gimp_drawable_get_width (drawable);
  bounds.height = gimp_drawable_get_height (drawable);

  return bounds;
}

/* Returns whether it is a group without layers.  */
gboolean
pisces_placement_is_empty_group (GimpItem *item)
{
  g_autofree GimpItem **children = NULL;

  if (! gimp_item_is_group (item))
    return FALSE;

  children = gimp_item_get_children (item);

  return ! children || ! children[0];
}

/**
 * pisces_placement_cover:
 * @width: of a picture that a model drew.
 * @height: of it.
 * @target: the rectangle to fill.
 *
 * Returns: all of @target, if it has nearly the picture's proportions; otherwise as
 *   pisces_placement_fit().
 */
GeglRectangle
pisces_placement_cover (gint                 width,
                        gint                 height,
                        const GeglRectangle *target)
{
  const gdouble across = (gdouble) target->width  / width;
  const gdouble down   = (gdouble) target->height / height;

  if (MAX (across, down) < MIN (across, down) * SAME_PROPORTIONS)
    return *target;

  return pisces_placement_fit (width, height, target);
}

/**
 * pisces_placement_fit:
 * @width: of the picture, in pixels.
 * @height: of the picture, in pixels.
 * @target: the rectangle to fill.
 *
 * Returns: the largest rectangle in @target with the picture's proportions, at
 *   least one pixel wide and high.
 */
GeglRectangle
pisces_placement_fit (gint                 width,
                      gint                 height,
                      const GeglRectangle *target)
{
  const gdouble scale = MIN ((gdouble) target->width  / width,
                             (gdouble) target->height / height);
  GeglRectangle fitted;

  fitted.width  = CLAMP (lround (width  * scale), 1, target->width);
  fitted.height = CLAMP (lround (height * scale), 1, target->height);
  fitted.x      = target->x + (target->width  - fitted.width)  / 2;
  fitted.y      = target->y + (target->height - fitted.height) / 2;

  return fitted;
}


/*  private functions  */

/* GIMP limits a selection to the canvas.  */
static gboolean
placement_find_selection (GimpImage     *image,
                          GeglRectangle *target)
{
  gboolean non_empty = FALSE;
  gint     x1        = 0;
  gint     y1        = 0;
  gint     x2        = 0;
  gint     y2        = 0;

  gimp_selection_bounds (image, &non_empty, &x1, &y1, &x2, &y2);
  if (! non_empty)
    return FALSE;

  *target = *GEGL_RECTANGLE (x1, y1, x2 - x1, y2 - y1);

  return TRUE;
}

/* A layer may be partly or completely outside the canvas; its area is used all
 * the same.  If several are selected, the first one counts, which is the
 * uppermost.  An empty group has no area: GIMP says that it is one pixel.
 */
static gboolean
placement_find_layer (GimpImage     *image,
                      GeglRectangle *target)
{
  g_autofree GimpLayer  **layers = gimp_image_get_selected_layers (image);
  g_autoptr (GimpLayer)   layer  = NULL;

  if (! layers || ! layers[0])
    return FALSE;

  /* Takes a reference, because libgimp frees its proxy objects when one of our
   * procedures is called while we wait for GIMP's answer.  */
  layer = g_object_ref (layers[0]);
  if (pisces_placement_is_empty_group (GIMP_ITEM (layer)))
    return FALSE;

  *target        = pisces_placement_get_bounds (layer);
  target->width  = MAX (target->width, 1);
  target->height = MAX (target->height, 1);

  return TRUE;
}
