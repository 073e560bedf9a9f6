/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture has the size that is asked for, if the model draws it; if not, a sentence
 * names the nearest.  The same seed gives the same bytes, with any number of threads
 * and from a plan that is given back; and its memory is taken before it is drawn.
 */

#include <math.h>

#include "engine/families/pisces/model.h"
#include "tests/engine/model-copy.h"

/* nano's pictures.  */
#define SIDE 256


static PiscesGenerateRequest *
new_request (gint width,
             gint height)
{
  PiscesGenerateRequest *request = pisces_generate_request_new ("a red star and a blue fish");

  request->seed   = 7;
  request->steps  = 4;
  request->width  = width;
  request->height = height;

  return request;
}

static PiscesPicture *
draw_with (const gchar           *folder,
           PiscesGenerateRequest *request,
           PiscesProgressFunc     func,
           gpointer               data)
{
  g_autoptr (PiscesEngine)         engine = pisces_engine_new (folder, "cpu");
  g_autoptr (GError)               error  = NULL;
  g_autoptr (PiscesGenerateResult) result = pisces_engine_generate (engine, request, func, data,
                                                                    NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (result->pictures->len, ==, 1);

  return pisces_picture_ref (result->pictures->pdata[0]);
}

static PiscesPicture *
draw (PiscesGenerateRequest *request)
{
  return draw_with (PISCES_NANO, request, NULL, NULL);
}

static void
assert_same (const PiscesPicture *one,
             const PiscesPicture *other)
{
  g_assert_cmpint (one->image->width, ==, other->image->width);
  g_assert_cmpmem (one->image->pixels, (gsize) one->image->width * one->image->height * 4,
                   other->image->pixels, (gsize) other->image->width * other->image->height * 4);
}

static PiscesSizes
sizes_of (const gchar *folder)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (PiscesModelInfo) info  = pisces_model_inspect (folder, &error);

  g_assert_no_error (error);

  return info->abilities.sizes;
}

static void
test_nearest (void)
{
  static const struct { gdouble width, height; gint good_width, good_height; } cases[] =
  {
    { 1920, 1080, 448, 256 }, { 1080, 1920, 256, 448 }, { 16, 9, 448, 256 },
    { 4, 3, 336, 256 }, { 3, 4, 256, 336 }, { 1, 1, 256, 256 }, { 3000, 3000, 256, 256 },
    { 300, 200, 384, 256 }, { 10000, 20, 448, 256 }, { 1, 20000, 256, 448 },
    { 20000, 20000, 256, 256 }, { 448, 256, 448, 256 }, { 0, 5, 256, 256 },
    { -3, 4, 256, 256 }, { NAN, 1, 256, 256 }, { INFINITY, 1, 256, 256 },
    { 1e300, 1e-300, 448, 256 },
  };
  const PiscesSizes sizes = sizes_of (PISCES_NANO);
  PiscesSizes       only;

  g_assert_false (pisces_sizes_is_one (&sizes));
  pisces_sizes_set_only (&only, 384, 384);
  g_assert_true (pisces_sizes_is_one (&only));
  g_assert_cmpuint (pisces_sizes_most_pixels (&sizes), ==, 448 * 256);
  g_assert_cmpuint (pisces_sizes_most_pixels (&only), ==, 384 * 384);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint width = 0, height = 0;

      pisces_sizes_choose (&sizes, cases[i].width, cases[i].height, &width, &height);
      g_assert_cmpint (width, ==, cases[i].good_width);
      g_assert_cmpint (height, ==, cases[i].good_height);
      g_assert_true (pisces_sizes_check (&sizes, width, height, NULL));

      pisces_sizes_choose (&only, cases[i].width, cases[i].height, &width, &height);
      g_assert_cmpint (width, ==, 384);
      g_assert_cmpint (height, ==, 384);
    }
}

/* Sizes in steps, between limits of the shorter and of the longer side.  */
static void
test_nearest_of_many (void)
{
  const PiscesSizes sizes =
  {
    .multiple = 64, .least = 512, .most_short = 1024, .most = 2048,
    .narrowest = 0.5, .widest = 2.0, .width = 1024, .height = 1024,
  };
  gint width, height;

  pisces_sizes_choose (&sizes, 768, 576, &width, &height);
  g_assert_cmpint (width, ==, 768);
  g_assert_cmpint (height, ==, 576);
  pisces_sizes_choose (&sizes, 1, 1, &width, &height);
  g_assert_cmpint (width, ==, 1024);
  g_assert_cmpint (height, ==, 1024);
  pisces_sizes_choose (&sizes, 40, 1, &width, &height);
  g_assert_cmpint (width, ==, 2 * height);
}

