/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-view.h: the selected result, large: its picture, two pictures
 * side by side, or an explanation if the picture is missing.
 *
 * Signals:
 *
 *   "large-requested" (view, user_data): the user double-clicked the picture
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-result.h"

G_BEGIN_DECLS

#define PISCES_TYPE_RESULT_VIEW (pisces_result_view_get_type ())
G_DECLARE_FINAL_TYPE (PiscesResultView, pisces_result_view,
                      PISCES, RESULT_VIEW, GtkStack)

void pisces_result_view_show_nothing (PiscesResultView *view);
void pisces_result_view_show         (PiscesResultView *view,
                                      PiscesResult     *result,
                                      PiscesImage      *image);
void pisces_result_view_compare      (PiscesResultView *view,
                                      PiscesImage      *image,
                                      PiscesImage      *other);
void pisces_result_view_show_change  (PiscesResultView *view,
                                      PiscesImage      *before,
                                      PiscesImage      *after);
GtkWidget *
     pisces_result_view_get_picture_view
                                     (PiscesResultView *view);

G_END_DECLS
