/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-field.h: the field for the prompt, with the prompts that were
 * used before, and a choice of styles.  It underlines words that the model
 * does not know, and strikes out what is too long for it.
 *
 * Signals:
 *
 *   "changed"     (field, user_data): the prompt or the style
 *   "edit-styles" (field, user_data)
 *   "message"     (field, const gchar *sentence, user_data): what went wrong
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/generate/pisces-prompt-history.h"
#include "ui/generate/pisces-styles.h"

G_BEGIN_DECLS

/**
 * PiscesWordCheck:
 *
 * Returns: (transfer full) (nullable): what the model understands of @text;
 *   %NULL if that cannot be said now.
 */
typedef PiscesPromptCheck * (* PiscesWordCheck) (const gchar *text,
                                                 gpointer     user_data);

#define PISCES_TYPE_PROMPT_FIELD (pisces_prompt_field_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPromptField, pisces_prompt_field,
                      PISCES, PROMPT_FIELD, GtkBox)

void          pisces_prompt_field_set_history    (PiscesPromptField   *field,
                                                  PiscesPromptHistory *history);
void          pisces_prompt_field_set_styles     (PiscesPromptField   *field,
                                                  PiscesStyles        *styles);
void          pisces_prompt_field_set_word_check (PiscesPromptField   *field,
                                                  PiscesWordCheck      check,
                                                  gpointer             user_data);
void          pisces_prompt_field_check_words    (PiscesPromptField   *field);

void          pisces_prompt_field_set_hint       (PiscesPromptField   *field,
                                                  const gchar         *hint);
void          pisces_prompt_field_focus          (PiscesPromptField   *field);
gchar       * pisces_prompt_field_get_text       (PiscesPromptField   *field);
void          pisces_prompt_field_set_text       (PiscesPromptField   *field,
                                                  const gchar         *text);
void          pisces_prompt_field_replace_text   (PiscesPromptField   *field,
                                                  const gchar         *text);
void          pisces_prompt_field_use_prompt     (PiscesPromptField   *field,
                                                  const gchar         *prompt);
gchar       * pisces_prompt_field_make_prompt    (PiscesPromptField   *field);
void          pisces_prompt_field_used           (PiscesPromptField   *field);

const gchar * pisces_prompt_field_get_draft      (PiscesPromptField   *field);
const gchar * pisces_prompt_field_get_style      (PiscesPromptField   *field);
void          pisces_prompt_field_set_style      (PiscesPromptField   *field,
                                                  const gchar         *name);

G_END_DECLS
