/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word with one wrong letter is read as the word that was meant, and the
 * user is told; a word with another meaning is not changed.
 */

#include "engine/families/pisces/model.h"
#include "tests/engine/fixture.h"

static const struct
{
  const gchar *text, *read;
} cases[] =
{
  /* A letter is missing, added, changed, or two are exchanged.  */
  { "a red traingle",        "a red triangle"   },
  { "a red trangle",         "a red triangle"   },
  { "a red triiangle",       "a red triangle"   },
  { "a red triangel",        "a red triangle"   },
  { "a red triabgle",        "a red triangle"   },
  { "two Mushrooom",         "two mushroom"     },
  { "a yelow flowr",         "a yellow flower"  },
  { "a umbrela, orenge",     "a umbrella, orange" },
  { "(purpel) heart",        "purple heart"     },
  /* A short word with one letter too many; the same letter twice is a slip.  */
  { "a starr",               "a star"           },
  { "two carrs",             "two cars"         },
  { "a stair",               "a something"      },
  /* Both "cloud" and "crowd" differ in one letter; a thing is meant.  */
  { "a white clowd",         "a white cloud"    },
  /* Two wrong letters are too many, and so is one in a short word.  */
  { "a red trinagel",        "a red something"  },
  { "a red tre",             "a red something"  },
  { "a rde star",            "a something star" },
  /* Real words with another meaning.  */
  { "a horse",               "a something"      },
  { "a mouse",               "a something"      },
  { "a block of clouds",     "a something of clouds" },
  { "hearth and boots",      "something and something" },
  /* Letters that are not English: one letter may be more than one byte.  */
  { "a trïangle",            "a something"      },
  { "triangle2z",            "something"        }
};

/* A model without a word for the unknown gets nothing instead.  */
static gchar *
without_something (const gchar *text)
{
  g_auto (GStrv)      words = g_strsplit (text, " ", -1);
  g_autoptr (GString) left  = g_string_new (NULL);

  for (guint i = 0; words[i]; i++)
    if (! g_str_equal (words[i], "something"))
      g_string_append_printf (left, "%s%s", left->len ? " " : "", words[i]);

  return g_string_free (g_steal_pointer (&left), FALSE);
}

static void
test_mended (void)
{
  g_autoptr (GError)  error = NULL;
  PiscesModel        *model = pisces_model_load_words (PISCES_NANO, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PiscesPromptCheck) check   = pisces_prompt_check (model, cases[i].text);
      g_autofree gchar             *without = without_something (cases[i].read);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (check->as_read, ==,
                       model->settings.unknown_word ? cases[i].read : without);
    }
  pisces_model_free (model);
}

static void
test_told (void)
{
  g_autoptr (GError)             error     = NULL;
  PiscesModel                   *model     = pisces_model_load_words (PISCES_NANO, &error);
  g_autoptr (PiscesPromptCheck)  check     = NULL;
  g_auto (GStrv)                 sentences = NULL;

  g_assert_no_error (error);
  check = pisces_prompt_check (model, "A Traingle, a cat, another Traingle");
  g_assert_cmpuint (g_strv_length (check->mended_words), ==, 2);
  g_assert_cmpstr (check->mended_words[0], ==, "Traingle");
  g_assert_cmpstr (check->mended_words[1], ==, "triangle");
  g_assert_cmpstr (check->unknown_words[0], ==, "cat");

  sentences = pisces_prompt_check_get_sentences (check);
  g_assert_nonnull (strstr (sentences[0], "“cat”"));
  g_assert_cmpstr (sentences[1], ==, "“Traingle” is read as “triangle”.");
  pisces_model_free (model);
}

/* What a user writes into a plan is not corrected.  */
static void
test_plans (void)
{
  g_autoptr (GError)  error  = NULL;
  PiscesModel        *model  = pisces_model_load_words (PISCES_NANO, &error);
  PiscesJob           job    = { .warnings = g_ptr_array_new_with_free_func (g_free) };
  g_autofree gchar   *clean  = NULL;

  g_assert_no_error (error);
  clean = pisces_prompt_clean_text (model, "white background; red traingle x3 y4 s5",
                                    TRUE, &job, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (strstr (clean, "triangle"));
  g_assert_nonnull (strstr (job.warnings->pdata[0], "traingle"));
  g_ptr_array_unref (job.warnings);
  pisces_model_free (model);
}

static void
test_set (void)
{
  g_autoptr (GHashTable) words = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (words, "apple");
  g_hash_table_add (words, "apples");
  g_hash_table_add (words, "tree");

  g_assert_cmpstr (pisces_spelling_mend (words, NULL, "aple"), ==, "apple");
  g_assert_cmpstr (pisces_spelling_mend (words, NULL, "appless"), ==, "apples");
  /* It is equally close to both words.  */
  g_assert_null (pisces_spelling_mend (words, NULL, "appler"));
  /* A short word must have one letter too many to be corrected.  */
  g_assert_cmpstr (pisces_spelling_mend (words, NULL, "trees"), ==, "tree");
  g_assert_null (pisces_spelling_mend (words, NULL, "trer"));
  g_hash_table_add (words, "below");
  g_hash_table_add (words, "yellow");
  g_assert_cmpstr (pisces_spelling_mend (words, NULL, "yelow"), ==, "yellow");
  g_assert_cmpstr (pisces_spelling_mend (words, NULL, "belov"), ==, "below");
  g_assert_cmpstr (pisces_spelling_mend (words, NULL, "kbelow"), ==, "below");
  g_assert_null (pisces_spelling_mend (words, NULL, "ap"));
  g_assert_null (pisces_spelling_mend (words, NULL, ""));
  g_assert_null (pisces_spelling_mend (words, NULL, "appl3"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spelling/mended", test_mended);
  g_test_add_func ("/spelling/told", test_told);
  g_test_add_func ("/spelling/plans", test_plans);
  g_test_add_func ("/spelling/set", test_set);

  return g_test_run ();
}
