/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With any punctuation, the words that are searched in the vocabulary are
 * those that the model reads: known words are never lost beside a punctuation
 * mark, and an unknown word is named.
 */

#include <glib/gstdio.h>

#include "engine/families/pisces/model.h"
#include "tests/engine/fixture.h"

static PiscesModel *
load_words (void)
{
  g_autoptr (GError)  error = NULL;
  PiscesModel        *model = pisces_model_load_words (PISCES_NANO, &error);

  g_assert_no_error (error);

  return model;
}

/* The text that the model gets, and the warnings about it.  */
static gchar *
clean (PiscesModel *model,
       const gchar *text,
       TextKind     kind,
       GPtrArray  **warnings)
{
  PiscesJob          job   = { .warnings = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (GError) error = NULL;
  gchar             *read  = pisces_prompt_clean_text (model, text, kind, &job, NULL, &error);

  g_assert_no_error (error);
  if (warnings)
    *warnings = job.warnings;
  else
    g_ptr_array_unref (job.warnings);

  return read;
}

static void
assert_same_tokens (PiscesModel *model,
                    const gchar *text,
                    const gchar *plain)
{
  g_autoptr (GArray) ids    = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (gint32));
  /* This is a plan and not a prompt, from which "no" and what follows would be
   * left out.  */
  g_autofree gchar  *read   = clean (model, text, TEXT_OTHER, NULL);

  g_test_message ("%s", text);
  pisces_tokenizer_encode_plain (model->tokenizer, read, ids, NULL, NULL);
  pisces_tokenizer_encode_plain (model->tokenizer, plain, wanted, NULL, NULL);
  g_assert_cmpmem (ids->data, ids->len * 4, wanted->data, wanted->len * 4);
}

/* plain: has a %s for an unknown word.  */
static void
assert_same_with_unknown (PiscesModel *model,
                          const gchar *text,
                          const gchar *plain)
{
  const gchar       *unknown = model->settings.unknown_word;
  g_auto (GStrv)     parts   = g_strsplit (plain, "%s", -1);
  g_autofree gchar  *read    = g_strjoinv (unknown ? unknown : "", parts);

  assert_same_tokens (model, text, g_strstrip (read));
}

/* Spellings that were drawn wrongly before, and similar ones.  */
static const gchar *const red_stars[] =
{
  "(red star)", "[red star]", "{red star}", "<red star>", "red-star",
  "red,star", "red/star", "red\\star", "red_star", "red.star", "red+star",
  "red|star", "red:star", "red=star", "red*star", "red@star", "red~star",
  "\"red\" star", "'red' star", "“red” star", "‘red’ star", "«red» star",
  "„red“ star", "「red」 star", "*red* star", "**red star**", "__red__ star",
  "`red star`", "#red #star", "red — star", "red–star", "red…star",
  "red star!!!", "!red! !star!", "¡red star!", "…red star", "(red) (star)",
  "((red star))", "red'star", "red & star", "red%star", "$red star",
  "red\nstar", "red\r\nstar", "red\tstar", "red  star", "  red   star  ",
  "red\xc2\xa0star", "red\xe2\x80\xafstar", "red\xe3\x80\x80star",
  "red\xe2\x80\x8bstar", "re\xc2\xad" "d star", "\xef\xbb\xbfred star",
  "red\xe2\x80\x8e star", "\xe2\x80\xaered star\xe2\x80\xac",
  "RED STAR", "Red Star", "rEd sTAR", "ｒｅｄ ｓｔａｒ", "ＲＥＤ　ＳＴＡＲ",
  "（ｒｅｄ，ｓｔａｒ）", "𝗿𝗲𝗱 𝘀𝘁𝗮𝗿", "ⓡⓔⓓ star", "´red´ star", "¨red¨ star",
  "⭐ red star", "⭐red star⭐", "red⭐star", "🔴red⭐star", "red❤️star",
  "👩‍👩‍👧red star👍🏽", "red🇩🇪star", "red\x01star", "red\x7fstar", "red™ star"
};

static void
test_red_stars (void)
{
  PiscesModel *model = load_words ();

  for (guint i = 0; i < G_N_ELEMENTS (red_stars); i++)
    assert_same_tokens (model, red_stars[i], "red star");

  assert_same_tokens (model, "a \"red\" star", "a red star");
  assert_same_tokens (model, "2stars", "2 stars");
  assert_same_tokens (model, "2red stars", "2 red stars");
  assert_same_tokens (model, "a ghost's house", "a ghost house");
  assert_same_tokens (model, "a ghost’s house", "a ghost house");
  assert_same_tokens (model, "red star.", "red star.");
  assert_same_tokens (model, "red star .", "red star.");
  assert_same_tokens (model, "red star..., blue fish", "red star, blue fish");
  assert_same_tokens (model, "", "");
  assert_same_tokens (model, "...", "");
  assert_same_with_unknown (model, "dragon red star", "%s red star");
  assert_same_with_unknown (model, "red-dragon-star", "red %s star");
  assert_same_with_unknown (model, "red/drágon/star", "red %s star");
  assert_same_with_unknown (model, "红 red star", "%s red star");

  pisces_model_free (model);
}

