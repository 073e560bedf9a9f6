/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The steps in which new borders are drawn cover these and nothing else, each sees
 * enough of what is there, and the later ones see what the earlier have drawn.  What
 * is too much, or nothing, ends in a sentence.
 */

#include <string.h>

#include "engine/pisces.h"

typedef struct
{
  gint          width, height;
  PiscesBorders borders;
  gint          model_width, model_height;
} Case;

static const Case cases[] =
{
  { 256, 256, { 99, 0, 100, 0 }, 256, 256 },
  { 256, 256, { 0, 99, 0, 100 }, 256, 256 },
  { 256, 256, { 64, 64, 64, 64 }, 256, 256 },
  { 256, 256, { 0, 0, 1, 0 }, 256, 256 },
  { 256, 256, { 384, 0, 384, 0 }, 256, 256 },
  { 1000, 700, { 30, 50, 0, 200 }, 256, 256 },
  { 4000, 3000, { 100, 100, 100, 100 }, 1024, 1024 },
  { 20000, 20000, { 100, 0, 0, 0 }, 256, 256 },
  { 1, 20000, { 40, 0, 0, 0 }, 256, 256 },
  { 20000, 1, { 0, 0, 0, 40 }, 256, 256 },
  { 1, 1, { 4, 0, 4, 0 }, 256, 256 },
  { 3, 5, { 2, 1, 7, 4 }, 256, 256 },
  { 640, 480, { 100, 0, 37, 0 }, 512, 384 },
  { 1920, 1080, { 0, 420, 0, 420 }, 1344, 768 },
  { 300, 1000, { 350, 0, 350, 0 }, 256, 256 },
};


static gint64
area (const PiscesRectangle *one)
{
  return MAX (one->width, 0) * (gint64) MAX (one->height, 0);
}

static PiscesRectangle
common (const PiscesRectangle *a,
        const PiscesRectangle *b)
{
  const gint x = MAX (a->x, b->x), y = MAX (a->y, b->y);

  return (PiscesRectangle) { x, y, MIN (a->x + a->width, b->x + b->width) - x,
                             MIN (a->y + a->height, b->y + b->height) - y };
}

static gint64
overlap (const PiscesRectangle *a,
         const PiscesRectangle *b)
{
  const PiscesRectangle both = common (a, b);

  return both.width > 0 && both.height > 0 ? area (&both) : 0;
}

static void
check_steps (const Case *one)
{
  const PiscesBorders  *borders = &one->borders;
  const PiscesRectangle whole   = { 0, 0, borders->left + one->width + borders->right,
                                    borders->top + one->height + borders->bottom };
  g_autoptr (GError)    error   = NULL;
  g_autoptr (GArray)    steps   = NULL;
  g_autoptr (GArray)    known   = g_array_new (FALSE, FALSE, sizeof (PiscesRectangle));
  PiscesRectangle       old     = { borders->left, borders->top, one->width, one->height };
  gint64                drawn   = 0;

  steps = pisces_extend_plan (one->width, one->height, borders, one->model_width,
                              one->model_height, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (steps->len, <=, PISCES_EXTEND_STEPS_MAX);
  g_array_append_val (known, old);

  for (guint i = 0; i < steps->len; i++)
    {
      const PiscesExtendStep *step = &g_array_index (steps, PiscesExtendStep, i);
      const PiscesRectangle  *frame = &step->frame, *part = &step->part;
      const gdouble           proportion = (gdouble) frame->width / frame->height *
                                           one->model_height / one->model_width;
      gint64                  seen = 0;

      g_test_message ("%d %d %d %d sees %d %d %d %d", part->x, part->y, part->width,
                      part->height, frame->x, frame->y, frame->width, frame->height);
      g_assert_cmpint (part->width, >, 0);
      g_assert_cmpint (part->height, >, 0);
      g_assert_cmpint (overlap (part, &whole), ==, area (part));
      g_assert_cmpint (overlap (part, frame), ==, area (part));
      g_assert_cmpfloat_with_epsilon (proportion, 1.0, 0.05);
      for (guint k = 0; k < known->len; k++)
        {
          const PiscesRectangle *there = &g_array_index (known, PiscesRectangle, k);

          g_assert_cmpint (overlap (part, there), ==, 0);
          seen += overlap (frame, there);
        }
      /* Of a picture that is as thin as a line there is not as much to see.  */
      if (MIN (one->width, one->height) >= 256)
        g_assert_cmpint (seen, >=, area (part));
      g_assert_cmpint (seen, >, 0);
      drawn += area (part);
      g_array_append_val (known, *part);
    }
  g_assert_cmpint (drawn, ==, area (&whole) - area (&old));
}

static void
test_steps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%d × %d", cases[i].width, cases[i].height);
      check_steps (&cases[i]);
    }
}

