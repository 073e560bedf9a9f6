/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Stable Diffusion 3.5 draws into a picture: what is outside the mask stays as it is,
 * the model sees what is around, and a strength says how much changes.  It can be
 * stopped, has the memory that was foretold, works within a budget and from rounded
 * matrices, and draws the same bytes again.
 */

#include "tests/engine/hole.h"
#include "tests/engine/model-copy.h"

#define SIDE 64

static const Box middle = { 20, 18, 24, 20 };


static gchar *
sd3_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "sd3", NULL);
}

static PiscesImage *
ramp (void)
{
  PiscesImage *image = pisces_image_new (SIDE, SIDE, NULL);

  for (gint i = 0; i < SIDE * SIDE; i++)
    {
      image->pixels[4 * i]     = 40 + i % SIDE * 3;
      image->pixels[4 * i + 1] = 200 - i / SIDE * 2;
      image->pixels[4 * i + 2] = 120;
      image->pixels[4 * i + 3] = 255;
    }

  return image;
}

static PiscesImage *
fill (PiscesEngine *engine,
      PiscesImage  *image,
      const Box    *box,
      const gchar  *prompt,
      guint32       seed,
      gdouble       strength)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GBytes)                mask    = box ? mask_of (box, SIDE, 0) : NULL;
  g_autoptr (GError)                error   = NULL;
  PiscesPicture                    *picture;

  request->seed  = seed;
  request->steps = 4;
  pisces_generate_request_set_edit (request, image, mask, strength);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  g_assert_cmpfloat (picture->strength, ==, strength);

  return pisces_image_ref (picture->image);
}

static void
test_only_the_hole_changes (void)
{
  g_autofree gchar        *folder = sd3_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  image  = ramp ();
  const gdouble            strengths[] = { 0.5, 1.0 };

  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      g_autoptr (PiscesImage) words   = fill (engine, image, &middle, "red stars", 3, strengths[i]);
      g_autoptr (PiscesImage) another = fill (engine, image, &middle, "red stars", 4, strengths[i]);
      g_autoptr (PiscesImage) again   = fill (engine, image, &middle, "red stars", 3, strengths[i]);

      g_assert_cmpuint (n_changed (image, words, &middle, FALSE), ==, 0);
      g_assert_cmpuint (n_changed (image, words, &middle, TRUE), >, 300);
      g_assert_cmpuint (n_changed (words, another, &middle, TRUE), >, 300);
      g_assert_cmpuint (n_changed (words, again, &middle, TRUE), ==, 0);
    }
}

/* Without words, it goes on as if nothing had been there.  */
static void
test_without_words (void)
{
  g_autofree gchar        *folder = sd3_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  image  = ramp ();
  g_autoptr (PiscesImage)  filled = fill (engine, image, &middle, "", 3, 1.0);
  g_autoptr (PiscesImage)  words  = fill (engine, image, &middle, "a blue boat", 3, 1.0);

  g_assert_cmpuint (n_changed (image, filled, &middle, FALSE), ==, 0);
  g_assert_cmpuint (n_changed (filled, words, &middle, TRUE), >, 100);
}

/* What is under the hole is not seen at a strength of 1, and is what it begins with at
 * less.  */
static void
test_what_is_under_the_hole (void)
{
  g_autofree gchar        *folder = sd3_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  image  = ramp ();
  g_autoptr (PiscesImage)  marked = ramp ();
  g_autoptr (PiscesImage)  a = NULL, b = NULL, c = NULL, d = NULL;

  for (gint y = middle.y; y < middle.y + middle.height; y++)
    memset (marked->pixels + 4 * (y * SIDE + middle.x), 255, 4 * middle.width);

  a = fill (engine, image, &middle, "red stars", 3, 1.0);
  b = fill (engine, marked, &middle, "red stars", 3, 1.0);
  c = fill (engine, image, &middle, "red stars", 3, 0.4);
  d = fill (engine, marked, &middle, "red stars", 3, 0.4);
  g_assert_cmpuint (n_changed (a, b, &middle, TRUE), ==, 0);
  g_assert_cmpuint (n_changed (c, d, &middle, TRUE), >, 300);
}

