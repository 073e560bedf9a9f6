/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-strip.h: the pictures made so far as a row of thumbnails,
 * newest first; those of one request best first, once all have a score.  While
 * a job runs, the first tile is the picture that is being made.  Then comes the
 * draft, if there is one: a picture that the next draft takes the place of.
 * pisces-picture-keys.h adds keys besides the arrows.
 *
 * Signals:
 *
 *   "selected"       (strip, user_data): another tile was selected, or it
 *     looks different, or there is another second picture
 *   "activated"      (strip, user_data): Enter on the selected tile
 *   "view-requested" (strip, user_data): Space or a double click: show it
 *     large
 *   "delete-requested" (strip, user_data): the Delete key
 *   "menu-requested" (strip, GdkEvent *event, user_data): right click or the
 *     Menu key; the event may be NULL
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-result.h"

G_BEGIN_DECLS

#define PISCES_TYPE_PICTURE_STRIP (pisces_picture_strip_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPictureStrip, pisces_picture_strip,
                      PISCES, PICTURE_STRIP, GtkScrolledWindow)

GtkWidget     * pisces_picture_strip_new                 (void);

void            pisces_picture_strip_add                 (PiscesPictureStrip *strip,
                                                          PiscesResult       *result,
                                                          gint                position);
gint            pisces_picture_strip_remove              (PiscesPictureStrip *strip,
                                                          PiscesResult       *result);
void            pisces_picture_strip_clear               (PiscesPictureStrip *strip);
GPtrArray     * pisces_picture_strip_list                (PiscesPictureStrip *strip);
void            pisces_picture_strip_select              (PiscesPictureStrip *strip,
                                                          PiscesResult       *result);
void            pisces_picture_strip_step                (PiscesPictureStrip *strip,
                                                          gint                step);
void            pisces_picture_strip_sort_batch          (PiscesPictureStrip *strip,
                                                          guint               batch);

void            pisces_picture_strip_set_making          (PiscesPictureStrip *strip,
                                                          gboolean            making);
void            pisces_picture_strip_set_preview         (PiscesPictureStrip *strip,
                                                          PiscesImage        *preview);

void            pisces_picture_strip_set_draft           (PiscesPictureStrip *strip,
                                                          PiscesResult       *draft);
PiscesResult  * pisces_picture_strip_get_draft           (PiscesPictureStrip *strip);
void            pisces_picture_strip_select_draft        (PiscesPictureStrip *strip);

gboolean        pisces_picture_strip_is_empty            (PiscesPictureStrip *strip);
gboolean        pisces_picture_strip_get_making_selected (PiscesPictureStrip *strip);
PiscesResult  * pisces_picture_strip_get_result          (PiscesPictureStrip *strip);
PiscesPicture * pisces_picture_strip_get_picture         (PiscesPictureStrip *strip);
PiscesResult  * pisces_picture_strip_get_second          (PiscesPictureStrip *strip);
gboolean        pisces_picture_strip_has_second          (PiscesPictureStrip *strip);
void            pisces_picture_strip_set_second          (PiscesPictureStrip *strip,
                                                          PiscesResult       *result);
PiscesImage   * pisces_picture_strip_get_image           (PiscesPictureStrip *strip);
GtkWidget     * pisces_picture_strip_get_box             (PiscesPictureStrip *strip);

G_END_DECLS
