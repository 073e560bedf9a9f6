/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text that is normalised in parts gives the same as when it is normalised
 * as a whole, in all four forms, wherever the parts end; and a long one takes
 * no more time per byte than a short one.
 */

#include <time.h>

#include "engine/model/tokenizer-private.h"

#include "fixture.h"

#define N_TEXTS     600
#define MAX_LENGTH  700

static const struct { const gchar *name; GNormalizeMode mode; } forms[] =
{
  { "NFC",  G_NORMALIZE_NFC  }, { "NFD",  G_NORMALIZE_NFD  },
  { "NFKC", G_NORMALIZE_NFKC }, { "NFKD", G_NORMALIZE_NFKD }
};

static GPtrArray *
normalizer (const gchar *form)
{
  g_autofree gchar *json = g_strdup_printf ("{\"type\":\"%s\"}", form);
  yyjson_doc       *doc  = yyjson_read (json, strlen (json), 0);
  GPtrArray        *steps;

  steps = pisces_normalizers_read (yyjson_doc_get_root (doc), "tokenizer.json", NULL);
  yyjson_doc_free (doc);

  return steps;
}

static gchar *
normalize (const gchar *form,
           const gchar *text)
{
  g_autoptr (GPtrArray)  steps = normalizer (form);
  g_autoptr (GError)     error = NULL;
  PiscesTextWork         work;
  gchar                 *out;

  pisces_text_work_init (&work, "tokenizer.json", strlen (text), NULL);
  out = pisces_normalizers_run (steps, &work, text, strlen (text));
  pisces_text_work_finish (&work, &error);
  g_assert_no_error (error);

  return out;
}

/* Letters, marks, Hangul in its three kinds of parts and forms, half-width
 * kana, Indic vowels, ligatures: everything that is joined with what comes
 * before.  */
static gunichar
draw_character (GRand *rand)
{
  static const gunichar ranges[][2] =
    {
      { 'a', 'z' }, { ' ', '0' }, { 0xc0, 0x17f }, { 0x300, 0x36f }, { 0x3b1, 0x3ce },
      { 0x9b0, 0x9d7 }, { 0xb40, 0xb57 }, { 0xdca, 0xddf }, { 0x1025, 0x1037 },
      { 0x1100, 0x1112 }, { 0x1160, 0x11c2 }, { 0x1b05, 0x1b35 }, { 0x1e00, 0x1eff },
      { 0x3041, 0x309f }, { 0x30a1, 0x30ff }, { 0x3130, 0x318f }, { 0xac00, 0xac80 },
      { 0xf900, 0xfa0d }, { 0xfb00, 0xfb06 }, { 0xfb1d, 0xfb4f }, { 0xfdf0, 0xfdfc },
      { 0xff66, 0xffdc }, { 0x11099, 0x110bf }, { 0x1d15e, 0x1d165 }, { 0x1f600, 0x1f640 }
    };
  const guint i = g_rand_int_range (rand, 0, G_N_ELEMENTS (ranges));

  return g_rand_int_range (rand, ranges[i][0], ranges[i][1] + 1);
}

static void
test_same (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  guint             i, f;
  gint              n;

  for (i = 0; i < N_TEXTS; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (n = g_rand_int_range (rand, 150, MAX_LENGTH); n > 0; n--)
        g_string_append_unichar (text, draw_character (rand));
      for (f = 0; f < G_N_ELEMENTS (forms); f++)
        {
          g_autofree gchar *found    = normalize (forms[f].name, text->str);
          g_autofree gchar *expected = g_utf8_normalize (text->str, -1, forms[f].mode);

          g_assert_cmpstr (found, ==, expected);
        }
    }
}

/* Two characters that become one, with the end of a part between them in every
 * possible place.  */
static void
test_pairs (void)
{
  static const gunichar pairs[][2] =
    {
      { 'e', 0x301 }, { 0x1100, 0x1161 }, { 0xac00, 0x11a8 }, { 0x3131, 0x314f },
      { 0xff76, 0xff9e }, { 0xff8a, 0xff9f }, { 0xffa1, 0xffc2 }, { 0x9c7, 0x9be },
      { 0x1025, 0x102e }, { 0xdd9, 0xdcf }, { 0x11099, 0x110ba }, { 0x3046, 0x3099 }
    };
  guint i, f, n;

  for (i = 0; i < G_N_ELEMENTS (pairs); i++)
    for (n = 500; n < 520; n++)
      for (f = 0; f < G_N_ELEMENTS (forms); f++)
        {
          g_autoptr (GString) text     = g_string_new (NULL);
          g_autofree gchar   *found    = NULL;
          g_autofree gchar   *expected = NULL;

          g_string_set_size (text, n);
          memset (text->str, 'x', n);
          g_string_append_unichar (text, pairs[i][0]);
          g_string_append_unichar (text, pairs[i][1]);
          found    = normalize (forms[f].name, text->str);
          expected = g_utf8_normalize (text->str, -1, forms[f].mode);
          g_assert_cmpstr (found, ==, expected);
        }
}

static void
test_linear (void)
{
  g_autoptr (GString) text  = g_string_new (NULL);
  g_autofree gchar   *out   = NULL;
  struct timespec     begin, end;
  gint                i;

  for (i = 0; i < 500000; i++)
    g_string_append (text, "é");

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &begin);
  out = normalize ("NFC", text->str);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &end);
  g_assert_cmpstr (out, ==, text->str);
  g_assert_cmpint (end.tv_sec - begin.tv_sec, <, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/normalizer/parts-make-the-whole", test_same);
  g_test_add_func ("/normalizer/pairs-stay-together", test_pairs);
  g_test_add_func ("/normalizer/long-texts", test_linear);

  return g_test_run ();
}
