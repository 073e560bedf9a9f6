/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-placement-map.h: a small drawing of an image's canvas, with the place
 * that a picture will have in it.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_PLACEMENT_MAP (pisces_placement_map_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPlacementMap, pisces_placement_map,
                      PISCES, PLACEMENT_MAP, GtkDrawingArea)

GtkWidget * pisces_placement_map_new       (void);

void        pisces_placement_map_set_place (PiscesPlacementMap *map,
                                            gint                canvas_width,
                                            gint                canvas_height,
                                            const GdkRectangle *place);

G_END_DECLS