/* A square of the model's size gets wider in one step for each side, and without being
 * scaled.  */
static void
test_own_scale (void)
{
  g_autoptr (GArray) steps = pisces_extend_plan (256, 256, &cases[0].borders, 256, 256, NULL);

  g_assert_cmpuint (steps->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const PiscesRectangle *frame = &g_array_index (steps, PiscesExtendStep, i).frame;

      g_assert_cmpint (frame->width, ==, 256);
      g_assert_cmpint (frame->height, ==, 256);
      g_assert_cmpint (frame->x, ==, i == 0 ? 0 : 199);
      g_assert_cmpint (frame->y, ==, 0);
    }
}

/* Returns whether it is refused with these words.  */
static gboolean
plan_fails (gint                 width,
            gint                 height,
            const PiscesBorders *borders,
            const gchar         *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) steps = pisces_extend_plan (width, height, borders, 256, 256, &error);

  if (error)
    g_test_message ("%s", error->message);

  return steps == NULL && strstr (error->message, words) != NULL;
}

static void
test_refusals (void)
{
  const PiscesBorders nothing = { 0 }, negative = { -1, 0, 0, 0 }, endless = { G_MAXINT, 0, G_MAXINT, 0 };
  const PiscesBorders wide = { 20000, 0, 20000, 0 }, all_around = { 100, 100, 100, 100 };

  g_assert_true (plan_fails (256, 256, &nothing, "by how much"));
  g_assert_true (plan_fails (256, 256, &negative, "So much"));
  g_assert_true (plan_fails (256, 256, &endless, "So much"));
  g_assert_true (plan_fails (256, 256, &wide, "So much"));
  g_assert_true (plan_fails (20000, 20000, &all_around, "So much"));
}

