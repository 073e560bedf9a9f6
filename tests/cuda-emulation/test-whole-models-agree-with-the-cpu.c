/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * On the emulated CUDA device, nano, a small model and a small Janus with random
 * weights write the same words as on the CPU and draw the same picture, a small
 * SmolVLM and Qwen2.5-VL write the same words, and a small Stable Diffusion 3.5 draws
 * and fills the same; nano also from files with quantised matrices.  Run with the
 * emulated cuBLAS (CUBLAS=yes in the environment) and without it.
 */

#include <math.h>

#include "cuda-emulation.h"
#include "engine/backend/backend.h"
#include "tests/engine/fixture.h"

/* For 8 bits; nobody can tell two such pictures apart.  */
#define LEAST_PSNR 45.0

typedef struct
{
  PiscesDescribeResult *said;
  PiscesGenerateResult *drawn;
  guint64               bytes;
} Answers;

static void
answers_free (Answers *answers)
{
  pisces_describe_result_free (answers->said);
  pisces_generate_result_free (answers->drawn);
  g_free (answers);
}

static Answers *
ask (const gchar *folder,
     gdouble      temperature,
     const gchar *backend,
     guint64      budget)
{
  g_autoptr (PiscesEngine)          engine   = pisces_engine_new (folder, backend);
  g_autoptr (PiscesImage)           image    = sample_picture ();
  g_autoptr (PiscesDescribeRequest) describe = NULL;
  g_autoptr (PiscesGenerateRequest) generate = NULL;
  Answers                          *answers  = g_new0 (Answers, 1);
  g_autoptr (PiscesStatus)          status   = NULL;
  g_autoptr (PiscesModelInfo)       info     = NULL;
  GError                           *error    = NULL;

  pisces_engine_set_memory_budget (engine, budget);
  describe = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT |
                                                 PISCES_DESCRIBE_ANSWER);
  describe->question = g_strdup ("how many stars");
  answers->said = pisces_engine_describe (engine, describe, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  /* The model also writes the plan.  */
  generate = pisces_generate_request_new ("two red stars");
  generate->seed           = 7;
  generate->steps          = 2;
  generate->guidance_scale = 2.5;
  generate->temperature    = temperature;

  /* A wide picture needs all that a square does, and more.  */
  info = pisces_model_inspect (folder, &error);
  g_assert_no_error (error);
  if (! pisces_sizes_is_one (&info->abilities.sizes))
    pisces_sizes_choose (&info->abilities.sizes, 16, 9, &generate->width, &generate->height);
  answers->drawn = pisces_engine_generate (engine, generate, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  status         = pisces_engine_get_status (engine);
  answers->bytes = status->resident_bytes;

  return answers;
}

static Answers *
ask_exactly (const gchar *folder,
             gdouble      temperature)
{
  Answers *answers;

  g_setenv ("PISCES_CPU_WEIGHTS", "f32", TRUE);
  answers = ask (folder, temperature, "cpu", 0);
  g_unsetenv ("PISCES_CPU_WEIGHTS");

  return answers;
}

/* The engine's own thread closes the device after the last reference was
 * released.  */
static void
assert_all_is_freed (void)
{
  for (guint i = 0; i < 6000 && cuda_emulation_n_live () > 0; i++)
    g_usleep (10000);
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
}

/* With @exact, the words are compared with what the CPU writes as usual, and the
 * picture with what it draws when nothing is rounded: from quantised matrices the
 * CPU multiplies in integers, and the rounding of its inputs alone makes pictures
 * that differ by 41 to 50 dB.  */
static void
compare (const gchar *folder,
         gdouble      temperature,
         guint64      budget,
         gboolean     exact)
{
  Answers       *cpu   = ask (folder, temperature, "cpu", 0);
  Answers       *cuda  = ask (folder, temperature, "cuda-emulated", budget);
  Answers       *plain = exact ? ask_exactly (folder, temperature) : NULL;
  PiscesPicture *a     = (exact ? plain : cpu)->drawn->pictures->pdata[0];
  PiscesPicture *b     = cuda->drawn->pictures->pdata[0];
  gdouble        found;

  g_assert_cmpstr (cuda->said->short_text, ==, cpu->said->short_text);
  g_assert_cmpstr (cuda->said->answer, ==, cpu->said->answer);
  g_assert_cmpstr (b->plan, ==, a->plan);
  g_assert_cmpstr (b->backend, ==, "cuda-emulated");

  found = visible_psnr (a->image, b->image);
  g_test_message ("plan “%s”", a->plan);
  g_test_message ("cuda: %s: the same words as on the CPU, picture %.1f dB",
                  b->model_name, found);
  g_assert_cmpfloat (found, >, LEAST_PSNR);
  if (budget)
    g_assert_cmpuint (cuda->bytes, <=, budget);

  answers_free (cpu);
  answers_free (cuda);
  g_clear_pointer (&plain, answers_free);

  g_assert_cmpint (cuda_emulation_n_kernels (), >, 100);
  assert_all_is_freed ();
}

static void
test_products (void)
{
  GError        *error   = NULL;
  PiscesBackend *backend = pisces_backend_open ("cuda-emulated", &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_strcmp0 (g_getenv ("CUBLAS"), "yes") == 0, ==,
                   strstr (backend->description, "without cuBLAS") == NULL);
  pisces_backend_close (backend);
}

static void
test_tiny (void)
{
  g_autofree gchar *folder = tiny_model ();

  /* With random weights all tokens are almost equally likely, so the most
   * likely one is the same on both devices, but not a randomly drawn one.  */
  compare (folder, 0.0, 0, FALSE);
}

/* Two rows are written side by side there, and codes become a picture.  */
static void
test_janus (void)
{
  g_autofree gchar *folder = g_test_build_filename (G_TEST_DIST, "golden", "janus", NULL);

  compare (folder, 0.0, 0, FALSE);
}

/* What it tells of the picture as a whole and of its tiles, and how sure it is.
 * Long texts would take minutes.  */
static gchar *
told_by (const gchar *folder,
         const gchar *backend,
         gdouble     *match)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, backend);
  g_autoptr (PiscesImage)           image   = sample_picture ();
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  whole   = NULL;
  g_autoptr (PiscesDescribeResult)  closer  = NULL;
  g_autoptr (PiscesScore)           score   = NULL;
  g_autoptr (PiscesStatus)          status  = NULL;
  GError                           *error   = NULL;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  whole   = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  request->look_closer = TRUE;
  closer = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  score = pisces_engine_score (engine, image, "a red star", NULL, &error);
  g_assert_no_error (error);
  status = pisces_engine_get_status (engine);
  g_assert_cmpstr (status->backend, ==, backend);
  *match = score->match;

  return g_strjoin ("\n", whole->short_text, closer->short_text, score->description, NULL);
}

