/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-strength-field.h: how far a new picture may go from one that it begins with,
 * as a scale with words below it.
 *
 * Signals:
 *
 *   "changed" (field, user_data): the user changed it
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_STRENGTH_FIELD (pisces_strength_field_get_type ())
G_DECLARE_FINAL_TYPE (PiscesStrengthField, pisces_strength_field,
                      PISCES, STRENGTH_FIELD, GtkBox)

void    pisces_strength_field_set_range    (PiscesStrengthField *field,
                                            gdouble              lower,
                                            gdouble              upper,
                                            gdouble              value);
void    pisces_strength_field_set_words    (PiscesStrengthField *field,
                                            const gchar         *tooltip,
                                            const gchar         *hint);
gdouble pisces_strength_field_get_value    (PiscesStrengthField *field);

void    pisces_strength_field_get_settings (PiscesStrengthField *field,
                                            GKeyFile            *settings,
                                            const gchar         *key);
void    pisces_strength_field_set_settings (PiscesStrengthField *field,
                                            GKeyFile            *settings,
                                            const gchar         *key);

G_END_DECLS
