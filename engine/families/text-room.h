/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-room.h: a user's text made to fit into what a model can take in: where
 * it is cut, between words if it can be, and what people are told about it.
 */

#pragma once

#include "engine/model/tokenizer.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

/* How many tokens the first bytes of a text are; -1: it cannot be told.  */
typedef gint (* PiscesCountFunc) (gsize    n_bytes,
                                  gpointer user_data);

gsize               pisces_text_find_end    (const gchar            *text,
                                             gsize                   n_bytes,
                                             gint                    max_tokens,
                                             PiscesCountFunc         count,
                                             gpointer                user_data);
gchar             * pisces_text_first_words (const gchar            *text);

PiscesPromptCheck * pisces_open_text_check  (const PiscesTokenizer  *tokenizer,
                                             const gchar            *text,
                                             gint                    max_tokens,
                                             GCancellable           *cancellable,
                                             gchar                 **clean,
                                             GError                **error);

G_END_DECLS
