/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Janus draws into a picture: the codes of what is there are those that the authors'
 * program finds; what is outside the mask stays as it is; the model sees what is
 * above; and it says what it does not see.
 */

#include "engine/families/janus/model.h"
#include "tests/engine/golden-ids.h"
#include "tests/engine/hole.h"
#include "tests/engine/model-copy.h"

#define SIDE   64
#define N_CODES 16

/* One row of codes is 16 pixels high.  */
static const Box middle = { 20, 18, 24, 12 };
static const Box bottom = { 0, 32, SIDE, 32 };


static gchar *
janus_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "janus", NULL);
}

static void
ignore_progress (PiscesJob            *job,
                 const PiscesProgress *progress)
{
}

/* A picture of one colour, with another one in the rows above.  */
static PiscesImage *
striped (const guint8 above[3],
         gint         n_above)
{
  PiscesImage *image = pisces_image_new (SIDE, SIDE, NULL);

  for (gint i = 0; i < SIDE * SIDE; i++)
    {
      const guint8 below[] = { 40, 90, 160 };

      memcpy (image->pixels + 4 * i, i / SIDE < n_above ? above : below, 3);
      image->pixels[4 * i + 3] = 255;
    }

  return image;
}

static PiscesGenerateResult *
fill (PiscesEngine *engine,
      PiscesImage  *image,
      const Box    *box,
      const gchar  *prompt,
      guint32       seed,
      gdouble       strength)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);
  g_autoptr (GBytes)                mask    = box ? mask_of (box, SIDE, 0) : NULL;
  g_autoptr (GError)                error   = NULL;
  PiscesGenerateResult             *result;

  request->seed = seed;
  pisces_generate_request_set_edit (request, image, mask, strength);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return result;
}

static PiscesImage *
picture_of (PiscesGenerateResult *result)
{
  PiscesPicture *picture = result->pictures->pdata[0];

  return picture->image;
}

static void
test_codes (void)
{
  g_autofree gchar         *folder  = janus_folder ();
  g_autofree gchar         *path    = g_test_build_filename (G_TEST_DIST, "golden", "janus.json", NULL);
  g_autoptr (PiscesConfig)  lists   = pisces_config_load (path, NULL);
  g_autoptr (PiscesImage)   sample  = sample_picture ();
  g_autoptr (GPtrArray)     warnings = g_ptr_array_new_with_free_func (g_free);
  g_autofree gfloat        *values  = g_new (gfloat, SIDE * SIDE * 3);
  PiscesJob                 job     = { .warnings = warnings, .report = ignore_progress };
  GError                   *error   = NULL;
  PiscesBackend            *backend = pisces_backend_open ("cpu", &error);
  g_autofree gint64        *wanted  = NULL;
  gint32                    codes[N_CODES];
  JanusModel               *model;
  PiscesTensor              pixels;
  guint                     n;

  g_assert_no_error (error);
  wanted = pisces_config_int_array (lists, "encoded", 0, 1 << 20, &n);
  g_assert_cmpuint (n, ==, N_CODES);
  pisces_backend_begin (backend, NULL);
  model = janus_model_load (folder, backend, &job, &error);
  g_assert_no_error (error);
  g_assert_true (janus_parts_need (model, JANUS_PART_FILL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (model->parts, ==, JANUS_PART_FILL);

  pisces_preprocess_run (&model->preprocess, sample, SIDE, 3, values, &error);
  g_assert_no_error (error);
  pixels = pisces_backend_alloc (backend, 4, (gint64) 1, (gint64) SIDE, (gint64) SIDE, (gint64) 3);
  pisces_upload (backend, pixels, values);
  g_assert_true (pisces_vq_encode (model->vq_encoder, codes, pixels));
  for (guint i = 0; i < N_CODES; i++)
    g_assert_cmpint (codes[i], ==, wanted[i]);

  janus_model_free (model);
  pisces_backend_close (backend);
}

static void
test_outside_stays (void)
{
  g_autofree gchar        *folder = janus_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  image  = striped ((const guint8[]) { 200, 30, 60 }, 30);
  const Box               *boxes[] = { &middle, &bottom };

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      g_autoptr (PiscesGenerateResult) one   = fill (engine, image, boxes[i], "a star", 3, 1.0);
      g_autoptr (PiscesGenerateResult) again = fill (engine, image, boxes[i], "a star", 3, 1.0);
      g_autoptr (PiscesGenerateResult) words = fill (engine, image, boxes[i], "", 3, 1.0);
      PiscesPicture                   *picture = one->pictures->pdata[0];
      guint                            n_other = 0;

      g_assert_cmpfloat (picture->strength, ==, 1.0);
      g_assert_cmpuint (n_changed (image, picture_of (one), boxes[i], FALSE), ==, 0);
      g_assert_cmpuint (n_changed (image, picture_of (one), boxes[i], TRUE), >,
                        boxes[i]->width * boxes[i]->height / 2);
      g_assert_cmpuint (n_changed (picture_of (one), picture_of (again), boxes[i], TRUE), ==, 0);
      /* The small model is sure of some codes, so not every seed draws others.  */
      for (guint32 seed = 4; seed < 12; seed++)
        {
          g_autoptr (PiscesGenerateResult) other = fill (engine, image, boxes[i], "a star", seed, 1.0);

          n_other += n_changed (picture_of (one), picture_of (other), boxes[i], TRUE) > 0;
        }
      g_assert_cmpuint (n_other, >, 0);
      g_assert_cmpuint (n_changed (image, picture_of (words), boxes[i], FALSE), ==, 0);
      g_assert_cmpuint (n_changed (picture_of (one), picture_of (words), boxes[i], TRUE), >, 0);

      /* There is nothing below the hole that reaches down to the edge.  */
      g_assert_cmpuint (g_strv_length (one->warnings), ==, boxes[i] == &middle ? 1 : 0);
      if (boxes[i] == &middle)
        g_assert_true (strstr (one->warnings[0], "below"));
    }
}

/* With one code that is certain, what is drawn depends on what is above.  */
static void
test_above_is_seen (void)
{
  g_autofree gchar        *folder = janus_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  const guint8             colours[][3] = { { 200, 30, 60 }, { 20, 200, 60 } };
  PiscesGenerateResult    *results[2];
  guint                    n = 0;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesImage)           image   = striped (colours[i], 32);
      g_autoptr (GBytes)                mask    = mask_of (&bottom, SIDE, 0);
      g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a star");
      g_autoptr (GError)                error   = NULL;

      request->temperature = 0.0;
      pisces_generate_request_set_edit (request, image, mask, 1.0);
      results[i] = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  n = n_changed (picture_of (results[0]), picture_of (results[1]), &bottom, TRUE);
  g_assert_cmpuint (n, >, SIDE * SIDE / 8);
  for (guint i = 0; i < 2; i++)
    pisces_generate_result_free (results[i]);
}

