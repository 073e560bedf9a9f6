/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-tile.h: one thumbnail of the strip of results: a finished
 * picture, or the one that is being made.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_PICTURE_TILE (pisces_picture_tile_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPictureTile, pisces_picture_tile,
                      PISCES, PICTURE_TILE, GtkFlowBoxChild)

GtkWidget     * pisces_picture_tile_new         (PiscesPicture     *picture);

PiscesPicture * pisces_picture_tile_get_picture (PiscesPictureTile *tile);
PiscesImage   * pisces_picture_tile_get_image   (PiscesPictureTile *tile);
void            pisces_picture_tile_set_preview (PiscesPictureTile *tile,
                                                 PiscesImage       *preview);

G_END_DECLS