/* The model's own words, with the punctuation that separated them.  */
static void
test_every_word (void)
{
  PiscesModel    *model = load_words ();
  GHashTableIter  iter;
  gpointer        word;

  g_assert_cmpuint (g_hash_table_size (model->settings.words), >, 100);

  g_hash_table_iter_init (&iter, model->settings.words);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    {
      const gchar *shapes[] = { "(%s)", "\"%s\"", "x%s-", "“%s”", "*%s*", "%s!", "_%s_" };

      for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
        {
          g_auto (GStrv)    parts = g_strsplit (shapes[i], "%s", 2);
          g_autofree gchar *text  = NULL;

          if (i == 2)
            text = g_strconcat ("red-", word, "-star", NULL);
          else
            text = g_strconcat ("red ", parts[0], word, parts[1], " star", NULL);

          {
            g_autofree gchar *plain = g_strconcat ("red ", word, " star", NULL);

            assert_same_tokens (model, text, plain);
          }
        }
    }
  pisces_model_free (model);
}

static void
test_named (void)
{
  static const struct { const gchar *text, *word; } cases[] =
  {
    { "a red dragon",         "dragon"   }, { "(dragon) red star",  "dragon"  },
    { "a red-dragon-star",    "dragon"   }, { "didn't draw",        "didn't"  },
    { "⭐ red star",          "⭐"       }, { "red⭐star",          "⭐"      },
    { "a red b",              "b"        }, { "a red wit",          "wit"     },
    { "9 stars",              "9"        }, { "star9",              "star9"   },
    { "3z star",              "3z"       }, { "z7 red star",        "z7"      },
    { "ｄｒａｇｏｎ star",    "ｄｒａｇｏｎ" }, { "红星",            "红星"    },
    { "redstar",              "redstar"  }, { "₨ star",             "₨"       },
    { "isn’t red",            "isn’t"    }, { "l’été",              "l’été"   },
    { "red ⅞ star",           "⅞"        }, { "👩‍👩‍👧 star",            "👩‍👩‍👧"     }
  };
  PiscesModel *model = load_words ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PiscesPromptCheck) check = pisces_prompt_check (model, cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (g_strv_length (check->unknown_words), ==, 1);
      g_assert_cmpstr (check->unknown_words[0], ==, cases[i].word);
    }
  pisces_model_free (model);
}

/* The places in a plan are kept; an unknown word in it is reported too.  */
static void
test_plans (void)
{
  static const gchar plan[] = "transparent background; red star x8 y13 s7; blue fish x2 y2 s0";
  PiscesModel           *model    = load_words ();
  g_autoptr (GPtrArray)  none     = NULL;
  g_autoptr (GPtrArray)  some     = NULL;
  g_autofree gchar      *same     = clean (model, plan, TEXT_PLAN, &none);
  g_autofree gchar      *changed  = clean (model, "red background;red dragon x8 y2 s7", TEXT_PLAN, &some);
  g_autofree gchar      *normal   = pisces_tokenizer_normalize (model->tokenizer, changed, NULL, NULL);
  g_autoptr (GPtrArray)  far      = NULL;
  g_autofree gchar      *nowhere  = clean (model, "red star x123 y2 s7", TEXT_PLAN, &far);

  g_assert_cmpstr (same, ==, plan);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (normal, ==, "red background; red x8 y2 s7");
  g_assert_cmpuint (some->len, ==, 1);
  g_assert_nonnull (strstr (some->pdata[0], "“dragon”"));

  /* No place has three digits.  */
  g_assert_null (strstr (nowhere, "x123"));
  g_assert_cmpuint (far->len, ==, 1);
  g_assert_nonnull (strstr (far->pdata[0], "“x123”"));

  pisces_model_free (model);
}