/* Of a whole picture, as many codes are drawn anew as the strength says.  */
static void
test_strength (void)
{
  g_autofree gchar        *folder = janus_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  image  = striped ((const guint8[]) { 200, 30, 60 }, 30);
  g_autoptr (PiscesGenerateResult) none = fill (engine, image, &middle, "a star", 3, 0.0);
  g_autoptr (PiscesGenerateResult) all  = fill (engine, image, NULL, "a star", 3, 1.0);
  g_autoptr (PiscesGenerateResult) half = fill (engine, image, NULL, "a star", 3, 0.5);
  g_autoptr (PiscesGround)         ground = NULL;
  g_autoptr (GError)       error  = NULL;
  JanusModel               model  = { .grid_size = 24 };
  const Box                whole  = { 0, 0, SIDE, SIDE };
  const PiscesEdit         edit   = { image, NULL, 0.3 };
  gboolean                 is_free[24 * 24];
  guint                    n_free = 0;

  g_assert_cmpuint (n_changed (image, picture_of (none), &whole, TRUE), ==, 0);
  /* Nothing is drawn, so no lower edge has to fit.  */
  g_assert_cmpuint (none->warnings ? g_strv_length (none->warnings) : 0, ==, 0);
  g_assert_cmpuint (n_changed (picture_of (all), picture_of (half), &whole, TRUE), >, 0);

  ground = pisces_ground_new (&edit, 384, 384, &error);
  g_assert_no_error (error);
  janus_fill_choose (&model, ground, 7, is_free);
  for (guint i = 0; i < G_N_ELEMENTS (is_free); i++)
    n_free += is_free[i];
  g_assert_cmpfloat_with_epsilon (n_free / 576.0, 0.3, 0.06);
}

static void
test_without_encoder (void)
{
  gchar                       *folder = copy_janus ();
  g_autoptr (PiscesImage)      image  = striped ((const guint8[]) { 200, 30, 60 }, 30);
  g_autoptr (PiscesModelInfo)  info   = NULL;
  g_autoptr (GError)           error  = NULL;

  replace (folder, "model.safetensors", "vqmodel.encoder.conv_in.weight",
           "vqmodel.removed.conv_in.weight");
  info = pisces_model_inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_false (info->abilities.fills);
  g_assert_true (strstr (info->abilities.fill_refusal, "encoder"));
  {
    g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
    g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a star");
    g_autoptr (PiscesGenerateResult)  result  = NULL;

    pisces_generate_request_set_edit (request, image, NULL, 0.5);
    result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
    g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
    g_clear_error (&error);
    pisces_generate_request_set_edit (request, NULL, NULL, 0.5);
  }
  remove_model (folder);
}

/* All the memory is planned, and taken in one piece before the job begins.  */
static void
test_memory (void)
{
  g_autofree gchar      *folder   = janus_folder ();
  g_autoptr (GPtrArray)  warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray)  pictures =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  g_autoptr (PiscesImage) image   = striped ((const guint8[]) { 200, 30, 60 }, 30);
  g_autoptr (GBytes)     mask     = mask_of (&bottom, SIDE, 0);
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a star");
  PiscesJob              job      = { .warnings = warnings, .report = ignore_progress };
  GError                *error    = NULL;
  PiscesBackend         *backend  = pisces_backend_open ("cpu", &error);
  JanusModel            *model;

  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);
  model = janus_model_load (folder, backend, &job, &error);
  g_assert_no_error (error);
  g_assert_true (janus_parts_need (model, model->own_parts, &error));
  g_assert_no_error (error);
  pisces_backend_trim (backend);
  g_assert_cmpuint (backend->blocks->len, ==, 0);

  request->want_previews = TRUE;
  pisces_generate_request_set_edit (request, image, mask, 1.0);
  janus_generate (model, request, &job, pictures, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pictures->len, ==, 1);
  g_assert_cmpuint (backend->blocks->len, ==, 1);

  janus_model_free (model);
  pisces_backend_close (backend);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/janus-fills/codes", test_codes);
  g_test_add_func ("/janus-fills/outside-stays", test_outside_stays);
  g_test_add_func ("/janus-fills/above-is-seen", test_above_is_seen);
  g_test_add_func ("/janus-fills/strength", test_strength);
  g_test_add_func ("/janus-fills/without-encoder", test_without_encoder);
  g_test_add_func ("/janus-fills/memory", test_memory);

  return g_test_run ();
}
