/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sample.h: pictures and a status for the windows when there is no engine.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/generate/pisces-generate-window.h"

PiscesImage   * sample_image_scene (gint          size,
                                    guint         variant);
PiscesImage   * sample_image_stars (gint          size,
                                    gdouble       noise);
PiscesPicture * sample_picture     (const gchar  *prompt,
                                    const gchar  *plan,
                                    guint32       seed,
                                    PiscesImage  *image);
void            sample_set_target  (GtkWidget    *window,
                                    const gchar  *image_name);
void            sample_status      (PiscesStatus *status);
