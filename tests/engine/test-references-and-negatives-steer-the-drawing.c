/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reference pictures and a negative prompt change what is drawn as their
 * documentation says; what is not possible with them ends in a sentence.
 */

#include <math.h>

#include "tests/engine/model-copy.h"

static PiscesPicture *
draw (PiscesEngine          *engine,
      PiscesGenerateRequest *request)
{
  g_autoptr (GError)               error  = NULL;
  g_autoptr (PiscesGenerateRequest) owned = request;
  g_autoptr (PiscesGenerateResult) result =
    pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (result->pictures->len, ==, 1);

  return pisces_picture_ref (result->pictures->pdata[0]);
}

static gboolean
same (PiscesPicture *a,
      PiscesPicture *b)
{
  return a->image->width == b->image->width && a->image->height == b->image->height &&
         memcmp (a->image->pixels, b->image->pixels,
                 (gsize) a->image->width * a->image->height * 4) == 0;
}

static PiscesImage *
plain_picture (guint8 red)
{
  PiscesImage *image = pisces_image_new (40, 40, NULL);

  for (gint i = 0; i < 40 * 40; i++)
    {
      image->pixels[i * 4]     = red;
      image->pixels[i * 4 + 3] = 255;
    }

  return image;
}

/* A request that contains its own plan.  */
static PiscesGenerateRequest *
unplanned (const gchar *prompt)
{
  PiscesGenerateRequest *request = pisces_generate_request_new (prompt);

  request->seed  = 3;
  request->steps = 3;

  return request;
}

static void
test_weights (void)
{
  g_autoptr (PiscesEngine)  engine = tiny_engine ();
  g_autoptr (PiscesImage)   image  = sample_picture ();
  g_autoptr (PiscesPicture) words  = draw (engine, unplanned ("two red stars"));
  g_autoptr (PiscesPicture) none = NULL, half = NULL, whole = NULL, other = NULL;
  PiscesGenerateRequest    *request;

  request = unplanned ("two red stars");
  pisces_generate_request_add_reference (request, image, 0.0);
  none = draw (engine, request);
  g_assert_true (same (words, none));
  g_assert_cmpuint (none->n_references, ==, 0);

  request = unplanned ("two red stars");
  pisces_generate_request_add_reference (request, image, 0.5);
  half = draw (engine, request);
  g_assert_false (same (words, half));
  g_assert_cmpuint (half->n_references, ==, 1);
  g_assert_cmpstr (half->plan, ==, words->plan);

  /* The words no longer have a share.  */
  request = unplanned ("two red stars");
  pisces_generate_request_add_reference (request, image, 1.0);
  whole = draw (engine, request);
  g_assert_false (same (half, whole));
  g_assert_cmpstr (whole->plan, ==, "");

  request = unplanned ("a blue fish");
  pisces_generate_request_add_reference (request, image, 1.0);
  other = draw (engine, request);
  g_assert_true (same (whole, other));
}

static void
test_blend (void)
{
  g_autoptr (PiscesEngine)  engine = tiny_engine ();
  g_autoptr (PiscesImage)   image  = sample_picture ();
  g_autoptr (PiscesImage)   red    = plain_picture (255);
  g_autoptr (PiscesPicture) one = NULL, both = NULL, swapped = NULL, twice = NULL;
  PiscesGenerateRequest    *request;

  request = unplanned ("");
  pisces_generate_request_add_reference (request, image, 1.0);
  one = draw (engine, request);

  request = unplanned ("");
  pisces_generate_request_add_reference (request, image, 0.5);
  pisces_generate_request_add_reference (request, red, 0.5);
  both = draw (engine, request);
  g_assert_false (same (one, both));
  g_assert_cmpuint (both->n_references, ==, 2);

  request = unplanned ("");
  pisces_generate_request_add_reference (request, red, 0.5);
  pisces_generate_request_add_reference (request, image, 0.5);
  swapped = draw (engine, request);
  g_assert_true (same (both, swapped));

  /* A picture blended with itself gives itself.  */
  request = unplanned ("");
  pisces_generate_request_add_reference (request, image, 0.5);
  pisces_generate_request_add_reference (request, image, 0.5);
  twice = draw (engine, request);
  g_assert_true (same (one, twice));
}