static void
test_texts (void)
{
  static const gchar *const bad[] = { "", "x", "448", "448x", "x256", "448x256x", "448x256 ", "16:",
                                      ":9", "0:1", "-1:2", "1e999:1", "nan:1", "16:9:4", "0x10:1", "16:0x9",
                                      "inf:1" };
  const PiscesSizes sizes = sizes_of (PISCES_NANO);
  gint              width, height;

  g_assert_true (pisces_sizes_read (&sizes, "448x256", &width, &height, NULL));
  g_assert_cmpint (width, ==, 448);
  g_assert_cmpint (height, ==, 256);
  g_assert_true (pisces_sizes_read (&sizes, "9:16", &width, &height, NULL));
  g_assert_cmpint (width, ==, 256);
  g_assert_cmpint (height, ==, 448);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pisces_sizes_read (&sizes, bad[i], &width, &height, &error));
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_assert_nonnull (strstr (error->message, "16:9"));
    }
}

static void
test_refusals (void)
{
  static const struct { gint width, height; const gchar *named; } cases[] =
  {
    { 300, 200, "384 × 256" }, { 1, 20000, "256 × 448" }, { 20000, 20000, "256 × 256" },
    { 464, 256, "448 × 256" }, { 448, 448, "256 × 256" }, { 250, 250, "256 × 256" },
    { 440, 256, "× 256" }, { G_MAXINT, 1, "448 × 256" }, { 512, 256, "448 × 256" },
    { 0, 256, "0 × 256" }, { 256, 0, "256 × 0" }, { -256, -256, "-256 × -256" },
  };
  g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PiscesGenerateRequest) request = new_request (cases[i].width, cases[i].height);
      g_autoptr (GError)                error   = NULL;

      g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_assert_nonnull (strstr (error->message, cases[i].named));
    }
}

/* What is drawn into a picture has the model's own size.  */
static void
test_edit_is_refused (void)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesGenerateRequest) request = new_request (448, 256);
  g_autoptr (PiscesImage)           image   = pisces_image_new (448, 256, NULL);
  g_autoptr (GError)                error   = NULL;

  pisces_generate_request_set_edit (request, image, NULL, 0.5);
  g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
}

/* What only begins with a picture may be of any size.  */
static void
test_vary (void)
{
  g_autoptr (PiscesGenerateRequest) first = new_request (448, 256), second = new_request (448, 256);
  g_autoptr (PiscesPicture)         begun = draw (first), picture = NULL;

  second->plan = g_strdup (begun->plan);
  pisces_generate_request_vary (second, begun->image, 0.5);
  picture = draw (second);
  g_assert_cmpint (picture->image->width, ==, 448);
  g_assert_cmpint (picture->image->height, ==, 256);
}

static void
see_preview (const PiscesProgress *progress,
             gpointer              data)
{
  guint *n_previews = data;

  if (progress->preview == NULL)
    return;

  g_assert_cmpint (progress->preview->width, ==, 448);
  g_assert_cmpint (progress->preview->height, ==, 256);
  ++*n_previews;
}

static void
test_size (void)
{
  static const gint sides[][2] = { { 448, 256 }, { 256, 448 }, { 336, 256 }, { 272, 256 } };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (PiscesGenerateRequest) request = new_request (sides[i][0], sides[i][1]);
      g_autoptr (PiscesPicture)         picture = NULL;
      guint                             n_previews = 0;

      request->want_previews = i == 0;
      picture = draw_with (PISCES_NANO, request, i == 0 ? see_preview : NULL, &n_previews);
      g_assert_cmpint (picture->image->width, ==, sides[i][0]);
      g_assert_cmpint (picture->image->height, ==, sides[i][1]);
      g_assert_cmpint (picture->width, ==, sides[i][0]);
      g_assert_cmpint (picture->height, ==, sides[i][1]);
      g_assert_cmpuint (n_previews > 0, ==, i == 0);
    }
}

