/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-get-models-window.h: models that can be downloaded.
 *
 * Signals:
 *   "download-requested" (window, PiscesCatalogModel *model, user_data)
 *   "stop-requested"     (window, PiscesCatalogModel *model, user_data)
 *   "discard-requested"  (window, PiscesCatalogModel *model, user_data)
 *   "list-requested"     (window, const gchar *address, user_data); the
 *     address is empty for the list that came with the plug-in
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/models/pisces-catalog.h"

G_BEGIN_DECLS

#define PISCES_TYPE_GET_MODELS_WINDOW (pisces_get_models_window_get_type ())
G_DECLARE_FINAL_TYPE (PiscesGetModelsWindow, pisces_get_models_window,
                      PISCES, GET_MODELS_WINDOW, GtkWindow)

GtkWidget * pisces_get_models_window_new          (const gchar           *store);
void        pisces_get_models_window_set_models   (PiscesGetModelsWindow *window,
                                                   GListModel            *models);
void        pisces_get_models_window_set_address  (PiscesGetModelsWindow *window,
                                                   const gchar           *address);
void        pisces_get_models_window_set_reading  (PiscesGetModelsWindow *window,
                                                   gboolean               reading);
void        pisces_get_models_window_show_message (PiscesGetModelsWindow *window,
                                                   GtkMessageType         type,
                                                   const gchar           *text);

G_END_DECLS
