/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * placement.c: where in an image a picture goes: into the bounds of the
 * selection, if there is one, else into the canvas; as large as it fits with
 * its aspect kept, and centred.
 */

#include <math.h>

#include <libgimp/gimp.h>

#include "placement.h"


/*  public functions  */

/**
 * pisces_placement_get_target:
 * @image:        an image.
 * @is_selection: (out) (optional): whether the target is the selection.
 *
 * Returns: the rectangle to fill, in pixels of the canvas.
 */
GeglRectangle
pisces_placement_get_target (GimpImage *image,
                             gboolean  *is_selection)
{
  gboolean non_empty = FALSE;
  gint     x1        = 0;
  gint     y1        = 0;
  gint     x2        = 0;
  gint     y2        = 0;

  gimp_selection_bounds (image, &non_empty, &x1, &y1, &x2, &y2);

  if (is_selection)
    *is_selection = non_empty;

  if (! non_empty)
    return *GEGL_RECTANGLE (0, 0,
                            gimp_image_get_width (image),
                            gimp_image_get_height (image));

  return *GEGL_RECTANGLE (x1, y1, x2 - x1, y2 - y1);
}

/**
 * pisces_placement_fit:
 * @width:  of the picture, in pixels.
 * @height: of the picture, in pixels.
 * @target: the rectangle to fill.
 *
 * Returns: the largest rectangle of the picture's aspect that lies in @target,
 *   at least one pixel wide and high.
 */
GeglRectangle
pisces_placement_fit (gint                 width,
                      gint                 height,
                      const GeglRectangle *target)
{
  gdouble       scale = MIN ((gdouble) target->width  / width,
                             (gdouble) target->height / height);
  GeglRectangle fitted;

  fitted.width  = CLAMP (lround (width  * scale), 1, target->width);
  fitted.height = CLAMP (lround (height * scale), 1, target->height);
  fitted.x      = target->x + (target->width  - fitted.width)  / 2;
  fitted.y      = target->y + (target->height - fitted.height) / 2;

  return fitted;
}