/* To name the model's own size is to leave it out.  */
static void
test_own_size (void)
{
  g_autoptr (PiscesGenerateRequest) plain = new_request (0, 0), named = new_request (SIDE, SIDE);
  g_autoptr (PiscesPicture)         one = draw (plain), other = draw (named);

  g_assert_cmpint (one->width, ==, SIDE);
  g_assert_cmpint (one->height, ==, SIDE);
  assert_same (one, other);
}

static void
test_again (void)
{
  g_autoptr (PiscesGenerateRequest) request = new_request (448, 256);
  g_autoptr (PiscesPicture)         one = NULL, other = NULL, planned = NULL;

  g_setenv ("PISCES_THREADS", "1", TRUE);
  one = draw (request);
  g_setenv ("PISCES_THREADS", "3", TRUE);
  other = draw (request);
  g_unsetenv ("PISCES_THREADS");
  assert_same (one, other);

  request->plan = g_strdup (one->plan);
  planned = draw (request);
  g_assert_cmpstr (planned->plan, ==, one->plan);
  assert_same (one, planned);
}

/* How many of the pixels in a part of the picture, in 16ths of its width, are seen.  */
static guint
count_seen (const PiscesImage *image,
            gint               from,
            gint               to)
{
  guint n = 0;

  for (gint y = 0; y < image->height; y++)
    for (gint x = from * image->width / 16; x < to * image->width / 16; x++)
      n += image->pixels[((gsize) y * image->width + x) * 4 + 3] > 128;

  return n;
}

/* A plan is spread over the whole width: what it has at the edges is there, and there
 * is nothing between.  */
static void
test_plan_is_spread (void)
{
  g_autoptr (PiscesGenerateRequest) request = new_request (448, 256);
  g_autoptr (PiscesPicture)         picture = NULL;

  request->steps = 0;
  request->plan  = g_strdup ("transparent background; blue square x3 y8 s2; "
                             "green circle x12 y8 s2");
  picture = draw (request);

  g_assert_cmpstr (picture->plan, ==, request->plan);
  g_assert_cmpuint (count_seen (picture->image, 1, 6), >, 3000);
  g_assert_cmpuint (count_seen (picture->image, 10, 15), >, 2000);
  g_assert_cmpuint (count_seen (picture->image, 6, 10), <, 100);
}

/* A thing that somebody wrote down without a place is drawn once.  */
static void
test_plan_without_places (void)
{
  static const gchar *const plans[] = { "blue square", "transparent background; blue squares",
                                        "transparent background; blue square; green circle x2 y8 s1" };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autoptr (PiscesWindows) windows = NULL;
      g_autoptr (GHashTable)    things  = g_hash_table_new (g_str_hash, g_str_equal);
      PiscesSettings            settings = { .latent_size = 16, .plan_grid = 16, .plan_sizes = 8,
                                             .plan_least_size = 0.1, .plan_size_step = 0.035,
                                             .thing_words = things };
      guint                     n_named  = 0;

      g_hash_table_add (things, "square");
      g_hash_table_add (things, "squares");
      g_hash_table_add (things, "circle");
      g_hash_table_add (things, "background");
      windows = pisces_windows_new (&settings, plans[i], 16, 28);
      for (guint w = 0; w < windows->n; w++)
        if (strstr (windows->windows[w].plan, "square") == NULL)
          {
            g_assert_true (i == 0 || strstr (windows->windows[w].plan, "background"));
          }
        else
          {
            n_named++;
            g_assert_cmpint (windows->windows[w].left, ==, 6);
            g_assert_cmpuint (windows->owners[8 * 28 + 14], ==, w);
          }
      g_assert_cmpuint (n_named, ==, 1);
    }
}

/* Each window sees its part of a picture that is drawn from.  */
static void
test_references (void)
{
  g_autoptr (PiscesImage) image = pisces_image_new (448, 256, NULL);

  for (gint y = 70; y < 180; y++)
    for (gint x = 310; x < 410; x++)
      memcpy (image->pixels + ((gsize) y * 448 + x) * 4, (guint8[]) { 50, 90, 220, 255 }, 4);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesGenerateRequest) request = new_request (448, 256);
      g_autoptr (PiscesPicture)         picture = NULL;

      /* Without words, and with half of them.  */
      g_free (request->prompt);
      request->prompt = g_strdup (i == 0 ? "" : "a blue square");
      request->plan   = g_strdup (i == 0 ? NULL : "transparent background; blue square x12 y7 s3");
      request->steps  = 0;
      pisces_generate_request_add_reference (request, image, i == 0 ? 1.0 : 0.5);
      picture = draw (request);
      g_assert_cmpuint (count_seen (picture->image, 10, 16), >, 6000);
      g_assert_cmpuint (count_seen (picture->image, 0, 9), <, 200);
    }
}

