/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-row.h: one model of this machine.
 *
 * Signal: "remove-requested" (row, user_data).
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/models/pisces-model-list.h"

G_BEGIN_DECLS

#define PISCES_TYPE_MODEL_ROW (pisces_model_row_get_type ())
G_DECLARE_FINAL_TYPE (PiscesModelRow, pisces_model_row,
                      PISCES, MODEL_ROW, GtkBox)

GtkWidget       * pisces_model_row_new           (PiscesModelItem *item);

PiscesModelItem * pisces_model_row_get_item      (PiscesModelRow  *row);
void              pisces_model_row_set_available (PiscesModelRow  *row,
                                                  guint64          n_bytes);

G_END_DECLS