static PiscesImage *
vary (PiscesEngine *engine,
      PiscesImage  *image,
      gdouble       strength)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("red stars");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;
  PiscesPicture                    *picture;

  request->width  = image->width;
  request->height = image->height;
  request->steps  = 10;
  pisces_generate_request_vary (request, image, strength);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  g_assert_cmpuint (picture->n_references, ==, 1);

  return pisces_image_ref (picture->image);
}

/* The more may change, the further it goes away; in any size that the model draws.  The
 * autoencoder of random weights gives no picture back, so the first variant stands for
 * what it begins with.  */
static void
test_variants (void)
{
  g_autofree gchar        *folder = sd3_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  image  = pisces_image_new (80, 48, NULL);
  g_autoptr (PiscesImage)  first  = NULL;
  gdouble                  before = INFINITY;

  for (gint p = 0; p < 80 * 48; p++)
    {
      image->pixels[4 * p]     = 60 + p % 80 * 2;
      image->pixels[4 * p + 1] = 90;
      image->pixels[4 * p + 2] = 200 - p / 80 * 3;
      image->pixels[4 * p + 3] = 255;
    }

  first = vary (engine, image, 0.1);
  g_assert_cmpint (first->width, ==, 80);
  g_assert_cmpint (first->height, ==, 48);
  for (guint i = 1; i <= 3; i++)
    {
      g_autoptr (PiscesImage) further = vary (engine, image, 0.3 * i);
      const gdouble           found   = visible_psnr (first, further);

      g_test_message ("%.1f: %.1f dB", 0.3 * i, found);
      g_assert_cmpfloat (found, <, before);
      before = found;
    }
}

static void
test_without_encoder (void)
{
  gchar                       *folder = copy_golden ("sd3");
  g_autoptr (PiscesModelInfo)  info   = NULL;
  g_autoptr (GError)           error  = NULL;
  gsize                        length;
  g_autofree gchar            *bytes  = read_file (folder, "vae/diffusion_pytorch_model.safetensors",
                                                   &length);

  /* Names of the same length, which nobody reads.  */
  for (gchar *at = bytes; (at = memmem (at, bytes + length - at, "\"encoder.", 9)); at++)
    memcpy (at, "\"xncoder.", 9);
  write_file (folder, "vae/diffusion_pytorch_model.safetensors", bytes, length);

  info = pisces_model_verify (folder, &error);
  g_assert_no_error (error);
  g_assert_false (info->abilities.fills);
  g_assert_nonnull (info->abilities.fill_refusal);
  {
    g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
    g_autoptr (PiscesImage)           image   = ramp ();
    g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("red stars");
    g_autoptr (PiscesGenerateResult)  drawn   = NULL, refused = NULL;

    request->steps = 1;
    drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    pisces_generate_request_set_edit (request, image, NULL, 1.0);
    refused = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
    g_assert_null (refused);
    g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
    g_assert_nonnull (strstr (error->message, "encoder"));
  }
  remove_model (folder);
}

typedef struct
{
  GCancellable *cancellable;
  gdouble       fraction;
  guint         n_previews;
} Watch;

static void
on_progress (const PiscesProgress *progress,
             gpointer              data)
{
  Watch *watch = data;

  g_assert_cmpfloat (progress->fraction, >=, watch->fraction);
  watch->fraction    = progress->fraction;
  watch->n_previews += progress->preview != NULL;
  if (watch->cancellable && progress->stage == PISCES_STAGE_DRAWING)
    g_cancellable_cancel (watch->cancellable);
}

