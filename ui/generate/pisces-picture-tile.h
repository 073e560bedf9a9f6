/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-tile.h: one thumbnail in the row of results: a finished
 * picture, one whose file is gone, or the one that is being made.
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-result.h"

G_BEGIN_DECLS

#define PISCES_TYPE_PICTURE_TILE (pisces_picture_tile_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPictureTile, pisces_picture_tile,
                      PISCES, PICTURE_TILE, GtkFlowBoxChild)

GtkWidget     * pisces_picture_tile_new         (PiscesResult      *result);

PiscesResult  * pisces_picture_tile_get_result  (PiscesPictureTile *tile);
PiscesPicture * pisces_picture_tile_get_picture (PiscesPictureTile *tile);
PiscesImage   * pisces_picture_tile_get_image   (PiscesPictureTile *tile);
void            pisces_picture_tile_set_preview (PiscesPictureTile *tile,
                                                 PiscesImage       *preview);
void            pisces_picture_tile_set_draft   (PiscesPictureTile *tile,
                                                 PiscesResult      *draft);
void            pisces_picture_tile_set_second  (PiscesPictureTile *tile,
                                                 gboolean           is_second);

G_END_DECLS
