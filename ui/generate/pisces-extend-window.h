/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-extend-window.h: asks how an image is to be extended, and by what.
 *
 * Signals:
 *
 *   "extend-requested" (window, user_data)
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_EXTEND_WINDOW (pisces_extend_window_get_type ())
G_DECLARE_FINAL_TYPE (PiscesExtendWindow, pisces_extend_window,
                      PISCES, EXTEND_WINDOW, GtkWindow)

GtkWidget   * pisces_extend_window_new          (void);
void          pisces_extend_window_set_image    (PiscesExtendWindow  *window,
                                                 const gchar         *name,
                                                 gint                 width,
                                                 gint                 height);
const gchar * pisces_extend_window_get_prompt   (PiscesExtendWindow  *window);
gboolean      pisces_extend_window_get_borders  (PiscesExtendWindow  *window,
                                                 gint                 width,
                                                 gint                 height,
                                                 PiscesBorders       *borders,
                                                 GError             **error);
void          pisces_extend_window_show_problem (PiscesExtendWindow  *window,
                                                 const gchar         *sentence);

G_END_DECLS