static void
test_negative (void)
{
  g_autoptr (PiscesEngine)  engine = tiny_engine ();
  g_autoptr (PiscesPicture) words  = draw (engine, unplanned ("two red stars"));
  g_autoptr (PiscesPicture) empty = NULL, unlike = NULL, unguided = NULL, again = NULL;
  PiscesGenerateRequest    *request;

  request = unplanned ("two red stars");
  request->negative_prompt = g_strdup ("");
  empty = draw (engine, request);
  g_assert_true (same (words, empty));
  g_assert_null (empty->negative_prompt);

  request = unplanned ("two red stars");
  request->negative_prompt = g_strdup ("blue fish");
  unlike = draw (engine, request);
  g_assert_false (same (words, unlike));
  g_assert_cmpstr (unlike->negative_prompt, ==, "blue fish");
  g_assert_cmpstr (unlike->plan, ==, words->plan);

  /* Without guidance, a negative prompt has no effect.  */
  request = unplanned ("two red stars");
  request->guidance_scale = 1.0;
  unguided = draw (engine, request);
  request = unplanned ("two red stars");
  request->guidance_scale  = 1.0;
  request->negative_prompt = g_strdup ("blue fish");
  again = draw (engine, request);
  g_assert_true (same (unguided, again));
}

/* A small model whose null vectors come from an empty prompt.  */
static PiscesEngine *
engine_of_empty_prompt (gchar **folder)
{
  *folder = copy_model ();
  replace (*folder, "config.json", "\"null_vectors\": \"zeros\"",
           "\"null_vectors\": \"empty_prompt\"");

  return pisces_engine_new (*folder, "cpu");
}

static PiscesGenerateRequest *
guided (const gchar *prompt,
        const gchar *negative_prompt,
        gdouble      guidance_scale)
{
  PiscesGenerateRequest *request = unplanned (prompt);

  request->negative_prompt = g_strdup (negative_prompt);
  request->guidance_scale  = guidance_scale;

  return request;
}

static void
test_null_vectors (void)
{
  gchar                    *folder;
  g_autoptr (PiscesEngine)  zeros  = tiny_engine ();
  g_autoptr (PiscesEngine)  empty  = engine_of_empty_prompt (&folder);
  g_autoptr (PiscesPicture) from_zeros    = draw (zeros, guided ("two red stars", NULL, 3.0));
  g_autoptr (PiscesPicture) from_empty    = draw (empty, guided ("two red stars", NULL, 3.0));
  g_autoptr (PiscesPicture) unguided      = draw (zeros, guided ("two red stars", NULL, 1.0));
  g_autoptr (PiscesPicture) unguided_too  = draw (empty, guided ("two red stars", NULL, 1.0));
  g_autoptr (PiscesPicture) zeros_but_fish = draw (zeros, guided ("two red stars", "blue fish", 3.0));
  g_autoptr (PiscesPicture) empty_but_fish = draw (empty, guided ("two red stars", "blue fish", 3.0));

  /* These replace the zeros, and a negative prompt replaces these.  */
  g_assert_false (same (from_zeros, from_empty));
  g_assert_true (same (unguided, unguided_too));
  g_assert_true (same (zeros_but_fish, empty_but_fish));
  g_assert_false (same (from_empty, empty_but_fish));
  g_assert_cmpstr (from_zeros->plan, ==, from_empty->plan);

  g_clear_object (&empty);
  remove_model (folder);
}

/* The default values are those of the papers.  */
static void
test_null_vectors_by_default (void)
{
  gchar                    *folder;
  g_autoptr (PiscesEngine)  said    = engine_of_empty_prompt (&folder);
  g_autoptr (PiscesEngine)  unsaid  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesPicture) one     = draw (said, guided ("two red stars", NULL, 3.0));
  g_autoptr (PiscesPicture) other   = NULL;

  replace (folder, "config.json", "\"null_vectors\": \"empty_prompt\"", "\"unused\": 0");
  other = draw (unsaid, guided ("two red stars", NULL, 3.0));
  g_assert_true (same (one, other));

  g_clear_object (&said);
  g_clear_object (&unsaid);
  remove_model (folder);
}

/* An empty request is refused, so it contains a picture with weight 0.  */
static PiscesGenerateRequest *
of_no_words (gdouble guidance_scale)
{
  PiscesGenerateRequest  *request = guided ("", NULL, guidance_scale);
  g_autoptr (PiscesImage) image   = plain_picture (255);

  pisces_generate_request_add_reference (request, image, 0.0);

  return request;
}

/* If no plan is written, an empty prompt gives the null vectors themselves, so
 * guidance changes nothing.  */
static void
test_null_vectors_are_those_of_no_words (void)
{
  gchar                    *folder;
  g_autoptr (PiscesEngine)  empty  = engine_of_empty_prompt (&folder);
  g_autoptr (PiscesPicture) nothing = NULL, nothing_guided = NULL;
  g_autoptr (PiscesPicture) words = NULL, words_guided = NULL;

  replace (folder, "config.json", "\"plan\": \"", "\"unused\": \"");
  nothing        = draw (empty, of_no_words (1.0));
  nothing_guided = draw (empty, of_no_words (5.0));
  words          = draw (empty, guided ("two red stars", NULL, 1.0));
  words_guided   = draw (empty, guided ("two red stars", NULL, 5.0));

  g_assert_cmpstr (nothing->plan, ==, "");
  g_assert_true (same (nothing, nothing_guided));
  g_assert_false (same (words, words_guided));

  g_clear_object (&empty);
  remove_model (folder);
}

