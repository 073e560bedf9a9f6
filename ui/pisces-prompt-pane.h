/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-pane.h: what is asked for: the prompt, the seed, how many
 * pictures, how closely; and the plan that the model made of it.
 *
 * Signals: "changed" (pane, user_data): the user changed something.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_PROMPT_PANE (pisces_prompt_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPromptPane, pisces_prompt_pane,
                      PISCES, PROMPT_PANE, GtkBox)

PiscesGenerateRequest * pisces_prompt_pane_make_request (PiscesPromptPane *pane);

void                    pisces_prompt_pane_focus_prompt (PiscesPromptPane *pane);
void                    pisces_prompt_pane_set_prompt   (PiscesPromptPane *pane,
                                                         const gchar      *prompt);
void                    pisces_prompt_pane_set_plan     (PiscesPromptPane *pane,
                                                         const gchar      *plan);
void                    pisces_prompt_pane_use_seed     (PiscesPromptPane *pane,
                                                         guint32           seed);

void                    pisces_prompt_pane_get_settings (PiscesPromptPane *pane,
                                                         GKeyFile         *settings);
void                    pisces_prompt_pane_set_settings (PiscesPromptPane *pane,
                                                         GKeyFile         *settings);

G_END_DECLS
