/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture that begins with a thing that was cut out is transparent where nothing was,
 * whether the model knows transparency or not; and one that begins with an opaque picture
 * is opaque, also if that does not have the proportions of the model's pictures.
 */

#include <math.h>
#include <stdio.h>

#include "engine/pisces.h"
#include "tests/engine/hole.h"

#define SIDE 256

/* The part of the side that a disc leaves free at its edges.  */
#define FREE (1.0 / 16)

static const guint8 yellow[] = { 224, 192, 32, 255 };
static const guint8 green[]  = { 48, 160, 48, 255 };


/* A disc behind which nano says that there is a blue background.  */
static PiscesImage *
disc (gint side)
{
  PiscesImage  *image  = pisces_image_new (side, side, NULL);
  const gdouble radius = side * (0.5 - FREE);

  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++)
      if (hypot (x + 0.5 - side / 2.0, y + 0.5 - side / 2.0) < radius)
        memcpy (image->pixels + ((gsize) y * side + x) * 4, yellow, 4);

  return image;
}

static PiscesPicture *
change (const gchar           *folder,
        PiscesImage           *image,
        const PiscesRectangle *shown,
        GBytes                *mask,
        gdouble                strength)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (GError)                error   = NULL;
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a blue circle");
  g_autoptr (PiscesGenerateResult)  result  = NULL;

  request->seed = 1;
  pisces_generate_request_set_edit (request, image, mask, strength);
  if (shown)
    pisces_generate_request_set_shown (request, shown);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s", ((PiscesPicture *) result->pictures->pdata[0])->plan);

  return pisces_picture_ref (result->pictures->pdata[0]);
}

static void
test_cut_out (void)
{
  g_autoptr (PiscesImage) image = disc (160);
  const gdouble           strengths[] = { 0.2, 0.4, 0.6, 0.9 };

  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      g_autoptr (PiscesPicture) picture = change (PISCES_NANO, image, NULL, NULL, strengths[i]);
      const gint                last    = SIDE - 1;
      const gint                corners[][2] = { { 0, 0 }, { last, 0 }, { 0, last }, { last, last } };

      g_assert_true (strstr (picture->plan, "transparent background"));
      for (guint c = 0; c < G_N_ELEMENTS (corners); c++)
        g_assert_cmpint (picture->image->pixels[(corners[c][1] * SIDE + corners[c][0]) * 4 + 3], <, 48);
      g_assert_cmpint (picture->image->pixels[(SIDE / 2 * SIDE + SIDE / 2) * 4 + 3], >, 240);
    }
}

/* Such a model sees the disc on white; the white must not come back with it.  */
static void
test_without_alpha (void)
{
  g_autofree gchar         *folder  = g_test_build_filename (G_TEST_DIST, "golden", "janus", NULL);
  g_autoptr (PiscesImage)   image   = disc (64);
  g_autoptr (PiscesPicture) picture = change (folder, image, NULL, NULL, 0.5);
  g_autoptr (PiscesPicture) all     = change (folder, image, NULL, NULL, 1.0);

  for (gint i = 0; i < 64 * 64; i++)
    {
      g_assert_cmpint (picture->image->pixels[i * 4 + 3], ==, image->pixels[i * 4 + 3]);
      g_assert_cmpint (all->image->pixels[i * 4 + 3], ==, 255);
    }
}

/* An opaque strip in the middle of what is seen, as of a layer that is wide.  */
static void
test_strip (void)
{
  g_autoptr (PiscesImage) image = pisces_image_new (SIDE, SIDE, NULL);
  const PiscesRectangle   shown = { 0, SIDE / 4, SIDE, SIDE / 2 };
  const gdouble           strengths[] = { 0.3, 0.6, 0.9 };

  for (gint i = 0; i < SIDE * SIDE; i++)
    if (i / SIDE >= shown.y && i / SIDE < shown.y + shown.height)
      memcpy (image->pixels + i * 4, green, 4);

  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      g_autoptr (PiscesPicture) picture = change (PISCES_NANO, image, &shown, NULL, strengths[i]);
      const gchar              *place   = strstr (picture->plan, "blue circle x");
      guint                     x = 0, y = 0, size = 0;
      gdouble                   reach;

      for (gint n = shown.y * SIDE; n < (shown.y + shown.height) * SIDE; n++)
        g_assert_cmpint (picture->image->pixels[n * 4 + 3], ==, 255);

      /* What is planned lies in the strip.  As nano's `plan_places` say.  */
      g_assert_nonnull (place);
      g_assert_cmpint (sscanf (place, "blue circle x%u y%u s%u", &x, &y, &size), ==, 3);
      reach = SIDE * (0.1 + (size + 0.5) * 0.035);
      g_assert_cmpfloat (SIDE * (y + 0.5) / 16 - reach, >=, shown.y);
      g_assert_cmpfloat (SIDE * (y + 0.5) / 16 + reach, <=, shown.y + shown.height);
    }
}

static void
test_shown (void)
{
  static const struct
  {
    PiscesRectangle canvas, frame;
    gint            width, height;
    PiscesRectangle shown;
  } cases[] =
  {
    { { 0, 0, 400, 200 },   { 0, -100, 400, 400 },   400, 400, { 0, 100, 400, 200 } },
    { { 90, 60, 400, 200 }, { 90, -40, 400, 400 },   256, 256, { 0, 64, 256, 128 }  },
    { { 0, 0, 400, 200 },   { 100, 20, 50, 50 },     50, 50,   { 0, 0, 50, 50 }     },
    { { 0, 0, 1, 20000 },   { -9999, 0, 20000, 20000 }, 2048, 2048, { 1024, 0, 1, 2048 } },
    { { 0, 0, 20000, 1 },   { 0, -19999, 20000, 20000 }, 2048, 2048, { 0, 2047, 2048, 1 } },
  };
  PiscesRectangle shown;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (pisces_fill_shown (&cases[i].canvas, &cases[i].frame, cases[i].width,
                                        cases[i].height, &shown));
      g_test_message ("case %u: %d %d %d %d", i, shown.x, shown.y, shown.width, shown.height);
      g_assert_cmpint (shown.x, ==, cases[i].shown.x);
      g_assert_cmpint (shown.y, ==, cases[i].shown.y);
      g_assert_cmpint (shown.width, ==, cases[i].shown.width);
      g_assert_cmpint (shown.height, ==, cases[i].shown.height);
    }

  g_assert_false (pisces_fill_shown (&(PiscesRectangle) { 0, 0, 9, 9 },
                                     &(PiscesRectangle) { 9, 0, 9, 9 }, 9, 9, &shown));
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cut-out/stays-so", test_cut_out);
  g_test_add_func ("/cut-out/without-alpha", test_without_alpha);
  g_test_add_func ("/cut-out/an-opaque-strip", test_strip);
  g_test_add_func ("/cut-out/what-is-shown", test_shown);

  return g_test_run ();
}