static void
test_progress (void)
{
  g_autofree gchar                 *folder  = sd3_folder ();
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("red stars");
  g_autoptr (PiscesGenerateResult)  result  = NULL, none = NULL;
  g_autoptr (GCancellable)          stop    = g_cancellable_new ();
  g_autoptr (PiscesStatus)          status  = NULL;
  g_autoptr (GError)                error   = NULL;
  Watch                             whole   = { 0 }, stopped = { .cancellable = stop };

  request->count         = 2;
  request->steps         = 10;
  request->want_previews = TRUE;
  result = pisces_engine_generate (engine, request, on_progress, &whole, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->pictures->len, ==, 2);
  g_assert_cmpfloat (whole.fraction, ==, 1.0);
  g_assert_cmpuint (whole.n_previews, >=, 4);

  request->steps = 1000;
  none = pisces_engine_generate (engine, request, on_progress, &stopped, stop, &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  status = pisces_engine_get_status (engine);
  g_assert_cmpuint (status->resident_bytes, >, 0);
}

static PiscesImage *
draw (const gchar *folder,
      guint64      budget,
      gchar      **warnings,
      guint64     *held,
      GError     **error)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("red stars");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (PiscesStatus)          status  = NULL;

  pisces_engine_set_memory_budget (engine, budget);
  request->seed = 5;
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
  status = pisces_engine_get_status (engine);
  *held  = status->resident_bytes;
  if (result == NULL)
    return NULL;

  *warnings = g_strjoinv (" ", result->warnings);

  return pisces_image_ref (((PiscesPicture *) result->pictures->pdata[0])->image);
}

/* Weights are read again from the files when they are needed.  */
static void
test_budget (void)
{
  g_autofree gchar            *folder   = sd3_folder ();
  g_autofree gchar            *warnings = NULL, *others = NULL, *none = NULL;
  g_autoptr (PiscesModelInfo)  info     = NULL;
  g_autoptr (PiscesImage)      whole = NULL, tight = NULL, refused = NULL;
  g_autoptr (GError)           error = NULL;
  guint64                      held, less;

  whole = draw (folder, 0, &warnings, &held, &error);
  g_assert_no_error (error);
  info = pisces_model_inspect (folder, &error);
  g_assert_no_error (error);
  g_test_message ("foretold %" G_GUINT64_FORMAT ", held %" G_GUINT64_FORMAT, info->memory_bytes, held);

  tight = draw (folder, held - info->n_bytes / 3, &others, &less, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (less, <=, held - info->n_bytes / 3);
  g_assert_cmpfloat (visible_psnr (whole, tight), >, strstr (others, "tiles") ? 30.0 : 100.0);

  refused = draw (folder, 100000, &none, &less, &error);
  g_assert_null (refused);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
}

static void
test_quantised (void)
{
  g_autofree gchar   *folder   = sd3_folder ();
  g_autofree gchar   *scratch  = g_dir_make_tmp ("pisces-quantised-XXXXXX", NULL);
  g_autofree gchar   *warnings = NULL, *others = NULL;
  g_autoptr (PiscesImage) whole = NULL;
  g_autoptr (GError)  error    = NULL;
  guint64             held;

  whole = draw (folder, 0, &warnings, &held, &error);
  for (guint i = 0; i < 2; i++)
    {
      const gchar            *type  = i == 0 ? "q8_0" : "q4_0";
      gchar                  *out   = g_build_filename (scratch, type, NULL);
      g_autoptr (PiscesModelInfo) info = NULL;
      g_autoptr (PiscesImage) small = NULL;
      gdouble                 found;
      guint                   n     = 0;

      g_assert_true (pisces_quantise_model (folder, out, type, &n, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (n, >=, 3);
      info = pisces_model_verify (out, &error);
      g_assert_no_error (error);
      g_clear_pointer (&others, g_free);
      small = draw (out, 0, &others, &held, &error);
      g_assert_no_error (error);
      found = visible_psnr (whole, small);
      g_test_message ("%s: %u matrices, %.1f dB", type, n, found);
      g_assert_cmpfloat (found, >, i == 0 ? 40.0 : 20.0);
      remove_model (out);
    }
  g_rmdir (scratch);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sd3/only-the-hole-changes", test_only_the_hole_changes);
  g_test_add_func ("/sd3/fills-without-words", test_without_words);
  g_test_add_func ("/sd3/what-is-under-the-hole", test_what_is_under_the_hole);
  g_test_add_func ("/sd3/variants-go-as-far-as-is-said", test_variants);
  g_test_add_func ("/sd3/fills-nothing-without-an-encoder", test_without_encoder);
  g_test_add_func ("/sd3/progress-and-stopping", test_progress);
  g_test_add_func ("/sd3/a-budget-is-kept", test_budget);
  g_test_add_func ("/sd3/rounded-matrices", test_quantised);

  return g_test_run ();
}
