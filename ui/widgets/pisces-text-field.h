/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-text-field.h: one text about an image, written by the model or by a
 * person, with its length and a copy button.
 *
 * Signals:
 *
 *   "changed" (field, user_data): a person changed the text.
 *   "rewrite-requested" (field, gint change, user_data): let the model write a
 *     shorter text (-1), a longer one (1), or just another one (0).
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_TEXT_FIELD (pisces_text_field_get_type ())
G_DECLARE_FINAL_TYPE (PiscesTextField, pisces_text_field,
                      PISCES, TEXT_FIELD, GtkBox)

void       pisces_text_field_set_words        (PiscesTextField *field,
                                               const gchar     *label,
                                               const gchar     *copy_label,
                                               const gchar     *copy_name,
                                               const gchar     *bring_back_label);
void       pisces_text_field_set_rewrite      (PiscesTextField *field,
                                               const gchar     *label,
                                               const gchar     *name);
void       pisces_text_field_set_can_rewrite  (PiscesTextField *field,
                                               gboolean         can_rewrite);
void       pisces_text_field_append           (PiscesTextField *field,
                                               const gchar     *text);
void       pisces_text_field_set_limits       (PiscesTextField *field,
                                               guint            target,
                                               guint            limit);

void       pisces_text_field_set_text         (PiscesTextField *field,
                                               const gchar     *text,
                                               gboolean         machine_made);
gchar    * pisces_text_field_get_text         (PiscesTextField *field);
gboolean   pisces_text_field_get_machine_made (PiscesTextField *field);
void       pisces_text_field_write            (PiscesTextField *field,
                                               const gchar     *text,
                                               gboolean         doubtful);
void       pisces_text_field_set_doubtful     (PiscesTextField *field,
                                               gboolean         doubtful);
gboolean   pisces_text_field_get_doubtful     (PiscesTextField *field);

void       pisces_text_field_stream           (PiscesTextField *field,
                                               const gchar     *text_so_far);
void       pisces_text_field_end_stream       (PiscesTextField *field);

G_END_DECLS
