/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-history.h: the prompts that were used, newest first, in a
 * file of the user's.  Needs no display.
 *
 * Signals: "changed" (history, user_data).
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PISCES_PROMPT_HISTORY_MAX 500

#define PISCES_TYPE_PROMPT_HISTORY (pisces_prompt_history_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPromptHistory, pisces_prompt_history,
                      PISCES, PROMPT_HISTORY, GObject)

PiscesPromptHistory * pisces_prompt_history_new        (const gchar          *path);
gchar               * pisces_prompt_history_get_path   (void);
gboolean              pisces_prompt_history_load       (PiscesPromptHistory  *history,
                                                        GError              **error);
guint                 pisces_prompt_history_get_n      (PiscesPromptHistory  *history);
const gchar         * pisces_prompt_history_get_prompt (PiscesPromptHistory  *history,
                                                        guint                 index);
gboolean              pisces_prompt_history_add        (PiscesPromptHistory  *history,
                                                        const gchar          *prompt,
                                                        GError              **error);
gboolean              pisces_prompt_history_remove     (PiscesPromptHistory  *history,
                                                        const gchar          *prompt,
                                                        GError              **error);

gchar               * pisces_prompt_make_key           (const gchar          *text);
gboolean              pisces_prompt_matches            (const gchar          *prompt,
                                                        const gchar          *search);

G_END_DECLS
