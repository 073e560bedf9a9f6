/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-large-view.h: one picture in a window of its own, as large as the
 * screen allows; Space or Escape closes it.
 *
 * Signals:
 *
 *   "step" (view, gint step, user_data): the user pressed a key for the next
 *     (1), the previous (-1), the last (G_MAXINT) or the first picture
 *     (G_MININT)
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_LARGE_VIEW (pisces_large_view_get_type ())
G_DECLARE_FINAL_TYPE (PiscesLargeView, pisces_large_view,
                      PISCES, LARGE_VIEW, GtkWindow)

GtkWidget * pisces_large_view_new       (void);

void        pisces_large_view_set_image (PiscesLargeView *view,
                                         PiscesImage     *image,
                                         const gchar     *name);
void        pisces_large_view_present   (PiscesLargeView *view,
                                         GtkWindow       *parent);

G_END_DECLS
