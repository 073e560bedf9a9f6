/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-context-field.h: one line in which a person says what the model should
 * know about an image.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_CONTEXT_FIELD (pisces_context_field_get_type ())
G_DECLARE_FINAL_TYPE (PiscesContextField, pisces_context_field,
                      PISCES, CONTEXT_FIELD, GtkBox)

void          pisces_context_field_set_possible (PiscesContextField *field,
                                                 gboolean            possible);
const gchar * pisces_context_field_get          (PiscesContextField *field);

G_END_DECLS
