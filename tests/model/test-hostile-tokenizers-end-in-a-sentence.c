/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tokenizer.json whose steps never end, read beyond the text, or make it
 * extremely long ends in a sentence, soon and with little memory; and a person
 * can stop it.
 */

#include <sys/resource.h>
#include <time.h>

#include "engine/model/tokenizer.h"

#include "fixture.h"

#define TOKENIZER(normalizer, pre_tokenizer, decoder, model, added) \
  "{\"normalizer\":" normalizer ",\"pre_tokenizer\":" pre_tokenizer "," \
  "\"decoder\":" decoder ",\"model\":" model ",\"added_tokens\":" added "}"
#define MODEL  "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]}"
#define SPLIT(regex) "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" regex "\"},\"behavior\":\"Isolated\"}"
#define PATTERN(regex) TOKENIZER ("null", SPLIT (regex), "null", MODEL, "[]")
#define REPLACE(from, to) "{\"type\":\"Replace\",\"pattern\":{\"String\":\"" from "\"},\"content\":\"" to "\"}"
#define NORMALIZERS(steps) \
  TOKENIZER ("{\"type\":\"Sequence\",\"normalizers\":[" steps "]}", "null", "null", MODEL, "[]")
#define PRE_TOKENIZERS(steps) \
  TOKENIZER ("null", "{\"type\":\"Sequence\",\"pretokenizers\":[" steps "]}", "null", MODEL, "[]")
#define DECODERS(steps) \
  TOKENIZER ("null", "null", "{\"type\":\"Sequence\",\"decoders\":[" steps "]}", MODEL, "[]")
#define ADDED \
  "[{\"id\":9,\"content\":\"aa\",\"normalized\":true},{\"id\":10,\"content\":\"ba\",\"normalized\":true}]"

#define FOUR(step)    step "," step "," step "," step
#define SIXTEEN(step) FOUR (step) "," FOUR (step) "," FOUR (step) "," FOUR (step)
#define A8            "aaaaaaaa"
#define A64           A8 A8 A8 A8 A8 A8 A8 A8

/* The second is one of processor time, because the machine may be busy.  */
#define MAX_SECONDS   1.0
#define MAX_MIB       512

static gchar *folder;
static gchar *path;


static gdouble
seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return time.tv_sec + time.tv_nsec * 1e-9;
}

static PiscesTokenizer *
load (const gchar  *json,
      GError      **error)
{
  const gdouble    begin = seconds ();
  PiscesTokenizer *tokenizer;

  g_free (write_file (folder, "tokenizer.json", json, -1));
  tokenizer = pisces_tokenizer_load (path, error);
  g_assert_cmpfloat (seconds () - begin, <, MAX_SECONDS);

  return tokenizer;
}

/* This needs no text by a person, because the tokenizer is tested when it is
 * read.  */
