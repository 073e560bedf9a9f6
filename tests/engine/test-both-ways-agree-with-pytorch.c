/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Pisces with random weights gives the same texts, the same vectors and the
 * same picture as the classes of transformers and diffusers.
 * golden/make-golden.py makes the values.
 */

#include <math.h>

#include "engine/description.h"
#include "engine/families/pisces/model.h"
#include "tests/engine/fixture.h"

#define N_VECTORS (4 * 24)
#define SIDE      64
#define N_DECODED (SIDE * SIDE * 4)

static gfloat *
read_expected (void)
{
  g_autofree gchar *path   = g_test_build_filename (G_TEST_DIST, "golden", "expected.bin", NULL);
  gchar            *values = NULL;
  gsize             length;
  GError           *error  = NULL;

  g_file_get_contents (path, &values, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, (2 * N_VECTORS + N_DECODED) * sizeof (gfloat));

  return (gfloat *) values;
}

static PiscesConfig *
read_texts (void)
{
  g_autofree gchar *path  = g_test_build_filename (G_TEST_DIST, "golden", "expected.json", NULL);
  GError           *error = NULL;
  PiscesConfig     *texts = pisces_config_load (path, &error);

  g_assert_no_error (error);

  return texts;
}

/* In the same way as the engine does it: a capital letter at the start, a full
 * stop, and of a short text only the beginning.  */
static void
assert_same_text (const gchar *found,
                  const gchar *expected,
                  glong        n_most)
{
  g_autofree gchar *first  = g_utf8_strup (expected, g_utf8_next_char (expected) - expected);
  g_autofree gchar *text   = g_strconcat (first, g_utf8_next_char (expected), ".", NULL);
  g_autofree gchar *rest   = NULL;
  g_autofree gchar *cut    = pisces_description_shorten (g_strdup (text), n_most, &rest);

  g_assert_cmpstr (found, ==, cut);
}

static void
test_describe (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesImage)           image   = sample_picture ();
  g_autoptr (PiscesConfig)          texts   = read_texts ();
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  GError                           *error   = NULL;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT |
                                                PISCES_DESCRIBE_ANSWER);
  request->question = g_strdup ("how many stars");
  result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  assert_same_text (result->short_text, pisces_config_string (texts, "short"),
                    PISCES_SHORT_TEXT_CHARACTERS);
  assert_same_text (result->answer, pisces_config_string (texts, "answer"), G_MAXLONG);
  g_assert_null (result->long_text);
}

static void
test_embed (void)
{
  g_autoptr (PiscesImage)  image    = sample_picture ();
  g_autofree gchar        *folder   = tiny_model ();
  g_autofree gfloat       *expected = read_expected ();
  g_autoptr (GArray)       vector   = g_array_new (FALSE, FALSE, sizeof (gfloat));
  GError                  *error    = NULL;
  PiscesBackend           *backend  = pisces_backend_open ("cpu", &error);
  PiscesModel             *model;
  gdouble                  worst;

  pisces_backend_begin (backend, NULL);
  model = pisces_model_load (folder, backend, NULL, &error);
  g_assert_no_error (error);
  pisces_family_embed (model, image, NULL, vector, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vector->len, ==, N_VECTORS);

  worst = relative_error ((gfloat *) vector->data, expected + N_VECTORS, N_VECTORS);
  g_test_message ("vectors of a picture: relative error %g", worst);
  g_assert_cmpfloat (worst, <, 1e-4);

  pisces_model_free (model);
  pisces_backend_close (backend);
}

static void
test_generate (void)
{
  g_autoptr (PiscesEngine)          engine   = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request  = small_request ();
  g_autofree gfloat                *expected = read_expected ();
  g_autoptr (PiscesGenerateResult)  result   = NULL;
  const gfloat                     *decoded  = expected + 2 * N_VECTORS;
  PiscesPicture                    *picture;
  GError                           *error    = NULL;
  gint                              worst    = 0;
  gdouble                           sum      = 0.0;

  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  g_assert_cmpint (picture->image->width, ==, SIDE);
  g_assert_cmpint (picture->image->height, ==, SIDE);

  for (gint i = 0; i < SIDE * SIDE; i++)
    {
      gdouble alpha = CLAMP (decoded[i * 4 + 3] * 0.5 + 0.5, 0.0, 1.0);

      worst = MAX (worst, abs (picture->image->pixels[i * 4 + 3] -
                               (gint) lrint (alpha * 255.0)));
      sum  += picture->image->pixels[i * 4 + 3] - alpha * 255.0;
      /* Where the picture is nearly transparent, colours are divided by nearly
       * 0.  */
      for (gint c = 0; c < 3 && alpha > 0.1; c++)
        {
          gdouble value = (decoded[i * 4 + c] * 0.5 + 0.5) / alpha;

          worst = MAX (worst, abs (picture->image->pixels[i * 4 + c] -
                                   (gint) lrint (CLAMP (value, 0.0, 1.0) * 255.0)));
        }
    }

  g_test_message ("picture: largest difference %d of 255", worst);
  g_assert_cmpint (worst, <=, 1);

  /* Rounds to the nearest value; cutting would make it darker by half a
   * step.  */
  g_test_message ("picture: %.3f of a step on average", sum / (SIDE * SIDE));
  g_assert_cmpfloat (fabs (sum / (SIDE * SIDE)), <, 0.1);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pisces/describe-agrees-with-pytorch", test_describe);
  g_test_add_func ("/pisces/embed-agrees-with-pytorch", test_embed);
  g_test_add_func ("/pisces/generate-agrees-with-pytorch", test_generate);

  return g_test_run ();
}
