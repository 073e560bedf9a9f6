/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer.h: text to token ids and back, as a tokenizer.json of Hugging
 * Face's tokenizers says: byte-pair encoding, over bytes (GPT-2, Llama 3) or
 * over characters with bytes to fall back on (SentencePiece).  Knows nothing
 * of templates and of what the tokens mean.
 *
 *   ids = g_array_new (FALSE, FALSE, sizeof (gint32));
 *   if (! pisces_tokenizer_encode (tokenizer, "<|begin|>two red stars", ids,
 *                                  cancellable, &error)) ...
 *
 * The file is taken for a stranger's: what its steps do to a text is bounded in
 * time and memory, and where the bounds are met there is an error.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PiscesTokenizer PiscesTokenizer;

PiscesTokenizer * pisces_tokenizer_load          (const gchar           *path,
                                                  GError               **error);
void              pisces_tokenizer_free          (PiscesTokenizer       *tokenizer);

gboolean          pisces_tokenizer_encode        (const PiscesTokenizer  *tokenizer,
                                                  const gchar            *text,
                                                  GArray                 *ids,
                                                  GCancellable           *cancellable,
                                                  GError                **error);
gboolean          pisces_tokenizer_encode_plain  (const PiscesTokenizer  *tokenizer,
                                                  const gchar            *text,
                                                  GArray                 *ids,
                                                  GCancellable           *cancellable,
                                                  GError                **error);
gchar           * pisces_tokenizer_decode        (const PiscesTokenizer  *tokenizer,
                                                  const gint32           *ids,
                                                  gsize                   n_ids,
                                                  gboolean                skip_special,
                                                  GCancellable           *cancellable,
                                                  GError                **error);
gint32            pisces_tokenizer_find          (const PiscesTokenizer *tokenizer,
                                                  const gchar           *token);
gint32            pisces_tokenizer_n_tokens      (const PiscesTokenizer *tokenizer);
gchar           * pisces_tokenizer_normalize     (const PiscesTokenizer  *tokenizer,
                                                  const gchar            *text,
                                                  GCancellable           *cancellable,
                                                  GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesTokenizer, pisces_tokenizer_free)

G_END_DECLS
