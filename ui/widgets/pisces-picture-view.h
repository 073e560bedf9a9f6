/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-view.h: a widget that shows one PiscesImage, scaled to fit,
 * on a checkerboard if it is transparent; without an image, an empty sheet
 * with an icon (the property "icon-name").
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_PICTURE_VIEW (pisces_picture_view_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPictureView, pisces_picture_view,
                      PISCES, PICTURE_VIEW, GtkDrawingArea)

GtkWidget   * pisces_picture_view_new       (void);

void          pisces_picture_view_set_image (PiscesPictureView *view,
                                             PiscesImage       *image);
PiscesImage * pisces_picture_view_get_image (PiscesPictureView *view);
void          pisces_picture_view_set_part  (PiscesPictureView *view,
                                             gdouble            part);
gdouble       pisces_picture_view_get_place (PiscesPictureView *view,
                                             gdouble            x);

/**
 * PiscesColorFunc:
 * @view: the widget that shows the picture.
 * @pixels: (array): sRGB pixels as in a #PiscesImage.
 * @n_pixels: how many there are.
 * @data: what was passed with the function.
 *
 * Returns: (transfer full) (nullable): the same number of pixels, converted
 *   for the monitor that @view is on; %NULL if that needs no conversion.
 */
typedef guint8 * (* PiscesColorFunc) (GtkWidget    *view,
                                      const guint8 *pixels,
                                      gsize         n_pixels,
                                      gpointer      data);

void          pisces_picture_view_set_color_func
                                            (GdkScreen         *screen,
                                             PiscesColorFunc    func,
                                             gpointer           data);
void          pisces_picture_view_recolor   (PiscesPictureView *view);

G_END_DECLS
