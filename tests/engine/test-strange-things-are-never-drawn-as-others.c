/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user who asks for nothing that nano knows gets a sentence that says what
 * it knows, and not a picture of something else.
 */

#include "tests/engine/fixture.h"

static gchar *
plan_of (const gchar  *prompt,
         GError      **error)
{
  static PiscesEngine              *engine  = NULL;
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);

  if (! engine)
    engine = pisces_engine_new (PISCES_NANO, "cpu");
  request->temperature = 0.0;

  return pisces_engine_plan (engine, request, NULL, NULL, NULL, error);
}

static void
test_only_strange (void)
{
  static const gchar *const prompts[] =
  {
    "a red cat on a blue sofa", "a dinosaur", "three robots and a green pizza",
    "draw me an elephant, please", "猫", "ein roter Stern"
  };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree gchar  *plan  = plan_of (prompts[i], &error);

      g_test_message ("%s: %s", prompts[i], plan);
      g_assert_null (plan);
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_assert_nonnull (strstr (error->message, "umbrella"));
    }
}

/* Words that the model knows, but no thing.  */
static void
test_nothing (void)
{
  static const gchar *const prompts[] =
  {
    "the", "red", "two", "no stars", "without trees", "a picture, please",
    "not a moon, no clouds", "NO Stars", "draw a big one", "!!!"
  };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree gchar  *plan  = plan_of (prompts[i], &error);

      g_test_message ("%s: %s", prompts[i], plan);
      g_assert_null (plan);
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_assert_nonnull (strstr (error->message, "umbrella"));
    }
}

static void
test_drawing_ends_too (void)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red cat on a blue sofa");
  g_autoptr (PiscesGenerateResult)  refused = NULL;
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (GError)                error   = NULL;

  request->temperature = 0.0;
  request->steps       = 1;
  refused = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, "cat, sofa"));

  /* A user who writes a plan knows what is in it.  */
  g_clear_error (&error);
  request->plan = g_strdup ("white background");
  drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (drawn->pictures->len, ==, 1);
  g_assert_nonnull (strstr (drawn->warnings[0], "left them out"));

  /* But a plan that names nothing is refused.  */
  g_clear_pointer (&request->plan, g_free);
  g_clear_pointer (&request->prompt, g_free);
  request->prompt = g_strdup ("a red star");
  request->plan   = g_strdup ("zzz");
  refused = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, "zzz"));
}

/* If the prompt names one thing that the model knows, it is drawn, and so is
 * an empty background.
 */
static void
test_known_beside_strange (void)
{
  static const char *const prompts[] =
  {
    "a red cat next to a green tree", "a dinosaur and a shiny blue star",
    "a nice black background", "two Stars in a spaceship", "a traingle, smiling"
  };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree gchar  *plan  = plan_of (prompts[i], &error);

      g_test_message ("%s: %s", prompts[i], plan);
      g_assert_no_error (error);
      g_assert_nonnull (plan);
    }
}

/* The user is told while writing.  */
static void
test_told_before (void)
{
  g_autoptr (PiscesEngine)      engine    = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesPromptCheck) check     = NULL;
  g_auto (GStrv)                sentences = NULL;

  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, NULL));
  check = pisces_engine_check_prompt (engine, "a red cat on a blue sofa");
  g_assert_nonnull (check->refusal);
  sentences = pisces_prompt_check_get_sentences (check);
  g_assert_cmpstr (sentences[0], ==, check->refusal);
  g_assert_null (sentences[1]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/strange/only", test_only_strange);
  g_test_add_func ("/strange/drawing-ends-too", test_drawing_ends_too);
  g_test_add_func ("/strange/told-before", test_told_before);
  g_test_add_func ("/strange/beside-known", test_known_beside_strange);
  g_test_add_func ("/strange/nothing-named", test_nothing);

  return g_test_run ();
}
