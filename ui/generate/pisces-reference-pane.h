/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-reference-pane.h: a reference picture, which the model draws from in
 * addition to the words, and how similar the new picture should be.
 *
 * "choose" (gchar *what): the user wants to draw from the "layer" or the
 * "selection"; answer with pisces_reference_pane_set_image().
 * "changed": there is another picture, or it has another weight.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_REFERENCE_PANE (pisces_reference_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesReferencePane, pisces_reference_pane,
                      PISCES, REFERENCE_PANE, GtkBox)

void          pisces_reference_pane_set_image    (PiscesReferencePane   *pane,
                                                  PiscesImage           *image,
                                                  const gchar           *name);
PiscesImage * pisces_reference_pane_get_image    (PiscesReferencePane   *pane);
void          pisces_reference_pane_take_drops   (PiscesReferencePane   *pane,
                                                  GtkWidget             *window);
void          pisces_reference_pane_apply        (PiscesReferencePane   *pane,
                                                  PiscesGenerateRequest *request);
void          pisces_reference_pane_get_settings (PiscesReferencePane   *pane,
                                                  GKeyFile              *settings);
void          pisces_reference_pane_set_settings (PiscesReferencePane   *pane,
                                                  GKeyFile              *settings);

G_END_DECLS