static void
test_refused_at_once (void)
{
  static const struct { const gchar *json; const gchar *part; } cases[] =
    {
      /* Halves of characters.  */
      { PATTERN ("\\\\C"), "\\C" },
      { PATTERN ("a|b\\\\Cc"), "\\C" },
      { PATTERN ("(?<=\\\\C)a"), "\\C" },
      { PATTERN ("\\\\Qa\\\\E\\\\C"), "\\C" },
      { NORMALIZERS ("{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\\\\C\\\\K\\\\C\\\\C\\\\C$\"},"
                     "\"content\":\"\"},{\"type\":\"NFC\"}"), "\\C" },
      { DECODERS ("{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\\\\C\"},\"content\":\"\"}"), "\\C" },

      /* A match that begins after its end, or before the place where the
       * search started.  */
      { PATTERN ("(?(DEFINE)(?<x>d\\\\K))(?=(?&x))"), "something outside the text" },
      { PATTERN ("(?=a\\\\K)"), "pattern cannot be used" },
      { PATTERN ("(?<=\\\\Ka)b"), "pattern cannot be used" },

      /* Patterns that try all possibilities.  */
      { PATTERN ("(?:a?){24}a{24}c|."), "too long" },
      { PATTERN ("(a+)+!"), "too long" },
      { PATTERN ("(?:a|a)*!"), "too long" },
      { PATTERN ("(?:(?:a*)*)*!"), "too long" },
      { PATTERN ("(*LIMIT_MATCH=400000000)(?:a?){24}a{24}c|."), "too long" },
      { PATTERN ("(*LIMIT_HEAP=400000000)(*LIMIT_DEPTH=400000000)(a|b|ab|a)*!"), "too long" },
      { PATTERN ("(*NO_START_OPT)(*NO_AUTO_POSSESS)(a+)+!"), "too long" },
      { TOKENIZER ("null", "null", "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Fuse\"},"
                   "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(?:a?){24}a{24}c\"},"
                   "\"content\":\"\"}]}",
                   "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"c\":2},\"merges\":[]}", "[]"),
        "too long" },

      /* Recursion.  */
      { PATTERN ("(a?(?1))"), "failed" },
      { PATTERN ("(?R)?+a*(?R)"), "failed" },

      /* Text that grows.  */
      { NORMALIZERS (FOUR (REPLACE ("a", A64))), "extremely long" },
      { NORMALIZERS (SIXTEEN (REPLACE ("a", "aa"))), "extremely long" },
      { NORMALIZERS (SIXTEEN ("{\"type\":\"ByteLevel\"}")), "extremely long" },
      { NORMALIZERS (SIXTEEN ("{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\"},\"content\":\"aa\"}")),
        "extremely long" },
      { PRE_TOKENIZERS (SIXTEEN ("{\"type\":\"ByteLevel\",\"use_regex\":false}")),
        "extremely long" },
      { PRE_TOKENIZERS ("{\"type\":\"Split\",\"pattern\":{\"Regex\":\".\"},\"behavior\":\"Isolated\"},"
                        FOUR ("{\"type\":\"Metaspace\",\"replacement\":\"" A64 "b\"}")),
        "extremely long" },
      { DECODERS (FOUR (REPLACE ("a", A64))), "extremely long" },
      { TOKENIZER ("{\"type\":\"Sequence\",\"normalizers\":[" SIXTEEN (REPLACE ("a", A64)) "]}",
                   "null", "null", MODEL, ADDED), "extremely long" },
      { TOKENIZER ("null", "null", "null",
                   "{\"type\":\"BPE\",\"byte_fallback\":true,\"end_of_word_suffix\":\"" A64 A64 "\","
                   "\"continuing_subword_prefix\":\"" A64 A64 "\","
                   "\"vocab\":{\"<0x20>\":0,\"<0x61>\":1,\"<0x62>\":2,\"<0x63>\":3,\"<0x41>\":4},"
                   "\"merges\":[]}", "[]"), NULL },
    };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)          error     = NULL;
      g_autoptr (PiscesTokenizer) tokenizer = load (cases[i].json, &error);

      if (cases[i].part == NULL)
        continue;
      if (tokenizer)
        g_error ("was not refused: %s", cases[i].json);
      assert_sentence (error, PISCES_ERROR_MODEL_INVALID, path, cases[i].part);
    }
}

/* Similar, but harmless ones.  */
static void
test_taken (void)
{
  static const gchar *cases[] =
    {
      PATTERN ("\\\\\\\\C"),
      PATTERN ("\\\\Q\\\\C\\\\E"),
      PATTERN ("a\\\\Kb"),
      PATTERN ("(?>a+)+!"),
      PATTERN ("a(*SKIP)(*FAIL)|b"),
      PATTERN ("a(*ACCEPT)b"),
      PATTERN ("(*UCP)(*UTF)\\\\w+"),
      PATTERN ("(?<=a)b|(?=b)"),
      PATTERN ("\\\\X"),
      NORMALIZERS ("{\"type\":\"NFKC\"},{\"type\":\"ByteLevel\"}"),
      NORMALIZERS (REPLACE (" ", "\342\226\201") ",{\"type\":\"Prepend\",\"prepend\":\"\342\226\201\"}"),
    };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)          error     = NULL;
      g_autoptr (PiscesTokenizer) tokenizer = load (cases[i], &error);

      g_assert_no_error (error);
      g_assert_nonnull (tokenizer);
    }
}

