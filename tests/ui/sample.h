/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sample.h: pictures, progress and a status to show in the windows where
 * there is no engine.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

PiscesImage   * sample_image_scene  (gint           size,
                                     guint          variant);
PiscesImage   * sample_image_stars  (gint           size,
                                     gdouble        noise);
PiscesPicture * sample_picture      (const gchar   *prompt,
                                     const gchar   *plan,
                                     guint32        seed,
                                     PiscesImage   *image);
void            sample_status       (PiscesStatus  *status);
GtkWidget     * sample_find         (GtkWidget     *root,
                                     const gchar   *id);
void            sample_wait         (guint          milliseconds);
GtkWidget     * sample_show         (GtkWidget     *window);
void            sample_type_key     (GtkWidget     *window,
                                     guint          keyval,
                                     GdkModifierType state);
gchar         * sample_get_view_text (GtkWidget    *view);
void            sample_set_view_text (GtkWidget    *view,
                                      const gchar  *text);