/* From any text, only tokens that the model was trained with reach it.  */
static void
test_anything (void)
{
  static const gchar *const pieces[] =
  {
    "red", "star", "RED", "blue", "dragon", "a", "b", "2", "9", "x7", "wit", "'", "’",
    "\"", "“", "(", ")", "[", "-", "—", "_", "/", ".", ",", ";", "?", "!", "*",
    "⭐", "👍🏽", "👩‍👩‍👧", "🇩🇪", "❤️", "红", "é", "e\xcc\x81", "\xcc\x81", "½", "①", "™",
    "₨", "№", "´", "ﬁ", "ｒｅｄ", "\xc2\xa0", "\xe2\x80\x8b", "\xe2\x80\x8d",
    "\xc2\xad", "\xef\xbb\xbf", " ", " ", " ", "\t", "\n", "\x01", "ß", "İ", "Σ"
  };
  PiscesModel            *model   = load_words ();
  g_autoptr (GHashTable)  trained = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray)      ids     = g_array_new (FALSE, FALSE, sizeof (gint32));
  GRand                  *rand    = g_rand_new_with_seed (12);
  GHashTableIter          iter;
  gpointer                word;

  g_hash_table_iter_init (&iter, model->settings.words);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    pisces_tokenizer_encode_plain (model->tokenizer, word, ids, NULL, NULL);
  pisces_tokenizer_encode_plain (model->tokenizer, "a. a, a; a?", ids, NULL, NULL);
  if (model->settings.unknown_word)
    pisces_tokenizer_encode_plain (model->tokenizer, model->settings.unknown_word, ids, NULL,
                                   NULL);
  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (trained, GINT_TO_POINTER (g_array_index (ids, gint32, i)));

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString)  text = g_string_new (NULL);
      g_autofree gchar    *read = NULL;
      gint                 n    = g_rand_int_range (rand, 1, 12);

      while (n-- > 0)
        if (g_rand_int_range (rand, 0, 12) == 0)
          {
            gunichar c = g_rand_int_range (rand, 1, 0x20000);

            if (g_unichar_validate (c))
              g_string_append_unichar (text, c);
          }
        else
          {
            g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
          }

      read = clean (model, text->str, TEXT_PROMPT, NULL);
      g_array_set_size (ids, 0);
      pisces_tokenizer_encode_plain (model->tokenizer, read, ids, NULL, NULL);
      for (guint i = 0; i < ids->len; i++)
        if (! g_hash_table_contains (trained, GINT_TO_POINTER (g_array_index (ids, gint32, i))))
          {
            g_autofree gchar *shown = g_strescape (text->str, NULL);
            g_autofree gchar *gone  = g_strescape (read, NULL);

            g_error ("“%s”, read as “%s”, has token %d", shown, gone,
                     g_array_index (ids, gint32, i));
          }
    }

  g_rand_free (rand);
  pisces_model_free (model);
}

/* A stranger's tokenizer that takes long for ŋ: each of many words would take
 * that time, and the check runs while somebody is writing.
 */
static void
test_slow_tokenizer (void)
{
  static const gchar slow[] = "(?:ŋ?){24}ŋ{24}c|.";
  g_autofree gchar  *folder = g_dir_make_tmp ("pisces-words.XXXXXX", NULL);
  g_autofree gchar  *path   = g_build_filename (folder, "tokenizer.json", NULL);
  g_autoptr (GString) text  = g_string_new (NULL);

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (text, "%u%s ", i, "ŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋŋ");

  /* In the pieces of words, and in the normalizer.  */
  for (guint i = 0; i < 2; i++)
    {
      g_autofree gchar *step = g_strdup_printf (
        i == 0 ? "\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"%s\"},"
                 "\"behavior\": \"Isolated\"}"
               : "\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"%s\"},"
                 "\"content\": \"a\"}", slow);
      g_autofree gchar *json = g_strdup_printf (
        "{%s, \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}", step);
      g_autoptr (GError)            error = NULL;
      g_autoptr (PiscesPromptCheck) check = NULL;
      PiscesModel                   model = { .max_positions = 512 };
      PiscesJob                     job   = { .warnings = g_ptr_array_new () };
      gint64                        begun;

      g_file_set_contents (path, json, -1, NULL);
      model.tokenizer = pisces_tokenizer_load (path, &error);
      g_assert_no_error (error);
      model.settings.closed_vocabulary = TRUE;
      if (i == 1)
        model.settings.words = g_hash_table_new (g_str_hash, g_str_equal);

      begun = g_get_monotonic_time ();
      check = pisces_prompt_check (&model, text->str);
      g_assert_cmpuint (check->n_bytes, ==, text->len);
      g_assert_cmpuint (g_strv_length (check->unknown_words), ==, 0);
      g_assert_null (pisces_prompt_clean_text (&model, text->str, TEXT_PROMPT, &job, NULL, &error));
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
      g_assert_nonnull (strstr (error->message, "too long"));
      g_assert_cmpint (g_get_monotonic_time () - begun, <, 60 * G_TIME_SPAN_SECOND);

      pisces_tokenizer_free (model.tokenizer);
      g_clear_pointer (&model.settings.words, g_hash_table_unref);
      g_ptr_array_unref (job.warnings);
    }
  g_remove (path);
  g_rmdir (folder);
}

/* With the whole model: all of them give a plan with a red star.  */
static void
test_red_stars_are_planned (void)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("red star");
  g_autofree gchar                 *wanted  = NULL;

  request->temperature = 0.0;
  wanted = pisces_engine_plan (engine, request, NULL, NULL, NULL, NULL);
  g_assert_nonnull (strstr (wanted, "red star"));

  for (guint i = 0; i < G_N_ELEMENTS (red_stars); i += 5)
    {
      g_autofree gchar *plan = NULL;

      g_free (request->prompt);
      request->prompt = g_strdup (red_stars[i]);
      plan = pisces_engine_plan (engine, request, NULL, NULL, NULL, NULL);
      g_assert_cmpstr (plan, ==, wanted);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/red-stars", test_red_stars);
  g_test_add_func ("/words/every-word", test_every_word);
  g_test_add_func ("/words/named", test_named);
  g_test_add_func ("/words/plans", test_plans);
  g_test_add_func ("/words/anything", test_anything);
  g_test_add_func ("/words/slow-tokenizer", test_slow_tokenizer);
  g_test_add_func ("/words/red-stars-are-planned", test_red_stars_are_planned);

  return g_test_run ();
}
