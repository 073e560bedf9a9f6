/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a tokenizer.json and, after a zero byte, as a text for it: the
 * file is refused, or the text becomes tokens of its vocabulary and valid text
 * again, or the text is refused; always with a sentence.
 */

#include <string.h>

#include "engine/pisces.h"
#include "engine/model/tokenizer-private.h"

#include "fuzz.h"

static void
assert_sentence (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, PISCES_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
there_and_back (const PiscesTokenizer *tokenizer,
                const gchar           *text,
                gboolean               plain)
{
  g_autoptr (GArray)  ids   = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GError)  error = NULL;
  g_autofree gchar   *back  = NULL;

  if (! (plain ? pisces_tokenizer_encode_plain : pisces_tokenizer_encode)
         (tokenizer, text, ids, NULL, &error))
    {
      assert_sentence (error);
      g_assert_cmpuint (ids->len, ==, 0);
      return;
    }

  for (guint i = 0; i < ids->len; i++)
    {
      g_assert_cmpint (g_array_index (ids, gint32, i), >=, 0);
      g_assert_cmpint (g_array_index (ids, gint32, i), <, pisces_tokenizer_n_tokens (tokenizer));
    }

  back = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, ids->len, plain, NULL, &error);
  if (back)
    g_assert_true (g_utf8_validate (back, -1, NULL));
  else
    assert_sentence (error);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         n_bytes)
{
  const gsize                    n_json    = strnlen ((const gchar *) data, n_bytes);
  g_autoptr (GError)             error     = NULL;
  g_autoptr (PiscesJsonDocument) document  = NULL;
  g_autoptr (PiscesTokenizer)    tokenizer = NULL;
  g_autofree gchar              *text      = NULL;

  document = pisces_json_document_parse ("tokenizer.json", (const gchar *) data, n_json, &error);
  if (document)
    tokenizer = pisces_tokenizer_read (document, "tokenizer.json", &error);
  if (! tokenizer)
    {
      assert_sentence (error);
      return 0;
    }

  text = n_json < n_bytes ? g_strndup ((const gchar *) data + n_json + 1, n_bytes - n_json - 1)
                          : g_strdup ("ab aab<s> b é 12,!! B <s>x");
  there_and_back (tokenizer, text, TRUE);
  there_and_back (tokenizer, text, FALSE);

  return 0;
}
