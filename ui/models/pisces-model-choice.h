/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-choice.h: which model describes, which draws and which compares
 * pictures, and what the first two need together.
 *
 * Signal:
 *   "chosen" (choice, guint role, PiscesModelItem *item, user_data): the user has
 *     chosen a model for a #PiscesRole; item is NULL if it is to have none
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/models/pisces-model-list.h"

G_BEGIN_DECLS

#define PISCES_TYPE_MODEL_CHOICE (pisces_model_choice_get_type ())
G_DECLARE_FINAL_TYPE (PiscesModelChoice, pisces_model_choice,
                      PISCES, MODEL_CHOICE, GtkGrid)

void          pisces_model_choice_set_list      (PiscesModelChoice *choice,
                                                 PiscesModelList   *list);
void          pisces_model_choice_set_chosen    (PiscesModelChoice *choice,
                                                 PiscesRole         role,
                                                 const gchar       *folder);
const gchar * pisces_model_choice_get_chosen    (PiscesModelChoice *choice,
                                                 PiscesRole         role);
void          pisces_model_choice_set_available (PiscesModelChoice *choice,
                                                 guint64            n_bytes);

G_END_DECLS
