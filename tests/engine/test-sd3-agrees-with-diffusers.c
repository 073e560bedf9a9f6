/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small Stable Diffusion 3.5 with random weights, in the layout that diffusers saves,
 * reads prompts and draws as diffusers' StableDiffusion3Pipeline does without T5: with
 * guidance and skip-layer guidance, without any, in its own size and in another.  The
 * values are made by golden/make-sd3.py.
 */

#include <math.h>
#include <string.h>

#include "engine/families/sd3/model.h"
#include "tests/engine/golden-ids.h"

#define N_POSITIONS 20
#define N_ROWS      (2 * N_POSITIONS)
#define CONTEXT     64
#define POOLED      32
#define SIDE        64
#define WIDE        80
#define LOW         48

/* In dB; the pictures of the reference are rounded to bytes by the test.  */
#define LEAST_PSNR 50.0

/* What golden/sd3.bin holds, in its order.  */
typedef struct
{
  gfloat rows[N_ROWS * CONTEXT];
  gfloat pooled[POOLED];
  gfloat wide[WIDE * LOW * 3];
  gfloat own[SIDE * SIDE * 3];
  gfloat plain[SIDE * SIDE * 3];
} Expected;

typedef struct
{
  gchar        *folder;
  Expected     *expected;
  PiscesConfig *lists;
} Fixture;


static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree gchar *bin    = g_test_build_filename (G_TEST_DIST, "golden", "sd3.bin", NULL);
  g_autofree gchar *json   = g_test_build_filename (G_TEST_DIST, "golden", "sd3.json", NULL);
  GError           *error  = NULL;
  gchar            *values = NULL;
  gsize             length;

  fixture->folder = g_test_build_filename (G_TEST_DIST, "golden", "sd3", NULL);
  g_file_get_contents (bin, &values, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, sizeof (Expected));
  fixture->expected = (Expected *) values;
  fixture->lists    = pisces_config_load (json, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  pisces_config_free (fixture->lists);
  g_free (fixture->expected);
  g_free (fixture->folder);
}

static void
ignore_progress (PiscesJob            *job,
                 const PiscesProgress *progress)
{
}

static void
test_prompt (Fixture       *fixture,
             gconstpointer  data)
{
  static const gchar *const lists[SD3_N_READERS] = { "ids", "ids_2" };
  PiscesJob          job     = { .warnings = g_ptr_array_new_with_free_func (g_free),
                                 .report   = ignore_progress };
  PiscesBackend     *backend = pisces_backend_open ("cpu", NULL);
  g_autofree gfloat *rows    = g_new (gfloat, N_ROWS * CONTEXT);
  g_autofree gfloat *pooled  = g_new (gfloat, POOLED);
  g_autofree gchar  *text    = NULL;
  GError            *error   = NULL;
  PiscesTensor       states, whole;
  Sd3Model          *model;

  pisces_backend_begin (backend, NULL);
  model = sd3_model_load (fixture->folder, backend, &job, &error);
  g_assert_no_error (error);
  text = sd3_prompt_clean_text (model, pisces_config_string (fixture->lists, "prompt"), &job,
                                &error);
  g_assert_no_error (error);

  for (guint i = 0; i < SD3_N_READERS; i++)
    {
      guint              n;
      g_autofree gint64 *expected = pisces_config_int_array (fixture->lists, lists[i], 0, G_MAXINT32,
                                                             &n);
      gint32             ids[N_POSITIONS];

      g_assert_cmpuint (n, ==, N_POSITIONS);
      g_assert_true (sd3_prompt_ids (model, i, text, ids, NULL, &error));
      for (guint j = 0; j < n; j++)
        g_assert_cmpint (ids[j], ==, expected[j]);
    }

  states = pisces_backend_alloc (backend, 2, N_ROWS, CONTEXT);
  whole  = pisces_backend_alloc (backend, 2, 1, POOLED);
  g_assert_true (sd3_prompt_read (model, text, states, whole, NULL, &error));
  pisces_download (backend, rows, states);
  pisces_download (backend, pooled, whole);
  pisces_backend_finish (backend, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (relative_error (rows, fixture->expected->rows, N_ROWS * CONTEXT), <, 1e-4);
  g_assert_cmpfloat (relative_error (pooled, fixture->expected->pooled, POOLED), <, 1e-4);

  sd3_model_free (model);
  pisces_backend_close (backend);
  g_ptr_array_unref (job.warnings);
}

static gdouble
psnr (const PiscesImage *image,
      const gfloat      *expected)
{
  gdouble     square = 0.0;
  const gsize n      = (gsize) image->width * image->height;

  for (gsize i = 0; i < n; i++)
    for (gint c = 0; c < 3; c++)
      {
        const gdouble difference = image->pixels[4 * i + c] - rint (255.0 * expected[3 * i + c]);

        square += difference * difference;
      }

  return 10.0 * log10 (255.0 * 255.0 * 3 * n / MAX (square, 1e-9));
}

static void
assert_drawn (Fixture                     *fixture,
              const PiscesGenerateRequest *request,
              const gfloat                *expected,
              const gchar                 *what)
{
  g_autoptr (PiscesEngine)         engine = pisces_engine_new (fixture->folder, "cpu");
  g_autoptr (PiscesGenerateResult) result = NULL;
  GError                          *error  = NULL;
  PiscesPicture                   *picture;
  gdouble                          found;

  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  g_assert_cmpint (picture->image->width, ==, request->width ? request->width : SIDE);
  g_assert_cmpint (picture->image->height, ==, request->height ? request->height : SIDE);
  found = psnr (picture->image, expected);
  g_test_message ("%s: %.1f dB", what, found);
  g_assert_cmpfloat (found, >, LEAST_PSNR);
}

static PiscesGenerateRequest *
new_request (Fixture *fixture)
{
  PiscesGenerateRequest *request =
    pisces_generate_request_new (pisces_config_string (fixture->lists, "prompt"));

  request->seed = pisces_config_int (fixture->lists, "seed", 0, G_MAXINT32);

  return request;
}

static void
test_wide (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (PiscesGenerateRequest) request = new_request (fixture);

  request->negative_prompt = g_strdup (pisces_config_string (fixture->lists, "negative"));
  request->width           = WIDE;
  request->height          = LOW;
  request->steps           = 6;
  request->guidance_scale  = 4.5;
  assert_drawn (fixture, request, fixture->expected->wide, "wide, with what to avoid");
}

/* As the model draws by itself.  */
static void
test_own (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (PiscesGenerateRequest) request = new_request (fixture);

  assert_drawn (fixture, request, fixture->expected->own, "own size, steps and guidance");
}

static void
test_plain (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (PiscesGenerateRequest) request = new_request (fixture);

  request->steps          = 2;
  request->guidance_scale = 0.0;
  assert_drawn (fixture, request, fixture->expected->plain, "without guidance");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/sd3/reads-prompts", Fixture, NULL, set_up, test_prompt, tear_down);
  g_test_add ("/sd3/draws-wide", Fixture, NULL, set_up, test_wide, tear_down);
  g_test_add ("/sd3/draws-by-itself", Fixture, NULL, set_up, test_own, tear_down);
  g_test_add ("/sd3/draws-without-guidance", Fixture, NULL, set_up, test_plain, tear_down);

  return g_test_run ();
}
