/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever a user writes, or gives to describe, ends in a result or a
 * sentence; a warning says what was ignored.
 */

#include <math.h>

#include "tests/engine/model-copy.h"

static PiscesGenerateResult *
draw (PiscesEngine  *engine,
      const gchar   *prompt,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);

  request->steps = 2;

  return pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
}

static void
assert_draws (PiscesEngine *engine,
              const gchar  *prompt,
              gboolean      warns)
{
  GError                           *error  = NULL;
  g_autoptr (PiscesGenerateResult)  result = draw (engine, prompt, &error);
  PiscesPicture                    *picture;

  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  g_assert_cmpstr (picture->prompt, ==, prompt);
  g_assert_true (g_utf8_validate (picture->plan, -1, NULL));
  if (warns)
    g_assert_cmpuint (g_strv_length (result->warnings), >, 0);
}

/* A model that accepts any word, so that none is unknown.  */
static void
assert_refuses (PiscesEngine *engine,
                const gchar  *prompt)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, "empty"));
}

static void
test_prompts (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  g_autofree gchar        *huge   = g_strnfill (100 * 1000, 'x');
  g_autoptr (GString)      words  = g_string_new (NULL);

  for (gint i = 0; i < 20000; i++)
    g_string_append (words, "star ");

  assert_refuses (engine, "");
  assert_refuses (engine, "   \n\t ");
  assert_draws (engine, "🐟🐠👩‍👩‍👧‍👦", FALSE);
  assert_draws (engine, "<|end_of_text|><|image_start|>{plan}{image}", FALSE);
  assert_draws (engine, "नमस्ते مرحبا 你好", FALSE);
  assert_draws (engine, huge, TRUE);
  assert_draws (engine, words->str, TRUE);
}

static void
test_not_utf8 (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (GError)               error  = NULL;
  g_autoptr (PiscesGenerateResult) result = draw (engine, "a \xff\xfe star", &error);

  g_assert_null (result);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
}

static void
test_numbers (void)
{
  static const struct { guint count, steps; gdouble guidance, temperature; guint seed; } odd[] =
  {
    { 0, 4, 2.0, 0.0, 0 }, { 65, 4, 2.0, 0.0, 0 }, { G_MAXUINT, 4, 2.0, 0.0, 0 },
    { 1, 1000001, 2.0, 0.0, 0 }, { 1, G_MAXUINT, 2.0, 0.0, 0 }, { 1, 4, 1e9, 0.0, 0 },
    { 1, 4, (gdouble) NAN, 0.0, 0 }, { 1, 4, (gdouble) INFINITY, 0.0, 0 },
    { 1, 4, - (gdouble) INFINITY, 0.0, 0 }, { 1, 4, 2.0, (gdouble) NAN, 0 },
    { 1, 4, 2.0, 11.0, 0 }, { 1, 4, 2.0, - (gdouble) INFINITY, 0 },
    { 2, 4, 2.0, 0.0, G_MAXUINT32 }, { 64, 4, 2.0, 0.0, G_MAXUINT32 - 62 },
  };
  g_autoptr (PiscesEngine) engine = tiny_engine ();

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (PiscesGenerateRequest) request = small_request ();
      g_autoptr (PiscesGenerateResult)  result  = NULL;
      g_autoptr (GError)                error   = NULL;

      request->count          = odd[i].count;
      request->steps          = odd[i].steps;
      request->guidance_scale = odd[i].guidance;
      request->temperature    = odd[i].temperature;
      request->seed           = odd[i].seed;
      result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
      g_assert_null (result);
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
    }
}

static void
test_pictures (void)
{
  static const struct { gint width, height; } sizes[] =
  {
    { 1, 1 }, { 1, 20000 }, { 20000, 1 }, { 3, 5 }, { 1000, 700 },
  };
  g_autoptr (PiscesEngine) engine = tiny_engine ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GError                           *error   = NULL;
      g_autoptr (PiscesImage)           image   = pisces_image_new (sizes[i].width, sizes[i].height, &error);
      g_autoptr (PiscesDescribeRequest) request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
      g_autoptr (PiscesDescribeResult)  result  = NULL;

      g_assert_no_error (error);
      result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_utf8_validate (result->short_text, -1, NULL));
    }
}

