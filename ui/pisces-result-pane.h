/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-pane.h: what came out: one picture large, with what it was
 * made from, and all of them small; and the way of one into the image.
 *
 * Signals:
 *
 *   "selected"      (pane, user_data): another picture is shown
 *   "add-requested" (pane, PiscesPicture *picture, user_data)
 *   "seed-chosen"   (pane, guint seed, user_data)
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_RESULT_PANE (pisces_result_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesResultPane, pisces_result_pane,
                      PISCES, RESULT_PANE, GtkBox)

void            pisces_result_pane_set_target   (PiscesResultPane *pane,
                                                 const gchar      *image_name,
                                                 const gchar      *place);
void            pisces_result_pane_set_running  (PiscesResultPane *pane,
                                                 const gchar      *prompt);
void            pisces_result_pane_set_preview  (PiscesResultPane *pane,
                                                 PiscesImage      *preview);
void            pisces_result_pane_add_picture  (PiscesResultPane *pane,
                                                 PiscesPicture    *picture);

gboolean        pisces_result_pane_is_following (PiscesResultPane *pane);
PiscesPicture * pisces_result_pane_get_picture  (PiscesResultPane *pane);

G_END_DECLS
