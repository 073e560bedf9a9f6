/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nano with its matrices in 8 bits writes the same words and draws nearly the
 * same picture; in 4 bits it still loads and draws.  What cannot be quantised
 * ends in a sentence and leaves nothing behind.
 */

#include <signal.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

#include "engine/model/weight-files.h"
#include "tests/engine/fixture.h"
#include "tests/engine/model-copy.h"

static gchar *scratch;

static gchar *
quantised (const gchar *type)
{
  g_autoptr (GError)  error = NULL;
  gchar              *out   = g_build_filename (scratch, type, NULL);
  guint               n     = 0;

  if (g_file_test (out, G_FILE_TEST_EXISTS))
    return out;

  g_assert_true (pisces_quantise_model (PISCES_NANO, out, type, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, >, 100);

  return out;
}

static PiscesGenerateResult *
draw_wide (const gchar  *folder,
           gint          width,
           gint          height,
           guint64      *resident)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star");
  g_autoptr (GError)                error   = NULL;
  g_autoptr (PiscesStatus)          status  = NULL;
  PiscesGenerateResult             *result;

  request->temperature = 0;
  request->seed        = 4;
  request->width       = width;
  request->height      = height;
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  status    = pisces_engine_get_status (engine);
  *resident = status->resident_bytes;

  return result;
}

static PiscesGenerateResult *
draw (const gchar *folder,
      guint64     *resident)
{
  return draw_wide (folder, 0, 0, resident);
}

static gchar *
describe (const gchar *folder,
          PiscesImage *image)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG);
  result  = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return g_strconcat (result->short_text, " ", result->long_text, NULL);
}

static PiscesPicture *
picture_of (PiscesGenerateResult *result)
{
  return result->pictures->pdata[0];
}

static void
test_alike (gconstpointer data)
{
  const gchar                      *type   = data;
  const gboolean                    is_8   = g_str_equal (type, "q8_0");
  g_autofree gchar                 *folder = quantised (type);
  guint64                           whole, small;
  g_autoptr (PiscesGenerateResult)  plain   = draw (PISCES_NANO, &whole);
  g_autoptr (PiscesGenerateResult)  rounded = draw (folder, &small);
  g_autofree gchar                 *says    = describe (PISCES_NANO, picture_of (plain)->image);
  g_autofree gchar                 *says_q  = describe (folder, picture_of (plain)->image);
  gdouble                           alike   = visible_psnr (picture_of (plain)->image,
                                                    picture_of (rounded)->image);

  g_test_message ("%s: %.1f dB, %.1f of %.1f MB held; “%s” and “%s”", type, alike,
                  small / 1e6, whole / 1e6, says, says_q);
  g_assert_cmpuint (small, <, whole);
  if (is_8)
    {
      g_assert_cmpstr (picture_of (rounded)->plan, ==, picture_of (plain)->plan);
      g_assert_cmpstr (says_q, ==, says);
      /* Activations are rounded too: twelve other pictures have 39 to 53 dB, this
       * one 41.  */
      g_assert_cmpfloat (alike, >, 36);
    }
}

/* What a person is told before, and what room is made for.  */
static void
test_foretold (gconstpointer data)
{
  g_autoptr (GError)               error  = NULL;
  g_autofree gchar                *folder = quantised (data);
  g_autoptr (PiscesModelInfo)      info   = pisces_model_inspect (folder, &error);
  guint64                          held;
  g_autoptr (PiscesGenerateResult) drawn  = draw_wide (folder, 448, 256, &held);

  g_assert_no_error (error);
  g_test_message ("foretold %" G_GUINT64_FORMAT ", held %" G_GUINT64_FORMAT,
                  info->memory_bytes, held);
  g_assert_cmpuint (info->memory_bytes, >=, held * 9 / 10);
  g_assert_cmpuint (info->memory_bytes, <=, held * 5 / 4);
}

/* Quantising in the file gives the same as rounding when the model is loaded.
 * With the narrowest registers, many rows are multiplied in float32; rounded
 * activations would amplify the difference between the matrices.  */
static void
test_same_as_at_loading (void)
{
  g_autofree gchar                 *folder = quantised ("q8_0");
  guint64                           bytes;
  g_autoptr (PiscesGenerateResult)  stored = NULL;
  g_autoptr (PiscesGenerateResult)  loaded = NULL;

  g_setenv ("PISCES_CPU_VECTORS", "128", TRUE);
  stored = draw (folder, &bytes);
  g_setenv ("PISCES_WEIGHTS", "q8_0", TRUE);
  loaded = draw (PISCES_NANO, &bytes);
  g_unsetenv ("PISCES_WEIGHTS");
  g_unsetenv ("PISCES_CPU_VECTORS");
  g_assert_cmpfloat (visible_psnr (picture_of (stored)->image, picture_of (loaded)->image), >, 50);
}