/* The vectors of the pictures also have different lengths.  */
static void
test_likeness (void)
{
  gchar                    *folder = copy_model ();
  g_autoptr (PiscesEngine)  engine = NULL;
  g_autoptr (PiscesImage)   image  = sample_picture ();
  g_autoptr (PiscesImage)   red    = plain_picture (255);
  gdouble                   same_one, one_way, other_way;

  replace (folder, "config.json", "\"gen_vector_norm\": true", "\"gen_vector_norm\": false");
  engine = pisces_engine_new (folder, "cpu");
  g_assert_true (pisces_engine_compare (engine, image, image, &same_one, NULL, NULL));
  g_assert_true (pisces_engine_compare (engine, image, red, &one_way, NULL, NULL));
  g_assert_true (pisces_engine_compare (engine, red, image, &other_way, NULL, NULL));
  g_test_message ("%g, %g, %g", same_one, one_way, other_way);
  g_assert_cmpfloat (fabs (same_one - 1.0), <, 1e-6);
  g_assert_cmpfloat (fabs (one_way - other_way), <, 1e-6);
  g_assert_cmpfloat (one_way, <, 1.0);

  g_clear_object (&engine);
  remove_model (folder);
}

/* Weights that add up to 1 may add up to slightly more in floating point; the
 * words must still have no share.  */
static void
test_shares_of_one (void)
{
  g_autoptr (PiscesEngine)  engine  = tiny_engine ();
  g_autoptr (PiscesImage)   image   = sample_picture ();
  PiscesGenerateRequest    *request = unplanned ("two red stars");
  g_autoptr (PiscesPicture) picture = NULL;

  pisces_generate_request_add_reference (request, image, 0.5);
  pisces_generate_request_add_reference (request, image, 0.5 + 1e-9);
  picture = draw (engine, request);
  g_assert_cmpstr (picture->plan, ==, "");
}

/* A warning says that a negative prompt has no effect.  */
static void
test_no_effect_is_told (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesGenerateRequest) request = guided ("a star", "fish", i ? 1.0 : 2.0);
      g_autoptr (GError)                error   = NULL;
      g_autoptr (PiscesGenerateResult)  result  =
        pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length (result->warnings), ==, i);
      if (i == 1)
        g_assert_nonnull (strstr (result->warnings[0], "no effect"));
    }
}

static void
refuse (PiscesEngine          *engine,
        PiscesGenerateRequest *request,
        const gchar           *words)
{
  g_autoptr (PiscesGenerateRequest) owned  = request;
  g_autoptr (GError)                error  = NULL;
  g_autoptr (PiscesGenerateResult)  result =
    pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);

  g_assert_null (result);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_bad_requests (void)
{
  static const gdouble     weights[] = { NAN, INFINITY, -INFINITY, -0.1, 1.5 };
  g_autoptr (PiscesEngine) engine    = tiny_engine ();
  g_autoptr (PiscesImage)  image     = sample_picture ();
  PiscesGenerateRequest   *request;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      request = unplanned ("a star");
      pisces_generate_request_add_reference (request, image, weights[i]);
      refuse (engine, request, "weight");
    }

  request = unplanned ("a star");
  pisces_generate_request_add_reference (request, image, 0.7);
  pisces_generate_request_add_reference (request, image, 0.6);
  refuse (engine, request, "1.3");

  request = unplanned ("a star");
  pisces_generate_request_add_reference (request, NULL, 0.5);
  refuse (engine, request, "missing");

  request = unplanned ("a star");
  request->negative_prompt = g_strdup ("\xff\xfe");
  refuse (engine, request, "UTF-8");
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steering/weights", test_weights);
  g_test_add_func ("/steering/blend", test_blend);
  g_test_add_func ("/steering/negative", test_negative);
  g_test_add_func ("/steering/null-vectors-of-an-empty-prompt", test_null_vectors);
  g_test_add_func ("/steering/null-vectors-are-those-of-no-words",
                   test_null_vectors_are_those_of_no_words);
  g_test_add_func ("/steering/null-vectors-by-default", test_null_vectors_by_default);
  g_test_add_func ("/steering/likeness-is-the-same-both-ways", test_likeness);
  g_test_add_func ("/steering/shares-of-one", test_shares_of_one);
  g_test_add_func ("/steering/no-effect-is-told", test_no_effect_is_told);
  g_test_add_func ("/steering/bad-requests", test_bad_requests);

  return g_test_run ();
}