static void
test_aspects (void)
{
  const struct
  {
    gint          width, height;
    const gchar  *aspect;
    PiscesBorders borders;
  } rows[] =
  {
    { 256,  256,  "16:9",   { 99, 0, 100, 0 } },
    { 256,  256,  "9:16",   { 0, 99, 0, 100 } },
    { 1920, 1080, "1:1",    { 0, 420, 0, 420 } },
    { 1920, 1080, "2.39:1", { 330, 0, 331, 0 } },
    { 1,    1,    "2:1",    { 0, 0, 1, 0 } },
    { 100,  300,  " 1:1",   { 100, 0, 100, 0 } },
  };
  const gchar *bad[] =
  {
    "", ":", "16", "16:", ":9", "16/9", "16:9x", "16:9:1", "0:1", "1:0", "-16:9", "16:-9",
    "nan:1", "1:nan", "inf:1", "inf:inf", "1e308:1e-308", "1e-308:1e308", "x:y",
    "0x10:1", "1:0X10"
  };
  const gchar *large[] = { "1000000:1", "1:1000000", "1e200:1" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PiscesBorders borders;

      g_assert_true (pisces_extend_to_aspect (rows[i].width, rows[i].height, rows[i].aspect,
                                              &borders, NULL));
      g_assert_cmpmem (&borders, sizeof borders, &rows[i].borders, sizeof borders);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      PiscesBorders      borders;

      g_assert_false (pisces_extend_to_aspect (256, 256, bad[i], &borders, &error));
      g_assert_nonnull (strstr (error->message, "is not an aspect"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (large); i++)
    {
      g_autoptr (GError) error = NULL;
      PiscesBorders      borders;

      g_assert_false (pisces_extend_to_aspect (256, 256, large[i], &borders, &error));
      g_assert_nonnull (strstr (error->message, "So much"));
    }
}

static void
test_same_aspect (void)
{
  g_autoptr (GError) error = NULL;
  PiscesBorders      borders;

  g_assert_false (pisces_extend_to_aspect (1920, 1080, "16:9", &borders, &error));
  g_assert_nonnull (strstr (error->message, "already"));
}

/* A picture of one colour, opaque.  */
static PiscesImage *
coloured (gint   width,
          gint   height,
          guint8 red)
{
  PiscesImage *image = pisces_image_new (width, height, NULL);

  for (gint i = 0; i < width * height; i++)
    {
      image->pixels[4 * i]     = red;
      image->pixels[4 * i + 3] = 255;
    }

  return image;
}

/* The second step of two sees what the first has drawn, also in a smaller frame.  */
static void
check_see (gint reduced)
{
  const PiscesBorders     borders = { 200, 0, 0, 0 };
  g_autoptr (GArray)      steps   = pisces_extend_plan (256, 256, &borders, 256, 256, NULL);
  const PiscesExtendStep *first   = &g_array_index (steps, PiscesExtendStep, 0);
  const PiscesExtendStep *second  = &g_array_index (steps, PiscesExtendStep, 1);
  const gint              side    = 256 / reduced;
  g_autoptr (GPtrArray)   drawn   = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_image_unref);
  g_autoptr (PiscesImage) frame = coloured (side, side, 10), seen = NULL;
  g_autoptr (GBytes)      mask = NULL, seen_mask = NULL;
  g_autoptr (GError)      error = NULL;
  const guint8           *values;
  guint8                 *bytes = g_malloc (side * side);

  g_assert_cmpuint (steps->len, ==, 2);
  g_assert_cmpint (first->part.x, ==, 100);
  g_assert_cmpint (second->part.x, ==, 0);
  for (gint i = 0; i < side * side; i++)
    bytes[i] = i % side * reduced < borders.left ? 255 : 0;
  mask = g_bytes_new_take (bytes, side * side);
  g_ptr_array_add (drawn, coloured (256, 256, 200));

  seen = pisces_extend_see (frame, mask, steps, drawn, &seen_mask, &error);
  g_assert_no_error (error);
  values = g_bytes_get_data (seen_mask, NULL);
  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++)
      {
        const gint at = y * side + x, place = x * reduced;

        g_assert_cmpint (values[at], ==, place < 100 ? 255 : 0);
        g_assert_cmpint (seen->pixels[4 * at], ==, place >= 100 && place < 200 ? 200 : 10);
      }
}

static void
test_see (void)
{
  check_see (1);
  check_see (2);
  check_see (4);
}

/* The first step sees what it is given.  */
static void
test_see_first (void)
{
  g_autoptr (GArray)      steps = pisces_extend_plan (256, 256, &cases[0].borders, 256, 256, NULL);
  g_autoptr (GPtrArray)   drawn = g_ptr_array_new ();
  g_autoptr (PiscesImage) frame = coloured (256, 256, 10), seen = NULL;
  g_autoptr (GBytes)      mask  = g_bytes_new_take (g_malloc0 (256 * 256), 256 * 256);
  g_autoptr (GBytes)      seen_mask = NULL;

  seen = pisces_extend_see (frame, mask, steps, drawn, &seen_mask, NULL);
  g_assert_cmpmem (seen->pixels, 256 * 256 * 4, frame->pixels, 256 * 256 * 4);
  g_assert_true (g_bytes_equal (mask, seen_mask));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/extend/steps", test_steps);
  g_test_add_func ("/extend/own-scale", test_own_scale);
  g_test_add_func ("/extend/refusals", test_refusals);
  g_test_add_func ("/extend/aspects", test_aspects);
  g_test_add_func ("/extend/same-aspect", test_same_aspect);
  g_test_add_func ("/extend/see", test_see);
  g_test_add_func ("/extend/see-first", test_see_first);

  return g_test_run ();
}