static void
test_smolvlm (void)
{
  g_autofree gchar *folder = g_test_build_filename (G_TEST_DIST, "golden", "smolvlm", NULL);
  gdouble           a, b;
  g_autofree gchar *cpu    = told_by (folder, "cpu", &a);
  g_autofree gchar *cuda   = told_by (folder, "cuda-emulated", &b);

  g_assert_cmpstr (cuda, ==, cpu);
  /* The device multiplies 16-bit numbers.  */
  g_assert_cmpfloat (fabs (a - b), <, 5e-3);
  g_assert_cmpint (cuda_emulation_n_kernels (), >, 100);
  assert_all_is_freed ();
}

static PiscesImage *
drawn_by (const gchar *folder,
          const gchar *backend,
          PiscesImage *into)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, backend);
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  GError                           *error   = NULL;
  PiscesPicture                    *picture;

  request->seed = 7;
  if (into)
    {
      pisces_generate_request_set_edit (request, into, NULL, 0.6);
    }
  else
    {
      request->width  = 80;
      request->height = 48;
    }
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  g_assert_cmpstr (picture->backend, ==, backend);

  return pisces_image_ref (picture->image);
}

/* With guidance, and with skip-layer guidance in some of the steps.  */
static void
test_sd3 (void)
{
  g_autofree gchar       *folder = g_test_build_filename (G_TEST_DIST, "golden", "sd3", NULL);
  g_autoptr (PiscesImage) sample = sample_picture ();

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesImage) cpu   = drawn_by (folder, "cpu", i ? sample : NULL);
      g_autoptr (PiscesImage) cuda  = drawn_by (folder, "cuda-emulated", i ? sample : NULL);
      const gdouble           found = visible_psnr (cpu, cuda);

      g_test_message ("cuda: sd3 %s: %.1f dB", i ? "changes a picture" : "draws", found);
      g_assert_cmpfloat (found, >, LEAST_PSNR);
    }
  g_assert_cmpint (cuda_emulation_n_kernels (), >, 100);
  assert_all_is_freed ();
}

