/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "A star without a moon" is read as "a star", because small models draw
 * whatever they read.  And a question about something unknown is not answered
 * as if the unknown word were not there.
 */

#include "engine/families/pisces/model.h"
#include "tests/engine/fixture.h"

static const struct
{
  const gchar *text, *read;
} cases[] =
{
  { "a star without a moon",               "a star"                 },
  { "A red star, no big blue Fish",        "a red star,"            },
  { "no circles and a square",             "and a square"           },
  { "no stars but a moon",                 "but a moon"             },
  { "neither star nor moon, a sun",        "a sun"                  },
  { "a house with no windows and a tree",  "a house with and a tree" },
  { "not a star; two moons",               "two moons"              },
  { "a star. Don't draw the moon. A sun",  "a star. a sun"          },
  { "a star",                              "a star"                 },
};

static void
test_unsaid (void)
{
  g_autoptr (GError)  error = NULL;
  PiscesModel        *model = pisces_model_load_words (PISCES_NANO, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PiscesPromptCheck) check = pisces_prompt_check (model, cases[i].text);
      g_auto (GStrv)                words = g_strsplit_set (check->as_read, " ;", -1);
      g_autoptr (GString)           read  = g_string_new (NULL);

      for (guint j = 0; words[j]; j++)
        if (*words[j] && ! g_str_equal (words[j], "something"))
          g_string_append_printf (read, "%s%s", read->len ? " " : "", words[j]);

      g_test_message ("%s: %s", cases[i].text, read->str);
      g_assert_cmpstr (read->str, ==, cases[i].read);
      g_assert_null (check->refusal);
    }
  pisces_model_free (model);
}

/* A negative prompt names what it does not want.  */
static void
test_other_texts (void)
{
  static const TextKind  kinds[] = { TEXT_QUESTION, TEXT_OTHER };
  g_autoptr (GError)     error   = NULL;
  PiscesModel           *model   = pisces_model_load_words (PISCES_NANO, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      PiscesJob         job  = { .warnings = g_ptr_array_new_with_free_func (g_free) };
      g_autofree gchar *read = pisces_prompt_clean_text (model, "is there no star", kinds[i],
                                                         &job, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (read, ==, "is there no star");
      g_ptr_array_unref (job.warnings);
    }
  pisces_model_free (model);
}

/* A description that names nothing is marked as doubtful: nano's whole text
 * about a picture was once "A."  */
static void
test_descriptions (void)
{
  static const gchar *const empty[] = { "", ".", "A.", "A red.", "There is a small." };
  static const gchar *const full[]  = { "A red star.", "Two moons on a white background." };
  g_autoptr (GError)        error   = NULL;
  g_autofree gchar         *tiny    = tiny_model ();
  PiscesModel              *model   = pisces_model_load_words (PISCES_NANO, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    g_assert_false (pisces_words_name_thing (model, empty[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (full); i++)
    g_assert_true (pisces_words_name_thing (model, full[i], NULL));
  pisces_model_free (model);

  /* A model that lists no things, and may say anything.  */
  model = pisces_model_load_words (tiny, &error);
  g_assert_no_error (error);
  g_assert_false (pisces_words_name_thing (model, " ...", NULL));
  g_assert_true (pisces_words_name_thing (model, "A cat.", NULL));
  pisces_model_free (model);
}

static void
test_questions (void)
{
  static const struct
  {
    const gchar *question, *part;      /* of the refusal; NULL: answered */
  } questions[] =
  {
    { "is there a cat?",          "does not know cat" },
    { "wo ist der Hund",          "does not know wo"  },
    { "",                         "is empty"          },
    { " \n",                      "is empty"          },
    { "are there any stars?",     NULL                },
    { "what is this?",            NULL                },
  };
  g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesImage)  image  = pisces_image_new (64, 64, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autoptr (PiscesDescribeRequest) request = NULL;
      g_autoptr (PiscesDescribeResult)  result  = NULL;
      g_autoptr (GError)                error   = NULL;

      request = pisces_describe_request_new (image, PISCES_DESCRIBE_ANSWER);
      request->question = g_strdup (questions[i].question);
      result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);

      g_test_message ("%s", questions[i].question);
      if (questions[i].part)
        {
          g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
          g_assert_nonnull (strstr (error->message, questions[i].part));
        }
      else
        {
          g_assert_no_error (error);
          g_assert_cmpstr (result->answer, !=, "");
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unsaid/prompts", test_unsaid);
  g_test_add_func ("/unsaid/other-texts", test_other_texts);
  g_test_add_func ("/unsaid/descriptions", test_descriptions);
  g_test_add_func ("/unsaid/questions", test_questions);

  return g_test_run ();
}