/* If a table of embeddings is also the last matrix, it is used for look-ups
 * and stays as it is; if there are two, the matrix is quantised.  */
static void
test_tied (void)
{
  for (gint tied = 0; tied < 2; tied++)
    {
      g_autofree gchar             *name   = g_strdup_printf ("tied-%d", tied);
      g_autofree gchar             *folder = g_build_filename (scratch, name, NULL);
      g_autofree gchar             *out    = g_strconcat (folder, ".q8_0", NULL);
      g_autoptr (PiscesWeightFiles) files  = NULL;
      g_autoptr (GError)            error  = NULL;
      PiscesHostTensor              tensor;

      copy_model_files (PISCES_NANO, folder);
      if (tied)
        replace (folder, "config.json", "\"tie_word_embeddings\": false",
                 "\"tie_word_embeddings\": true");
      g_assert_true (pisces_quantise_model (folder, out, "q8_0", NULL, &error));
      g_assert_no_error (error);

      files = pisces_weight_files_open (out, "model", &error);
      g_assert_no_error (error);
      g_assert_true (pisces_weight_files_find (files, "language_model.model.embed_tokens.weight",
                                               &tensor));
      g_assert_cmpint (pisces_dtype_bits (tensor.dtype), ==, 0);
      g_assert_true (pisces_weight_files_find (files, "language_model.lm_head.weight", &tensor));
      g_assert_cmpint (pisces_dtype_bits (tensor.dtype), ==, tied ? 0 : 8);
    }
}

static void
refused (const gchar *folder,
         const gchar *out,
         const gchar *type,
         gint         code)
{
  g_autofree gchar  *unfinished = g_strconcat (out, ".unfinished", NULL);
  g_autoptr (GError) error      = NULL;

  g_assert_false (pisces_quantise_model (folder, out, type, NULL, &error));
  g_assert_error (error, PISCES_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_false (g_file_test (unfinished, G_FILE_TEST_EXISTS));
}

static void
test_refused (void)
{
  g_autofree gchar    *empty = g_build_filename (scratch, "empty", NULL);
  g_autofree gchar    *out   = g_build_filename (scratch, "out", NULL);
  g_autofree gchar    *far   = g_build_filename (scratch, "not", "there", NULL);
  const struct rlimit  small = { 300000, RLIM_INFINITY };
  struct rlimit        before;

  g_mkdir (empty, 0777);
  refused (empty, out, "q8_0", PISCES_ERROR_MODEL_NOT_FOUND);
  refused (far, out, "q8_0", PISCES_ERROR_MODEL_NOT_FOUND);
  refused (PISCES_NANO, empty, "q8_0", PISCES_ERROR_INVALID_REQUEST);
  refused (PISCES_NANO, out, "q5_k", PISCES_ERROR_INVALID_REQUEST);
  refused (PISCES_NANO, far, "q8_0", PISCES_ERROR_FAILED);

  /* The file cannot grow, as on a full disk.  */
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  setrlimit (RLIMIT_FSIZE, &small);
  refused (PISCES_NANO, out, "q8_0", PISCES_ERROR_FAILED);
  setrlimit (RLIMIT_FSIZE, &before);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

int
main (int    argc,
      char **argv)
{
  g_autofree gchar *clear = NULL;
  gint              status;

  g_test_init (&argc, &argv, NULL);
  scratch = g_dir_make_tmp ("pisces-quantise-XXXXXX", NULL);

  g_test_add_data_func ("/quantised/q8_0", "q8_0", test_alike);
  g_test_add_data_func ("/quantised/q4_0", "q4_0", test_alike);
  g_test_add_data_func ("/quantised/foretold/q8_0", "q8_0", test_foretold);
  g_test_add_data_func ("/quantised/foretold/q4_0", "q4_0", test_foretold);
  g_test_add_func ("/quantised/same-as-at-loading", test_same_as_at_loading);
  g_test_add_func ("/quantised/tied-embeddings-stay", test_tied);
  g_test_add_func ("/quantised/refused", test_refused);

  status = g_test_run ();
  clear  = g_strdup_printf ("rm -r '%s'", scratch);
  g_spawn_command_line_sync (clear, NULL, NULL, NULL, NULL);

  return status;
}
