/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-number-field.h: a spin button that explains in a sentence why it
 * refuses a number.
 *
 * Signals:
 *
 *   "refused" (field, const gchar *sentence, user_data)
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_NUMBER_FIELD (pisces_number_field_get_type ())
G_DECLARE_FINAL_TYPE (PiscesNumberField, pisces_number_field,
                      PISCES, NUMBER_FIELD, GtkSpinButton)

G_END_DECLS
