/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-room.h: makes a user's text fit into what a model can take in.  It finds
 * where to cut the text, between words if possible, and which words to show to
 * the user as left out.
 */

#pragma once

#include "engine/model/tokenizer.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

/* Returns how many tokens the first @n_bytes of a text are, or -1 if this cannot
 * be determined.  */
typedef gint (* PiscesCountFunc) (gsize    n_bytes,
                                  gpointer user_data);

gboolean            pisces_text_is_valid    (const gchar            *text,
                                             GError                **error);
gchar             * pisces_text_as_line     (const gchar            *text,
                                             gsize                  *n_bytes);
gsize               pisces_text_find_end    (const gchar            *text,
                                             gsize                   n_bytes,
                                             gint                    max_tokens,
                                             PiscesCountFunc         count,
                                             gpointer                user_data);
gchar             * pisces_text_first_words (const gchar            *text);

PiscesPromptCheck * pisces_unread_text_check
                                            (const gchar            *text,
                                             gint                    max_tokens);
void                pisces_prompt_check_warn
                                            (const PiscesPromptCheck
                                                                    *check,
                                             GPtrArray              *warnings);
PiscesPromptCheck * pisces_open_text_check  (const PiscesTokenizer  *tokenizer,
                                             const gchar            *text,
                                             gint                    max_tokens,
                                             GCancellable           *cancellable,
                                             gchar                 **clean,
                                             GError                **error);
gchar             * pisces_open_text_clean  (const PiscesTokenizer  *tokenizer,
                                             const gchar            *text,
                                             gint                    max_tokens,
                                             GCancellable           *cancellable,
                                             GPtrArray              *warnings,
                                             GError                **error);
PiscesPromptCheck * pisces_open_text_judge  (const PiscesTokenizer  *tokenizer,
                                             const gchar            *text,
                                             gint                    max_tokens);

G_END_DECLS
