/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-compare-view.h: two pictures in one place, the first on the left of a
 * divider that can be moved, the second on the right.
 *
 * The divider is moved by dragging in the pictures, or with the scale below
 * them, which works by keyboard and has an accessible value from 0 to 1.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_COMPARE_VIEW (pisces_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (PiscesCompareView, pisces_compare_view,
                      PISCES, COMPARE_VIEW, GtkBox)

GtkWidget * pisces_compare_view_new        (void);

void        pisces_compare_view_set_images (PiscesCompareView *view,
                                            PiscesImage       *first,
                                            PiscesImage       *second,
                                            gboolean           over_time);
GtkWidget * pisces_compare_view_get_scale  (PiscesCompareView *view);

G_END_DECLS
