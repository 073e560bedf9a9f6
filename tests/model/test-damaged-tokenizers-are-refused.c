/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tokenizer.json that is damaged, or has unsupported parts, is refused with
 * a sentence that names the file and the part; and no change of its bytes does
 * harm.
 */

#include "engine/model/tokenizer.h"

#include "fixture.h"

#define N_MUTATIONS  3000

#define SMALL(normalizer, pre_tokenizer, decoder, model, added) \
  "{\"normalizer\":" normalizer ",\"pre_tokenizer\":" pre_tokenizer "," \
  "\"decoder\":" decoder ",\"model\":" model ",\"added_tokens\":" added "}"
#define MODEL  "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]}"

static gchar *folder;
static gchar *path;


static void
test_refused (void)
{
  static const struct { gint code; const gchar *json; const gchar *part; } cases[] =
    {
      { PISCES_ERROR_MODEL_INVALID, "", "empty" },
      { PISCES_ERROR_MODEL_INVALID, "{\"model\":", "tokenizer.json" },
      { PISCES_ERROR_MODEL_INVALID, "[]", "vocabulary" },
      { PISCES_ERROR_MODEL_INVALID, "{}", "vocabulary" },
      { PISCES_ERROR_MODEL_UNSUPPORTED, SMALL ("null", "null", "null",
        "{\"type\":\"Unigram\",\"vocab\":[[\"a\",0]]}", "[]"), "Unigram" },
      { PISCES_ERROR_MODEL_UNSUPPORTED, SMALL ("{\"type\":\"BertNormalizer\"}", "null", "null",
        MODEL, "[]"), "BertNormalizer" },
      { PISCES_ERROR_MODEL_UNSUPPORTED, SMALL ("{\"type\":\"Sequence\",\"normalizers\":["
        "{\"type\":\"NFC\"},{\"type\":\"Nmt\"}]}",
        "null", "null", MODEL, "[]"), "Nmt" },
      { PISCES_ERROR_MODEL_UNSUPPORTED, SMALL ("null", "{\"type\":\"UnicodeScripts\"}", "null",
        MODEL, "[]"), "UnicodeScripts" },
      { PISCES_ERROR_MODEL_UNSUPPORTED, SMALL ("null", "null", "{\"type\":\"WordPiece\"}",
        MODEL, "[]"), "WordPiece" },
      { PISCES_ERROR_MODEL_UNSUPPORTED, SMALL ("7", "null", "null", MODEL, "[]"), "normalizer" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null",
        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},\"behavior\":\"Isolated\"}",
        "null", MODEL, "[]"), "pattern" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "{\"type\":\"Split\",\"behavior\":\"Isolated\"}",
        "null", MODEL, "[]"), "pattern" },
      { PISCES_ERROR_MODEL_UNSUPPORTED, SMALL ("null",
        "{\"type\":\"Split\",\"pattern\":{\"String\":\"a\"},\"behavior\":\"Sideways\"}",
        "null", MODEL, "[]"), "Sideways" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("{\"type\":\"Prepend\"}", "null", "null",
        MODEL, "[]"), "prepend" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}", "[]"), "“a”" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"vocab\":{\"a\":99999999999},\"merges\":[]}", "[]"), "“a”" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}", "[]"), "same id 0" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"vocab\":{\"a\":0}}", "[]"), "merges" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1},\"merges\":[\"a b\"]}", "[]"), "merge 0" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1},\"merges\":[[\"a\"]]}", "[]"), "merge 0" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[7]}", "[]"), "merge 0" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null",
        "{\"type\":\"BPE\",\"unk_token\":\"<unk>\",\"vocab\":{\"a\":0},\"merges\":[]}", "[]"),
        "<unk>" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null", MODEL,
        "[{\"content\":\"<s>\"}]"), "<s>" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null", MODEL,
        "[{\"id\":5}]"), "added token" },
      { PISCES_ERROR_MODEL_INVALID, SMALL ("null", "null", "null", MODEL,
        "[{\"id\":-5,\"content\":\"x\"}]"), "“x”" }
    };
  guint  i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_free (write_file (folder, "tokenizer.json", cases[i].json, -1));
      g_assert_null (pisces_tokenizer_load (path, &error));
      assert_sentence (error, cases[i].code, path, cases[i].part);
    }

  g_unlink (path);
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (pisces_tokenizer_load (path, &error));
    assert_sentence (error, PISCES_ERROR_MODEL_NOT_FOUND, path, NULL);
  }
}

/* Nested sequences must not overflow the stack.  */
static void
test_deep (void)
{
  g_autoptr (GString) json  = g_string_new ("{\"normalizer\":");
  g_autoptr (GError)  error = NULL;
  gint                i;

  for (i = 0; i < 100000; i++)
    g_string_append (json, "{\"type\":\"Sequence\",\"normalizers\":[");
  for (i = 0; i < 100000; i++)
    g_string_append (json, "]}");
  g_string_append (json, "}");

  g_free (write_file (folder, "tokenizer.json", json->str, json->len));
  g_assert_null (pisces_tokenizer_load (path, &error));
  assert_sentence (error, PISCES_ERROR_MODEL_INVALID, path, "nested");
}

