/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-check-pane.h: a text is checked by drawing the picture again from it:
 * the original and what was drawn, side by side, and how alike they are.
 *
 * Signals:
 *
 *   "rebuild-requested" (pane, user_data): draw the picture from the current
 *     text.
 *   "best-requested" (pane, user_data): write three texts, and keep the one
 *     from which the picture is rebuilt best.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_CHECK_PANE (pisces_check_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesCheckPane, pisces_check_pane,
                      PISCES, CHECK_PANE, GtkBox)

void pisces_check_pane_set_original (PiscesCheckPane *pane,
                                     PiscesImage     *image);
void pisces_check_pane_set_preview  (PiscesCheckPane *pane,
                                     PiscesImage     *image);
void pisces_check_pane_clear        (PiscesCheckPane *pane);
void pisces_check_pane_add          (PiscesCheckPane *pane,
                                     PiscesImage     *rebuilt,
                                     const gchar     *text,
                                     gdouble          likeness,
                                     const gchar     *measured_by);
gint pisces_check_pane_get_best     (PiscesCheckPane *pane);
void pisces_check_pane_set_usable   (PiscesCheckPane *pane,
                                     gboolean         can_rebuild,
                                     gboolean         can_describe);

G_END_DECLS
