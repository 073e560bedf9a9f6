/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer.h: converts text to token ids and back, as a tokenizer.json of
 * Hugging Face's tokenizers says: byte-pair encoding of bytes (GPT-2, Llama
 * 3), or of characters, with bytes for unknown ones (SentencePiece).  Knows
 * nothing of templates and of what the tokens mean.
 *
 *   ids = g_array_new (FALSE, FALSE, sizeof (gint32));
 *   if (! pisces_tokenizer_encode (tokenizer, "<|begin|>two red stars", ids,
 *                                  cancellable, &error)) ...
 *
 * The file may come from a stranger, so the time and the memory that its steps
 * need for a text are limited; beyond the limits there is an error.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PiscesTokenizer PiscesTokenizer;

/* Called for each stretch of a text in order: with the id of a special token,
 * or with -1, and the place of the stretch in bytes.  */
typedef void (* PiscesStretchFunc) (gint32    id,
                                    gsize     begin,
                                    gsize     end,
                                    gpointer  user_data);

PiscesTokenizer * pisces_tokenizer_load          (const gchar           *path,
                                                  GError               **error);
PiscesTokenizer * pisces_tokenizer_load_clip     (const gchar           *folder,
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
gboolean          pisces_tokenizer_split         (const PiscesTokenizer  *tokenizer,
                                                  const gchar            *text,
                                                  PiscesStretchFunc       func,
                                                  gpointer                user_data,
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