static void
test_sizes (void)
{
  g_autofree gchar *a        = g_strnfill (5000, 'a');
  g_autofree gchar *open     = g_strnfill (3000, '(');
  g_autofree gchar *close    = g_strnfill (3000, ')');
  g_autofree gchar *pattern  = g_strnfill (20000, 'a');
  const struct { gchar *json; const gchar *part; } cases[] =
    {
      { g_strdup_printf (NORMALIZERS ("{\"type\":\"Prepend\",\"prepend\":\"%s\"}"), a), "prepend" },
      { g_strdup_printf (NORMALIZERS (REPLACE ("a", "%s")), a), "content" },
      { g_strdup_printf (NORMALIZERS (REPLACE ("%s", "a")), a), "String" },
      { g_strdup_printf (DECODERS (REPLACE ("a", "%s")), a), "content" },
      { g_strdup_printf (PATTERN ("%s"), pattern), "pattern" },
      { g_strdup_printf (PATTERN ("%sa%s"), open, close), "pattern" },
      { g_strdup (PATTERN ("((((a{60000}){60000}){60000}){60000}){60000}")), "pattern" },
      { g_strdup (NORMALIZERS (REPLACE ("a", "b\\u0000c"))), "content" },
      { g_strdup (PATTERN ("a\\u0000b")), "zero byte" },
      { g_strdup_printf (TOKENIZER ("null", "null", "null", "{\"type\":\"BPE\",\"vocab\":{\"%s\":0},"
                                    "\"merges\":[]}", "[]"), a), "5000 bytes" },
      { g_strdup_printf (TOKENIZER ("null", "null", "null", "{\"type\":\"BPE\",\"vocab\":{\"a\":0},"
                                    "\"end_of_word_suffix\":\"%s\",\"merges\":[]}", "[]"), a),
        "end_of_word_suffix" },
      { g_strdup_printf (TOKENIZER ("null", "null", "null", MODEL, "[{\"id\":7,\"content\":\"%s\"}]"), a),
        "added token" },
    };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)          error     = NULL;
      g_autoptr (PiscesTokenizer) tokenizer = load (cases[i].json, &error);

      g_assert_null (tokenizer);
      assert_sentence (error, PISCES_ERROR_MODEL_INVALID, path, cases[i].part);
      g_free (cases[i].json);
    }
}

/* 65,536 strings with the same hash: "aB" and "b!" are the same for GLib's.  */
static void
test_one_hash (void)
{
  g_autoptr (GString)         json = g_string_new ("{\"model\":{\"type\":\"BPE\",\"merges\":[],\"vocab\":{");
  g_autoptr (PiscesTokenizer) tokenizer = NULL;
  g_autoptr (GError)          error     = NULL;
  gint                        i, bit;

  for (i = 0; i < 1 << 16; i++)
    {
      g_string_append_c (json, '"');
      for (bit = 0; bit < 16; bit++)
        g_string_append (json, i >> bit & 1 ? "aB" : "b!");
      g_string_append_printf (json, "\":%d,", i);
    }
  g_string_truncate (json, json->len - 1);
  g_string_append (json, "}}}");

  tokenizer = load (json->str, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pisces_tokenizer_find (tokenizer, "aBb!aBb!aBb!aBb!aBb!aBb!aBb!aBb!"), ==, 0x5555);
}

static void
assert_ends (const PiscesTokenizer *tokenizer,
             const gchar           *text,
             gint                   code,
             const gchar           *part)
{
  g_autoptr (GArray) ids   = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GError) error = NULL;
  const gint32       first = 7;
  const gdouble      begin = seconds ();

  g_array_append_val (ids, first);
  g_assert_false (pisces_tokenizer_encode_plain (tokenizer, text, ids, NULL, &error));
  g_assert_cmpfloat (seconds () - begin, <, MAX_SECONDS);
  assert_sentence (error, code, part, NULL);
  g_assert_cmpuint (ids->len, ==, 1);
}

/* Slow only for a letter that the test at loading does not contain.  */
#define SLOW PATTERN ("(?:\305\213?){24}\305\213{24}c|.")