/* The tokens of an answer are captured, in positions on several axes.  */
static void
test_qwen (void)
{
  g_autofree gchar *folder = g_test_build_filename (G_TEST_DIST, "golden", "qwen-newer", NULL);
  gdouble           a, b;
  const glong       before = cuda_emulation_n_calls ("cudaGraphLaunch");
  g_autofree gchar *cpu    = told_by (folder, "cpu", &a);
  g_autofree gchar *cuda   = told_by (folder, "cuda-emulated", &b);

  g_assert_cmpstr (cuda, ==, cpu);
  g_assert_cmpint (cuda_emulation_n_calls ("cudaGraphLaunch") - before, >, 100);
  g_assert_cmpfloat (fabs (a - b), <, 5e-3);
  assert_all_is_freed ();
}

/* Half of the weights fit at the same time.  */
static void
test_streamed (void)
{
  g_autofree gchar         *folder  = tiny_model ();
  g_autoptr (PiscesEngine)  engine  = pisces_engine_new (folder, "cuda-emulated");
  g_autoptr (PiscesStatus)  status  = NULL;
  Answers                  *answers = ask (folder, 0.0, "cuda-emulated", 0);
  guint64                   bytes   = answers->bytes;
  GError                   *error   = NULL;

  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  status = pisces_engine_get_status (engine);
  pisces_engine_unload (engine);
  answers_free (answers);

  g_test_message ("%" G_GUINT64_FORMAT " bytes of weights, %" G_GUINT64_FORMAT
                  " with a job's", status->resident_bytes, bytes);
  compare (folder, 0.0, bytes - status->resident_bytes / 2, FALSE);
}

static void
test_nano (void)
{
  compare (PISCES_SOURCE_MODEL, -1.0, 0, FALSE);
}

/* As `pisces quantize` writes it; each way of multiplying uses one form.  */
static void
test_quantised (void)
{
  const gboolean       has_cublas = g_strcmp0 (g_getenv ("CUBLAS"), "yes") == 0;
  const gchar         *type       = has_cublas ? "q8_0" : "q4_0";
  g_autofree gchar    *scratch    = g_dir_make_tmp ("pisces-quantised-XXXXXX", NULL);
  g_autofree gchar    *folder     = g_build_filename (scratch, type, NULL);
  g_autofree gchar    *clear      = g_strdup_printf ("rm -r '%s'", scratch);
  g_autoptr (GError)   error      = NULL;
  guint                n          = 0;

  g_assert_true (pisces_quantise_model (PISCES_SOURCE_MODEL, folder, type, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, >, 100);
  g_test_message ("%u matrices in %s", n, type);
  compare (folder, 0.0, 0, TRUE);
  g_assert_true (g_spawn_command_line_sync (clear, NULL, NULL, NULL, NULL));
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cuda/products-are-by-cublas-where-it-is", test_products);
  g_test_add_func ("/cuda/a-random-model-agrees-with-the-cpu", test_tiny);
  g_test_add_func ("/cuda/a-random-janus-agrees-with-the-cpu", test_janus);
  g_test_add_func ("/cuda/a-random-smolvlm-agrees-with-the-cpu", test_smolvlm);
  g_test_add_func ("/cuda/a-random-sd3-agrees-with-the-cpu", test_sd3);
  g_test_add_func ("/cuda/a-random-qwen-agrees-with-the-cpu", test_qwen);
  /* Without cuBLAS, nano is only tested with quantised matrices, and weights
   * are freed and loaded in the same way.  */
  if (g_strcmp0 (g_getenv ("CUBLAS"), "yes") == 0)
    {
      g_test_add_func ("/cuda/a-model-half-of-which-fits-agrees", test_streamed);
      g_test_add_func ("/cuda/nano-agrees-with-the-cpu", test_nano);
    }
  g_test_add_func ("/cuda/nano-of-quantised-files-agrees", test_quantised);

  return g_test_run ();
}