static void
mutate (GRand      *rand,
        GByteArray *bytes)
{
  static const gchar alphabet[] = "0123456789{}[],:\"- eE.xfn\\";
  gint               n          = g_rand_boolean (rand) ? 1 : g_rand_int_range (rand, 2, 6);

  for (; n > 0 && bytes->len > 4; n--)
    {
      guint at = g_rand_int_range (rand, 0, bytes->len);

      switch (g_rand_int_range (rand, 0, 6))
        {
        case 0:
          bytes->data[at] = g_rand_int (rand);
          break;
        case 1:
          bytes->data[at] ^= 1 << g_rand_int_range (rand, 0, 8);
          break;
        case 2:
          g_byte_array_remove_range (bytes, at, MIN (7, bytes->len - at));
          break;
        case 3:
          g_byte_array_set_size (bytes, MAX (at, 4));
          break;
        default:
          bytes->data[at] = alphabet[g_rand_int_range (rand, 0, sizeof (alphabet) - 1)];
          break;
        }
    }
}

static void
test_mutations (void)
{
  static const gchar *seeds[] =
    {
      SMALL ("{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"},{\"type\":\"Lowercase\"},"
             "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":false},"
             "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"b+\"},\"content\":\"a\"}]}",
             "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},"
             "{\"type\":\"Punctuation\",\"behavior\":\"Contiguous\"},"
             "{\"type\":\"Split\",\"pattern\":{\"String\":\"ab\"},\"behavior\":\"MergedWithNext\",\"invert\":true},"
             "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"use_regex\":true}]}",
             "{\"type\":\"ByteLevel\"}",
             "{\"type\":\"BPE\",\"unk_token\":\"a\",\"byte_fallback\":true,\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,"
             "\"<0xC3>\":3,\"<0xA9>\":4,\"aab\":5},\"merges\":[\"a b\",[\"a\",\"ab\"]]}",
             "[{\"id\":9,\"content\":\"<s>\",\"lstrip\":true,\"rstrip\":true,\"special\":true},"
             "{\"id\":10,\"content\":\"B\",\"single_word\":true,\"normalized\":true}]"),
      SMALL ("{\"type\":\"Prepend\",\"prepend\":\"_\"}",
             "{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"first\",\"split\":true}",
             "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Replace\",\"pattern\":{\"String\":\"_\"},"
             "\"content\":\" \"},{\"type\":\"ByteFallback\"},{\"type\":\"Fuse\"},"
             "{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":0}]}",
             MODEL, "[]")
    };
  static const gchar *texts[] = { "ab aab<s> b é 12,!! B <s>x", "a", "  \n", "" };
  g_autoptr (GRand)   rand    = g_rand_new_with_seed (4);
  gint                n_sound = 0;
  gint                i;
  guint               j;

  for (i = 0; i < N_MUTATIONS; i++)
    {
      g_autoptr (PiscesTokenizer) tokenizer = NULL;
      g_autoptr (GByteArray)      bytes     = g_byte_array_new ();
      g_autoptr (GArray)          ids       = g_array_new (FALSE, FALSE, sizeof (gint32));
      g_autoptr (GError)          error     = NULL;
      const gchar                *seed      = seeds[i % G_N_ELEMENTS (seeds)];

      g_byte_array_append (bytes, (const guint8 *) seed, strlen (seed));
      mutate (rand, bytes);
      g_free (write_file (folder, "tokenizer.json", (gchar *) bytes->data, bytes->len));

      tokenizer = pisces_tokenizer_load (path, &error);
      if (! tokenizer)
        {
          g_assert_true (error->domain == PISCES_ERROR);
          assert_sentence (error, error->code, path, NULL);
          continue;
        }

      n_sound++;
      for (j = 0; j < G_N_ELEMENTS (texts); j++)
        {
          g_autofree gchar *decoded = NULL;

          g_assert_true (pisces_tokenizer_encode (tokenizer, texts[j], ids, NULL, NULL));
          g_assert_true (pisces_tokenizer_encode_plain (tokenizer, texts[j], ids, NULL, NULL));
          decoded = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, ids->len, j % 2, NULL, NULL);
          g_assert_true (g_utf8_validate (decoded, -1, NULL));
        }
    }

  g_test_message ("%d of %d are tokenizers", n_sound, N_MUTATIONS);
  g_assert_cmpint (n_sound, >, 100);
}

int
main (int   argc,
      char *argv[])
{
  gint  result;

  g_test_init (&argc, &argv, NULL);

  folder = make_folder ();
  path   = g_build_filename (folder, "tokenizer.json", NULL);

  g_test_add_func ("/tokenizer/refused", test_refused);
  g_test_add_func ("/tokenizer/deep", test_deep);
  g_test_add_func ("/tokenizer/mutations", test_mutations);

  result = g_test_run ();

  remove_folder (folder);
  g_free (folder);
  g_free (path);

  return result;
}
