/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-strip.h: the pictures made so far as a row of thumbnails,
 * newest first, led by the one that is being made.
 *
 * Signals:
 *
 *   "selected"  (strip, user_data): another tile is selected, or the preview
 *               in the selected one is new
 *   "activated" (strip, user_data): Enter or a double click on the selected
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_PICTURE_STRIP (pisces_picture_strip_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPictureStrip, pisces_picture_strip,
                      PISCES, PICTURE_STRIP, GtkScrolledWindow)

GtkWidget     * pisces_picture_strip_new                (void);

void            pisces_picture_strip_add                (PiscesPictureStrip *strip,
                                                         PiscesPicture      *picture);
void            pisces_picture_strip_set_making         (PiscesPictureStrip *strip,
                                                         gboolean            making);
void            pisces_picture_strip_set_preview        (PiscesPictureStrip *strip,
                                                         PiscesImage        *preview);

gboolean        pisces_picture_strip_is_empty           (PiscesPictureStrip *strip);
gboolean        pisces_picture_strip_get_making_selected
                                                        (PiscesPictureStrip *strip);
PiscesPicture * pisces_picture_strip_get_picture        (PiscesPictureStrip *strip);
PiscesImage   * pisces_picture_strip_get_image          (PiscesPictureStrip *strip);

G_END_DECLS
