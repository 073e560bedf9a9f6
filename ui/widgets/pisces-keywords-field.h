/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-keywords-field.h: the keywords of an image, in one line, with commas
 * between them.
 *
 * It remembers which keywords the image has.  What a person adds and removes in
 * the line are changes to that list, so that keywords which another program adds
 * meanwhile stay.
 *
 * Signals: "changed" (field, user_data): a person, or the model, changed them.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_KEYWORDS_FIELD (pisces_keywords_field_get_type ())
G_DECLARE_FINAL_TYPE (PiscesKeywordsField, pisces_keywords_field,
                      PISCES, KEYWORDS_FIELD, GtkBox)

void       pisces_keywords_field_set_saved    (PiscesKeywordsField *field,
                                               const gchar * const *keywords);
void       pisces_keywords_field_see_image    (PiscesKeywordsField *field,
                                               const gchar * const *keywords);
void       pisces_keywords_field_change       (PiscesKeywordsField *field,
                                               const gchar * const *added,
                                               const gchar * const *removed);
void       pisces_keywords_field_write        (PiscesKeywordsField *field,
                                               const gchar * const *keywords,
                                               gboolean             doubtful);
gboolean   pisces_keywords_field_get_changes  (PiscesKeywordsField *field,
                                               gchar             ***added,
                                               gchar             ***removed);
gboolean   pisces_keywords_field_get_doubtful (PiscesKeywordsField *field);
void       pisces_keywords_field_discard      (PiscesKeywordsField *field);

G_END_DECLS
