/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An engine never exceeds its memory budget: it decodes a picture in tiles if
 * the whole does not fit, and says what is missing if nothing helps.
 */

#include "engine/engine-private.h"
#include "tests/engine/fixture.h"

#define MIB (1024 * 1024)

static guint64
held_by (PiscesEngine *engine)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  return status->resident_bytes;
}

static PiscesGenerateResult *
draw (PiscesEngine  *engine,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star");

  request->plan  = g_strdup ("white background; red star x8 y8 s7");
  request->seed  = 4;
  request->steps = 4;

  return pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
}

static PiscesImage *
image_of (PiscesGenerateResult *result)
{
  return ((PiscesPicture *) result->pictures->pdata[0])->image;
}

static void
test_kept (void)
{
  g_autoptr (PiscesEngine)          engine = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (GError)                error  = NULL;
  g_autoptr (PiscesGenerateResult)  whole  = NULL;
  g_autoptr (PiscesGenerateResult)  tiled  = NULL;
  g_autoptr (PiscesDescribeRequest) look   = NULL;
  g_autoptr (PiscesDescribeResult)  told   = NULL;
  guint64                           all, weights;
  gdouble                           alike;

  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
  weights = held_by (engine);
  whole   = draw (engine, &error);
  g_assert_no_error (error);
  all = held_by (engine);
  g_assert_cmpuint (g_strv_length (whole->warnings), ==, 0);
  pisces_engine_unload (engine);
  g_assert_cmpuint (held_by (engine), ==, 0);

  pisces_engine_set_memory_budget (engine, weights + (all - weights) * 4 / 5);
  tiled = draw (engine, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (held_by (engine), <=, weights + (all - weights) * 4 / 5);
  g_assert_cmpuint (g_strv_length (tiled->warnings), ==, 1);
  g_assert_nonnull (strstr (tiled->warnings[0], "tiles"));

  alike = visible_psnr (image_of (whole), image_of (tiled));
  g_test_message ("%.1f MiB whole, %.1f in tiles: %.1f dB", (gdouble) all / MIB,
                  (gdouble) held_by (engine) / MIB, alike);
  g_assert_cmpfloat (alike, >, 25);

  look = pisces_describe_request_new (image_of (whole), PISCES_DESCRIBE_SHORT);
  told = pisces_engine_describe (engine, look, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (held_by (engine), <=, weights + (all - weights) * 4 / 5);
}

/* Half of the weights fit, so they are freed and loaded again; the results
 * stay the same except for the tiles.  */
static void
test_streamed (void)
{
  g_autoptr (PiscesEngine)          engine = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (GError)                error  = NULL;
  g_autoptr (PiscesGenerateResult)  whole  = NULL;
  g_autoptr (PiscesGenerateResult)  parts  = NULL;
  g_autoptr (PiscesDescribeRequest) look   = NULL;
  g_autoptr (PiscesDescribeResult)  told   = NULL;
  g_autoptr (PiscesDescribeResult)  again  = NULL;
  guint64                           weights, budget;
  gdouble                           alike;

  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
  weights = held_by (engine);
  whole   = draw (engine, &error);
  g_assert_no_error (error);
  look = pisces_describe_request_new (image_of (whole),
                                      PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG);
  told = pisces_engine_describe (engine, look, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pisces_engine_unload (engine);

  budget = weights / 2;
  pisces_engine_set_memory_budget (engine, budget);
  parts = draw (engine, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (held_by (engine), <=, budget);
  again = pisces_engine_describe (engine, look, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (held_by (engine), <=, budget);
  g_assert_cmpstr (again->short_text, ==, told->short_text);
  g_assert_cmpstr (again->long_text, ==, told->long_text);

  alike = visible_psnr (image_of (whole), image_of (parts));
  g_test_message ("%.1f MiB of weights, %.1f MiB held: %.1f dB",
                  (gdouble) weights / MIB, (gdouble) held_by (engine) / MIB, alike);
  g_assert_cmpfloat (alike, >, 25);

  pisces_engine_unload (engine);
  g_assert_cmpuint (held_by (engine), ==, 0);
}

/* The memory of a job is allocated once; later jobs need no more.  */
static void
test_steady (void)
{
  g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (GError)       error  = NULL;
  guint64                  first  = 0;

  for (gint i = 0; i < 3; i++)
    {
      g_autoptr (PiscesGenerateResult) result = draw (engine, &error);

      g_assert_no_error (error);
      if (i == 0)
        first = held_by (engine);
      g_assert_cmpuint (held_by (engine), ==, first);
    }
}

static void
test_too_small (void)
{
  g_autoptr (PiscesEngine)         engine = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesGenerateResult) result = NULL;
  g_autoptr (GError)               error  = NULL;

  pisces_engine_set_memory_budget (engine, 1000000);
  result = draw (engine, &error);
  g_assert_null (result);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
  g_assert_nonnull (strstr (error->message, "1000000"));
  g_test_message ("%s", error->message);
  g_assert_cmpuint (held_by (engine), <=, 1000000);
  pisces_engine_unload (engine);
  g_assert_cmpuint (held_by (engine), ==, 0);
}

static PiscesGenerateResult *
draw_tiny (PiscesEngine  *engine,
           guint          count,
           GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = small_request ();

  request->steps = 1;
  request->count = count;

  return pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
}

/* Expects a picture within the budget, or a sentence that names the budget and
 * the larger number that is needed.  The budget is never exceeded.
 *
 * Returns: whether there was a picture.  */
static gboolean
draw_within (guint64 budget)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) result = NULL;
  g_autoptr (GError)               error  = NULL;
  g_autofree gchar                *number = g_strdup_printf ("%" G_GUINT64_FORMAT, budget);

  pisces_engine_set_memory_budget (engine, budget);
  result = draw_tiny (engine, 1, &error);
  g_assert_cmpuint (held_by (engine), <=, budget);
  if (result)
    {
      g_assert_cmpuint (held_by (engine), >, 0);
    }
  else
    {
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
      g_assert_nonnull (strstr (error->message, number));
    }
  pisces_engine_unload (engine);
  g_assert_cmpuint (held_by (engine), ==, 0);

  return result != NULL;
}

/* Tests each byte around the smallest sufficient budget, and the whole range
 * in large steps: every budget above it is sufficient, and one byte less is
 * not.  */
static void
test_around_the_least (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) whole  = NULL;
  g_autoptr (GError)               error  = NULL;
  guint64                          too_small = 0;
  guint64                          least;
  guint64                          all;

  whole = draw_tiny (engine, 1, &error);
  g_assert_no_error (error);
  all = held_by (engine);
  pisces_engine_unload (engine);

  /* The memory used without a budget is exactly sufficient.  */
  g_assert_true (draw_within (all));
  least = all;
  while (least - too_small > 1)
    {
      const guint64 middle = too_small + (least - too_small) / 2;

      if (middle > 0 && draw_within (middle))
        least = middle;
      else
        too_small = middle;
    }
  g_test_message ("%" G_GUINT64_FORMAT " bytes are enough, %" G_GUINT64_FORMAT
                  " were held without a budget", least, all);
  g_assert_cmpuint (least, <, all);

  for (gint64 i = -66; i <= 66; i += ABS (i) > 2 ? 16 : 1)
    g_assert_cmpint (draw_within (least + i), ==, i >= 0);
  for (guint i = 1; i < 16; i++)
    {
      g_assert_false (draw_within (least * i / 16));
      g_assert_true (draw_within (least + (all - least) * i / 16));
    }
}

/* The pictures of a request are drawn one after another in the same memory.  */
static void
test_eight_take_no_more_than_one (void)
{
  guint64 held[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesEngine)         engine = tiny_engine ();
      g_autoptr (PiscesGenerateResult) result = NULL;
      g_autoptr (GError)               error  = NULL;

      result = draw_tiny (engine, i ? 8 : 1, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (result->pictures->len, ==, i ? 8 : 1);
      held[i] = held_by (engine);
    }
  g_assert_cmpuint (held[0], ==, held[1]);
}

static void
test_environment (void)
{
  static const gchar *const bad[] = { "much", "-1 GB", "8 parsecs", "nan", "0", "1e300 GB" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");
      g_autoptr (GError)       error  = NULL;

      g_setenv ("PISCES_MEMORY_BUDGET", bad[i], TRUE);
      g_assert_false (pisces_engine_load (engine, NULL, NULL, NULL, &error));
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_assert_nonnull (strstr (error->message, bad[i]));
    }

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");
      g_autoptr (GError)       error  = NULL;

      g_setenv ("PISCES_MEMORY_BUDGET", i ? "2 GB" : "0.5MiB", TRUE);
      g_assert_cmpint (pisces_engine_load (engine, NULL, NULL, NULL, &error), ==, i);
    }

  /* A budget set by the engine's owner overrides the environment.  */
  {
    g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");
    g_autoptr (GError)       error  = NULL;

    g_setenv ("PISCES_MEMORY_BUDGET", "0.5MiB", TRUE);
    pisces_engine_set_memory_budget (engine, 2000000000);
    g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
    g_assert_no_error (error);
  }
  g_unsetenv ("PISCES_MEMORY_BUDGET");
}

