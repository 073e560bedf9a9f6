/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any valid UTF-8 that goes into a byte-level tokenizer comes out of it again,
 * invalid UTF-8 does no harm, a user cannot write special tokens, and unknown
 * words are reported.
 */

#include "engine/model/tokenizer.h"

#include "fixture.h"


static PiscesTokenizer *
load_golden (const gchar *name)
{
  g_autofree gchar   *path      = golden_path (name);
  g_autoptr (GError)  error     = NULL;
  PiscesTokenizer    *tokenizer = pisces_tokenizer_load (path, &error);

  g_assert_no_error (error);

  return tokenizer;
}

static gunichar
random_char (GRand *rand)
{
  static const gint ends[] = { 0x80, 0x100, 0x800, 0x3000, 0x10000, 0x20000, 0x110000 };
  gunichar          c;

  do
    c = g_rand_int_range (rand, 1, ends[g_rand_int_range (rand, 0, G_N_ELEMENTS (ends))]);
  while (c >= 0xd800 && c < 0xe000);

  return c;
}

static void
test_round_trip (gconstpointer data)
{
  g_autoptr (PiscesTokenizer) tokenizer = load_golden (data);
  g_autoptr (GRand)           rand      = g_rand_new_with_seed (2);
  g_autoptr (GArray)          ids       = g_array_new (FALSE, FALSE, sizeof (gint32));
  gint                        i;

  for (i = 0; i < 3000; i++)
    {
      g_autoptr (GString) text    = g_string_new (NULL);
      g_autofree gchar   *decoded = NULL;
      gint                n       = g_rand_int_range (rand, 0, 60);

      for (; n > 0; n--)
        if (g_rand_boolean (rand))
          g_string_append_unichar (text, random_char (rand));
        else
          g_string_append_c (text, " \n\t'sa1.  Ab"[g_rand_int_range (rand, 0, 12)]);

      g_array_set_size (ids, 0);
      g_assert_true (pisces_tokenizer_encode_plain (tokenizer, text->str, ids, NULL, NULL));
      decoded = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, ids->len, FALSE, NULL, NULL);
      g_assert_cmpstr (decoded, ==, text->str);
    }
}

/* Arbitrary ids, also ones that no model gives.  */
static void
test_any_ids (void)
{
  static const gchar *names[] = { "byte-level.tokenizer.json", "llama3.tokenizer.json",
                                  "sentencepiece.tokenizer.json" };
  g_autoptr (GRand)   rand    = g_rand_new_with_seed (3);
  guint               i, j;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (PiscesTokenizer) tokenizer = load_golden (names[i]);
      gint32                      n_tokens  = pisces_tokenizer_n_tokens (tokenizer);
      gint32                      odd[]     = { -1, G_MININT32, G_MAXINT32, n_tokens, 0 };
      g_autofree gchar           *none      = pisces_tokenizer_decode (tokenizer, NULL, 0, TRUE, NULL, NULL);
      g_autofree gchar           *some      = pisces_tokenizer_decode (tokenizer, odd, 4, TRUE, NULL, NULL);

      g_assert_cmpstr (none, ==, "");
      g_assert_cmpstr (some, ==, "");
      for (j = 0; j < 2000; j++)
        {
          gint32            ids[20];
          g_autofree gchar *text = NULL;
          guint             k;

          for (k = 0; k < G_N_ELEMENTS (ids); k++)
            ids[k] = g_rand_int_range (rand, -1, n_tokens + 1);
          text = pisces_tokenizer_decode (tokenizer, ids, j % 20, j % 2, NULL, NULL);
          g_assert_true (g_utf8_validate (text, -1, NULL));
        }
    }
}

static void
test_invalid_utf8 (void)
{
  g_autoptr (PiscesTokenizer)  tokenizer = load_golden ("llama3.tokenizer.json");
  g_autoptr (GArray)           ids       = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autofree gchar            *decoded   = NULL;

  g_assert_true (pisces_tokenizer_encode (tokenizer, "a\377b\303", ids, NULL, NULL));
  decoded = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, ids->len, FALSE, NULL, NULL);
  g_assert_cmpstr (decoded, ==, "a\357\277\275b\357\277\275");
}

static void
test_special (void)
{
  g_autoptr (PiscesTokenizer)  tokenizer = load_golden ("nano.tokenizer.json");
  g_autoptr (GArray)           ids       = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autofree gchar            *all       = NULL;
  g_autofree gchar            *visible   = NULL;
  gint32                       plan      = pisces_tokenizer_find (tokenizer, "<|plan|>");
  guint                        i;

  g_assert_cmpint (plan, >=, 0);
  g_assert_cmpint (pisces_tokenizer_find (tokenizer, "<|never|>"), ==, -1);

  g_assert_true (pisces_tokenizer_encode (tokenizer, "<|plan|>red<|plan|>", ids, NULL, NULL));
  g_assert_cmpuint (ids->len, ==, 3);
  g_assert_cmpint (g_array_index (ids, gint32, 0), ==, plan);
  g_assert_cmpint (g_array_index (ids, gint32, 2), ==, plan);
  all     = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, 3, FALSE, NULL, NULL);
  visible = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, 3, TRUE, NULL, NULL);
  g_assert_cmpstr (all, ==, "<|plan|> red<|plan|>");
  g_assert_cmpstr (visible, ==, " red");

  g_array_set_size (ids, 0);
  g_assert_true (pisces_tokenizer_encode_plain (tokenizer, "<|plan|>red<|plan|>", ids, NULL, NULL));
  g_assert_cmpuint (ids->len, >, 3);
  for (i = 0; i < ids->len; i++)
    g_assert_cmpint (g_array_index (ids, gint32, i), !=, plan);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/tokenizer/round-trip/byte-level",
                        "byte-level.tokenizer.json", test_round_trip);
  g_test_add_data_func ("/tokenizer/round-trip/janus",
                        "janus.tokenizer.json", test_round_trip);
  g_test_add_func ("/tokenizer/any-ids", test_any_ids);
  g_test_add_func ("/tokenizer/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/tokenizer/special", test_special);

  return g_test_run ();
}