static void
test_no_picture (void)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PiscesImage) image = pisces_image_new (0, 10, &error);

  g_assert_null (image);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
}

/* Refused memory during a job ends that job; the next one, with memory,
 * succeeds.  */
/* A match with nothing would be a number that says nothing.  */
static void
test_nothing_to_compare_with (void)
{
  g_autoptr (PiscesEngine) engine   = tiny_engine ();
  g_autoptr (PiscesImage)  image    = sample_picture ();
  const gchar             *prompts[] = { "", " \t\n", "\u200b\u00a0" };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    {
      g_autoptr (GError)      error = NULL;
      g_autoptr (PiscesScore) score = pisces_engine_score (engine, image, prompts[i], NULL,
                                                           &error);

      g_assert_null (score);
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_assert_nonnull (strstr (error->message, "nothing to compare"));
    }
}

/* Pictures of a few colours, of which a random model says different things.  */
static void
assert_scores (PiscesEngine *engine,
               const gchar  *prompt)
{
  for (guint shade = 0; shade < 3; shade++)
    {
      g_autoptr (PiscesImage) image = pisces_image_new (8, 8, NULL);
      g_autoptr (PiscesScore) score = NULL;
      g_autoptr (GError)      error = NULL;

      for (guint i = 0; i < 8 * 8; i++)
        {
          const guint8 pixel[4] = { i * 4, shade * 80, 255 - i * shade, 255 };

          memcpy (image->pixels + 4 * i, pixel, sizeof (pixel));
        }
      score = pisces_engine_score (engine, image, prompt, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (score->match >= 0.0 && score->match <= 1.0);
    }
}

/* What such a model writes has more tokens when it is read again, and whatever the
 * number of its positions is, this must fit.  */
static void
test_few_positions (gconstpointer name)
{
  g_autofree gchar *novel = g_strnfill (2000, 'x');

  for (guint n = 40, n_scored = 0; n <= 1024; n += n < 300 ? 12 : 200)
    {
      gchar                   *folder = copy_golden (name);
      g_autofree gchar        *had    = g_strdup_printf ("\"max_position_embeddings\": %d",
                                                         strcmp (name, "tiny") == 0 ? 256 : 1024);
      g_autofree gchar        *has    = g_strdup_printf ("\"max_position_embeddings\": %u", n);
      g_autoptr (PiscesEngine) engine = NULL;
      g_autoptr (GError)       error  = NULL;

      replace (folder, "config.json", had, has);
      engine = pisces_engine_new (folder, "cpu");
      if (pisces_engine_load (engine, NULL, NULL, NULL, &error))
        {
          assert_scores (engine, "a star");
          assert_scores (engine, novel);
          n_scored++;
        }
      else
        {
          g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
          g_assert_nonnull (strstr (error->message, "position"));
        }
      if (n > 1000)
        g_assert_cmpuint (n_scored, >, 0);
      g_clear_object (&engine);
      remove_model (folder);
    }
}

static void
test_memory_refused (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (GError)               error  = NULL;
  g_autoptr (PiscesGenerateResult) result = NULL;

  g_setenv ("PISCES_MEMORY_LIMIT", "200000", TRUE);
  g_assert_null (draw (engine, "a star", &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
  g_clear_error (&error);

  g_unsetenv ("PISCES_MEMORY_LIMIT");
  result = draw (engine, "a star", &error);
  g_assert_no_error (error);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/odd-prompts", test_prompts);
  g_test_add_func ("/request/not-utf8", test_not_utf8);
  g_test_add_func ("/request/odd-numbers", test_numbers);
  g_test_add_func ("/request/odd-pictures", test_pictures);
  g_test_add_func ("/request/no-picture", test_no_picture);
  g_test_add_func ("/request/nothing-to-compare-with", test_nothing_to_compare_with);
  g_test_add_data_func ("/request/few-positions/pisces", "tiny", test_few_positions);
  g_test_add_data_func ("/request/few-positions/janus", "janus", test_few_positions);
  g_test_add_data_func ("/request/few-positions/smolvlm", "smolvlm", test_few_positions);
  g_test_add_data_func ("/request/few-positions/qwen", "qwen-newer", test_few_positions);
  g_test_add_func ("/request/memory-refused", test_memory_refused);

  return g_test_run ();
}
