/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The options of a tokenizer.json's parts that real vocabularies seldom use:
 * each in a vocabulary of a few letters, with the ids and the text that the
 * library "tokenizers" 0.22 gives.
 */

#include "engine/model/tokenizer.h"

#include "fixture.h"

#define VOCAB "\"vocab\":{\"a\":0,\"b\":1,\" \":2,\"ab\":3,\"?\":4,\"\xcc\x81\":5}"

#define SMALL(normalizer, decoder, options, added) \
  "{\"normalizer\":" normalizer ",\"pre_tokenizer\":null,\"decoder\":" decoder "," \
  "\"model\":{\"type\":\"BPE\"," options VOCAB ",\"merges\":[]},\"added_tokens\":" added "}"
#define ADDED(option) \
  "[{\"id\":9,\"content\":\"ab\",\"special\":false,\"normalized\":false," option "}]"

static const struct
{
  const gchar *name;
  const gchar *json;
  const gchar *text;
  const gchar *ids;
  const gchar *back;
} cases[] =
{
  { "strip both sides", SMALL ("{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
    "{\"type\":\"Fuse\"}", "", "[]"), "  a b  ", "0 2 1 ", "a b" },
  { "strip the left", SMALL ("{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":false}",
    "{\"type\":\"Fuse\"}", "", "[]"), "  a b  ", "0 2 1 2 2 ", "a b  " },
  { "strip the right", SMALL ("{\"type\":\"Strip\",\"strip_left\":false,\"strip_right\":true}",
    "{\"type\":\"Fuse\"}", "", "[]"), "  a b  ", "2 2 0 2 1 ", "  a b" },
  { "decode without one space before", SMALL ("null", "{\"type\":\"Sequence\",\"decoders\":["
    "{\"type\":\"Fuse\"},{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":0}]}", "", "[]"),
    "  a  ", "2 2 0 2 2 ", " a  " },
  { "decode without two spaces behind", SMALL ("null", "{\"type\":\"Sequence\",\"decoders\":["
    "{\"type\":\"Fuse\"},{\"type\":\"Strip\",\"content\":\" \",\"start\":0,\"stop\":2}]}", "", "[]"),
    " a   ", "2 0 2 2 2 ", " a " },
  { "unknown characters", SMALL ("null", "{\"type\":\"Fuse\"}",
    "\"unk_token\":\"?\",\"fuse_unk\":false,", "[]"), "axyzb", "0 4 4 4 1 ", "a???b" },
  { "unknown characters as one", SMALL ("null", "{\"type\":\"Fuse\"}",
    "\"unk_token\":\"?\",\"fuse_unk\":true,", "[]"), "axyzb", "0 4 1 ", "a?b" },
  { "words of the vocabulary are spelled", SMALL ("null", "{\"type\":\"Fuse\"}",
    "\"ignore_merges\":false,", "[]"), "ab", "0 1 ", "ab" },
  { "words of the vocabulary are whole", SMALL ("null", "{\"type\":\"Fuse\"}",
    "\"ignore_merges\":true,", "[]"), "ab", "3 ", "ab" },
  { "an added token is found within a word", SMALL ("null", "{\"type\":\"Fuse\"}", "",
    ADDED ("\"single_word\":false")), "aabb", "0 3 1 ", "aabb" },
  { "an added token that is a word", SMALL ("null", "{\"type\":\"Fuse\"}", "",
    ADDED ("\"single_word\":true")), "aabb ab", "0 0 1 1 2 3 ", "aabb ab" },
  { "an accent goes on with a word", SMALL ("null", "{\"type\":\"Fuse\"}", "",
    ADDED ("\"single_word\":true")), "ab\xcc\x81", "0 1 5 ", "ab\xcc\x81" },
  { "an added token takes the space before it", SMALL ("null", "{\"type\":\"Fuse\"}", "",
    ADDED ("\"lstrip\":true")), "a  ab b", "0 3 2 1 ", "aab b" },
  { "an added token takes the space behind it", SMALL ("null", "{\"type\":\"Fuse\"}", "",
    ADDED ("\"rstrip\":true")), "a ab  b", "0 2 3 1 ", "a abb" },
};


static void
test_parts (void)
{
  g_autofree gchar *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)           error     = NULL;
      g_autofree gchar            *path      = write_file (folder, "tokenizer.json",
                                                           cases[i].json, -1);
      g_autoptr (PiscesTokenizer)  tokenizer = pisces_tokenizer_load (path, &error);
      g_autoptr (GArray)           ids       = g_array_new (FALSE, FALSE, sizeof (gint32));
      g_autoptr (GString)          found     = g_string_new (NULL);
      g_autofree gchar            *back      = NULL;

      g_test_message ("%s", cases[i].name);
      g_assert_no_error (error);
      g_assert_true (pisces_tokenizer_encode (tokenizer, cases[i].text, ids, NULL, &error));
      g_assert_no_error (error);
      for (guint j = 0; j < ids->len; j++)
        g_string_append_printf (found, "%d ", g_array_index (ids, gint32, j));
      g_assert_cmpstr (found->str, ==, cases[i].ids);

      back = pisces_tokenizer_decode (tokenizer, (const gint32 *) ids->data, ids->len,
                                      FALSE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (back, ==, cases[i].back);
    }

  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tokenizer/parts", test_parts);

  return g_test_run ();
}
