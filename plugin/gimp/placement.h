/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * placement.h: where in an image a picture goes.
 */

#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

/**
 * PiscesPlace:
 * @PISCES_PLACE_SELECTION: the bounds of the selection; the canvas if nothing
 *   is selected.
 * @PISCES_PLACE_CANVAS: the canvas.
 * @PISCES_PLACE_LAYER: the area of the selected layer; the canvas if none is
 *   selected.
 */
typedef enum
{
  PISCES_PLACE_SELECTION,
  PISCES_PLACE_CANVAS,
  PISCES_PLACE_LAYER
} PiscesPlace;

PiscesPlace   pisces_placement_from_name  (const gchar          *name);

GeglRectangle pisces_placement_get_target (GimpImage            *image,
                                           PiscesPlace           place,
                                           PiscesPlace          *found);
GeglRectangle pisces_placement_get_bounds (GimpLayer            *layer);
gboolean      pisces_placement_is_empty_group
                                          (GimpItem             *item);
GeglRectangle pisces_placement_fit        (gint                  width,
                                           gint                  height,
                                           const GeglRectangle  *target);
GeglRectangle pisces_placement_cover      (gint                  width,
                                           gint                  height,
                                           const GeglRectangle  *target);

gint32        pisces_placement_find_given (GimpDrawable        **drawables);
gint32        pisces_placement_select     (GimpImage            *image,
                                           gint32                layer_id);

G_END_DECLS