static void
test_slow_text (void)
{
  g_autoptr (PiscesTokenizer) tokenizer = load (SLOW, NULL);
  g_autoptr (GString)         text      = g_string_new (NULL);
  gint                        i;

  g_assert_nonnull (tokenizer);
  for (i = 0; i < 40; i++)
    g_string_append (text, "\305\213");
  assert_ends (tokenizer, text->str, PISCES_ERROR_MODEL_INVALID, "too long");
}

/* At every position of the text, every token with that letter is compared.  */
static void
test_many_added_tokens (void)
{
  g_autoptr (GString)         json = g_string_new ("{\"model\":" MODEL ",\"added_tokens\":[");
  g_autofree gchar           *text = g_strnfill (60000, 'a');
  g_autoptr (PiscesTokenizer) tokenizer = NULL;
  g_autoptr (GError)          error     = NULL;
  gint                        i;

  for (i = 0; i < 30000; i++)
    g_string_append_printf (json, "%s{\"id\":%d,\"content\":\"aaaaaaaaa%d\"}", i ? "," : "", i + 10, i);
  g_string_append (json, "]}");

  tokenizer = load (json->str, &error);
  g_assert_no_error (error);
  assert_ends (tokenizer, text, PISCES_ERROR_MODEL_INVALID, "too long");
}

static void
test_texts (void)
{
  g_autoptr (PiscesTokenizer) tokenizer = load (NORMALIZERS ("{\"type\":\"NFC\"}"), NULL);
  g_autofree gchar           *endless   = g_strnfill (3 << 20, 'a');
  g_autoptr (GString)         accents   = g_string_new ("a");
  gint                        i;

  assert_ends (tokenizer, endless, PISCES_ERROR_INVALID_REQUEST, "bytes");

  for (i = 0; i < 200000; i++)
    g_string_append (accents, i % 2 ? "\314\200" : "\314\243");
  assert_ends (tokenizer, accents->str, PISCES_ERROR_MODEL_INVALID, "accents");
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (20 * 1000);
  g_cancellable_cancel (data);

  return NULL;
}

static void
test_stopped (void)
{
  g_autoptr (PiscesTokenizer) tokenizer   = load (SLOW, NULL);
  g_autoptr (GCancellable)    cancellable = g_cancellable_new ();
  g_autoptr (GArray)          ids         = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GString)         text        = g_string_new (NULL);
  g_autoptr (GError)          error       = NULL;
  GThread                    *thread;
  gint                        i;

  /* A long text is allowed more time, so the other thread has the time to
   * cancel it.  */
  for (i = 0; i < 40000; i++)
    g_string_append (text, "\305\213");
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (pisces_tokenizer_encode (tokenizer, text->str, ids, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpuint (ids->len, ==, 0);
}

static void
test_memory (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  g_test_message ("%ld MiB at most", usage.ru_maxrss / 1024);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (usage.ru_maxrss / 1024, <, MAX_MIB);
#endif
}

int
main (int   argc,
      char *argv[])
{
  gint  result;

  g_test_init (&argc, &argv, NULL);

  folder = make_folder ();
  path   = g_build_filename (folder, "tokenizer.json", NULL);

  g_test_add_func ("/hostile-tokenizer/refused-at-once", test_refused_at_once);
  g_test_add_func ("/hostile-tokenizer/honest-ones-are-taken", test_taken);
  g_test_add_func ("/hostile-tokenizer/sizes", test_sizes);
  g_test_add_func ("/hostile-tokenizer/one-hash", test_one_hash);
  g_test_add_func ("/hostile-tokenizer/slow-text", test_slow_text);
  g_test_add_func ("/hostile-tokenizer/many-added-tokens", test_many_added_tokens);
  g_test_add_func ("/hostile-tokenizer/texts", test_texts);
  g_test_add_func ("/hostile-tokenizer/can-be-stopped", test_stopped);
  g_test_add_func ("/hostile-tokenizer/little-memory", test_memory);

  result = g_test_run ();

  remove_folder (folder);
  g_free (folder);
  g_free (path);

  return result;
}