/*  memory  */

static void
report_nothing (PiscesJob            *job,
                const PiscesProgress *progress)
{
}

/* The memory of a job is taken in one piece before it begins, whatever its plan is.  */
static void
test_memory (void)
{
  static const gchar *const plans[] =
  {
    NULL, "red background", "blue star x8 y8 s7",
    "blue star x5 y2 s7; blue star x7 y6 s7; blue star x8 y9 s7; blue star x10 y13 s7; "
    "red fish x9 y9 s6; green moon",
  };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autoptr (PiscesGenerateRequest) request  = new_request (i % 2 ? 256 : 448, i % 2 ? 448 : 256);
      g_autoptr (GError)                error    = NULL;
      g_autoptr (GPtrArray)             warnings = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray)             pictures =
        g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
      PiscesBackend                    *backend  = pisces_backend_open ("cpu", &error);
      PiscesJob                         job      = { .warnings = warnings,
                                                     .report = report_nothing };
      PiscesModel                      *model;

      g_assert_no_error (error);
      pisces_backend_begin (backend, NULL);
      model = pisces_model_load (PISCES_NANO, backend, &job, &error);
      g_assert_no_error (error);
      pisces_backend_trim (backend);

      request->plan  = g_strdup (plans[i]);
      request->steps = 1;
      pisces_family_generate (model, request, &job, pictures, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (pictures->len, ==, 1);
      g_assert_cmpuint (backend->blocks->len, ==, 1);

      pisces_model_free (model);
      pisces_backend_close (backend);
    }
}

/* If vectors are painted, a model needs plans with places to draw more than squares.  */
static void
test_other_models (void)
{
  gchar                            *folder  = copy_model ();
  g_autoptr (PiscesGenerateRequest) request = NULL;
  g_autoptr (PiscesPicture)         picture = NULL;
  PiscesSizes                       sizes   = sizes_of (folder);

  g_assert_true (pisces_sizes_is_one (&sizes));

  replace (folder, "config.json", "\"paint_channels\": 5", "\"paint_channels\": 0");
  sizes = sizes_of (folder);
  g_assert_false (pisces_sizes_is_one (&sizes));

  replace (folder, "config.json", "\"paint_channels\": 0",
           "\"plan_places\": { \"grid\": 16, \"sizes\": 8, \"least_size\": 0.1, "
           "\"size_step\": 0.035 }, \"paint_channels\": 5");
  sizes = sizes_of (folder);
  g_assert_false (pisces_sizes_is_one (&sizes));

  request = new_request (0, 0);
  pisces_sizes_choose (&sizes, 16, 9, &request->width, &request->height);
  g_assert_cmpint (request->width, >, request->height);
  picture = draw_with (folder, request, NULL, NULL);
  g_assert_cmpint (picture->image->width, ==, request->width);
  g_assert_cmpint (picture->image->height, ==, request->height);

  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sizes/nearest", test_nearest);
  g_test_add_func ("/sizes/nearest-of-many", test_nearest_of_many);
  g_test_add_func ("/sizes/texts", test_texts);
  g_test_add_func ("/sizes/refusals", test_refusals);
  g_test_add_func ("/sizes/edit-is-refused", test_edit_is_refused);
  g_test_add_func ("/sizes/vary", test_vary);
  g_test_add_func ("/sizes/size", test_size);
  g_test_add_func ("/sizes/own-size", test_own_size);
  g_test_add_func ("/sizes/again", test_again);
  g_test_add_func ("/sizes/plan-is-spread", test_plan_is_spread);
  g_test_add_func ("/sizes/plan-without-places", test_plan_without_places);
  g_test_add_func ("/sizes/references", test_references);
  g_test_add_func ("/sizes/memory", test_memory);
  g_test_add_func ("/sizes/other-models", test_other_models);

  return g_test_run ();
}
