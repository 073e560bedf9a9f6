/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-models-window.h: which models are used, how much memory they take, and
 * when this is freed.
 *
 * Signals:
 *   "model-chosen"         (window, guint role, PiscesModelItem *item,
 *     user_data); the role is a #PiscesRole; item is NULL if it is to have no model
 *   "folder-chosen"        (window, const gchar *folder, user_data)
 *   "remove-requested"     (window, PiscesModelItem *item, user_data); for a
 *     downloaded model, the user has already confirmed
 *   "idle-timeout-changed" (window, guint seconds, user_data); 0 means never
 *   "unload-requested"     (window, user_data)
 *   "get-requested"        (window, user_data)
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/models/pisces-model-list.h"

G_BEGIN_DECLS

#define PISCES_TYPE_MODELS_WINDOW (pisces_models_window_get_type ())
G_DECLARE_FINAL_TYPE (PiscesModelsWindow, pisces_models_window,
                      PISCES, MODELS_WINDOW, GtkWindow)

GtkWidget * pisces_models_window_new              (PiscesModelList    *list);
void        pisces_models_window_set_status       (PiscesModelsWindow *window,
                                                   const PiscesStatus *status);
void        pisces_models_window_set_chosen       (PiscesModelsWindow *window,
                                                   PiscesRole          role,
                                                   const gchar        *folder);
void        pisces_models_window_set_idle_timeout (PiscesModelsWindow *window,
                                                   guint               seconds);
void        pisces_models_window_show_message     (PiscesModelsWindow *window,
                                                   GtkMessageType      type,
                                                   const gchar        *text);

G_END_DECLS