static void
test_sizes (void)
{
  static const struct
  {
    const gchar *text;
    gsize        bytes;
  } sizes[] =
  {
    { "1",          1 },
    { "12345",      12345 },
    { "7 B",        7 },
    { "500 MB",     500000000 },
    { "500M",       500000000 },
    { "1 MiB",      1048576 },
    { "0.5mib",     524288 },
    { " 8 GB ",     8000000000 },
    { "8g",         8000000000 },
    { "7.5 GiB",    8053063680 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gsize bytes = 0;

      g_assert_true (pisces_memory_budget_parse (sizes[i].text, &bytes));
      g_assert_cmpuint (bytes, ==, sizes[i].bytes);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/memory-budget/is-kept", test_kept);
  g_test_add_func ("/memory-budget/weights-come-and-go", test_streamed);
  g_test_add_func ("/memory-budget/jobs-ask-once", test_steady);
  g_test_add_func ("/memory-budget/too-small-is-told", test_too_small);
  g_test_add_func ("/memory-budget/around-the-least", test_around_the_least);
  g_test_add_func ("/memory-budget/eight-pictures-take-no-more-than-one",
                   test_eight_take_no_more_than_one);
  g_test_add_func ("/memory-budget/environment", test_environment);
  g_test_add_func ("/memory-budget/sizes-are-what-they-say", test_sizes);

  return g_test_run ();
}
