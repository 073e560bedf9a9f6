/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If a model only knows flat pictures, what it writes about others is marked
 * as doubtful; what it writes about its own world is not, and neither is any
 * text of a model that does not say this about itself.  Flatness has the
 * values of its formula.
 */

#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "engine/model/flatness.h"
#include "tests/engine/model-copy.h"

typedef void (* Paint) (gint    x,
                        gint    y,
                        guint8 *pixel);

static PiscesImage *
painted (gint  width,
         gint  height,
         Paint paint)
{
  PiscesImage *image = pisces_image_new (width, height, NULL);

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      paint (x, y, image->pixels + 4 * ((gsize) y * width + x));

  return image;
}

static void
paint_red (gint    x,
           gint    y,
           guint8 *pixel)
{
  memcpy (pixel, "\xdc\x28\x28\xff", 4);
}

/* The smallest thing that can be drawn.  */
static void
paint_dot (gint    x,
           gint    y,
           guint8 *pixel)
{
  memcpy (pixel, x == 30 && y == 20 ? "\x28\xdc\x28\xff" : "\xdc\x28\x28\xff", 4);
}

/* Colours under full transparency, which nobody sees.  */
static void
paint_nothing (gint    x,
               gint    y,
               guint8 *pixel)
{
  memcpy (pixel, (guint8[]) { x * 37, y * 91, x + y, 0 }, 4);
}

static void
paint_halves (gint    x,
              gint    y,
              guint8 *pixel)
{
  memcpy (pixel, x < 64 ? "\xdc\x28\x28\xff" : "\x28\xdc\x28\xff", 4);
}

static void
paint_noise (gint    x,
             gint    y,
             guint8 *pixel)
{
  guint32 h = (guint32) (x * 2654435761u) ^ (guint32) (y * 2246822519u);

  h ^= h >> 15;
  h *= 2654435761u;
  memcpy (pixel, (guint8[]) { h >> 8, h >> 16, h >> 24, 255 }, 4);
}

/* Flat colours that nano knows, in shapes that it does not.  */
static const gchar *const flat_colors[] =
{
  "\xdc\x28\x28\xff", "\xfa\xdc\x32\xff", "\x32\xaa\x46\xff", "\x32\x5a\xdc\xff", "\xfa\xfa\xfa\xff",
};

static void
paint_board (gint    x,
             gint    y,
             guint8 *pixel)
{
  memcpy (pixel, flat_colors[(x / 32 + y / 32) % 4], 4);
}

static void
paint_frames (gint    x,
              gint    y,
              guint8 *pixel)
{
  memcpy (pixel, flat_colors[MAX (ABS (x - 64), ABS (y - 64)) / 13], 4);
}

/* As soft as a sky: neighbours are similar, but there are many colours.  */
static void
paint_sky (gint    x,
           gint    y,
           guint8 *pixel)
{
  memcpy (pixel, (guint8[]) { 30 + x, 60 + y, 255 - (x + y) / 2, 255 }, 4);
}

static gdouble
flatness_of (gint  width,
             gint  height,
             Paint paint)
{
  g_autoptr (PiscesImage) image    = painted (width, height, paint);
  gdouble                 flatness = -1.0;
  GError                 *error    = NULL;

  pisces_flatness_measure (image, &flatness, &error);
  g_assert_no_error (error);

  return flatness;
}

static void
test_formula (void)
{
  const gint sizes[][2] = { { 1, 1 }, { 3, 1 }, { 64, 64 }, { 500, 300 },
                            { 1, 20000 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_cmpfloat (flatness_of (sizes[i][0], sizes[i][1], paint_red),
                         ==, 1.0);
      g_assert_cmpfloat (flatness_of (sizes[i][0], sizes[i][1], paint_nothing),
                         ==, 1.0);
    }

  /* Only the column before the edge is not flat. 128 pixels are reduced to 64,
   * and an edge that is between two of these stays sharp.
   */
  g_assert_cmpfloat (flatness_of (128, 128, paint_halves), >=, 61.0 / 64.0);
  g_assert_cmpfloat (flatness_of (128, 128, paint_halves), <=, 63.0 / 64.0);
  g_assert_cmpfloat (flatness_of (64, 64, paint_noise), <, 0.05);
  g_assert_cmpfloat (flatness_of (200, 150, paint_sky), <, 0.3);

  g_assert_cmpfloat (flatness_of (64, 64, paint_dot), <, 1.0);

  g_assert_true (pisces_flatness_is_flat (1.0));
  g_assert_true (pisces_flatness_is_empty (1.0));
  g_assert_false (pisces_flatness_is_empty (1.0 - 1.0 / 4096));
  g_assert_false (pisces_flatness_is_flat (0.3));
}

static gchar *
doubt_of (PiscesEngine *engine,
          PiscesImage  *image,
          guint        *n_warnings)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  GError                           *error   = NULL;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  result  = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (result->short_text);

  if (n_warnings)
    *n_warnings = g_strv_length (result->warnings);
  if (result->doubt)
    g_assert_true (g_strv_contains ((const gchar * const *) result->warnings,
                                    result->doubt));

  return g_steal_pointer (&result->doubt);
}

static PiscesImage *
load_scene (guint i)
{
  g_autofree gchar      *name   = g_strdup_printf ("scene-%u.png", i);
  g_autofree gchar      *path   = g_test_build_filename (G_TEST_DIST, "scenes",
                                                         name, NULL);
  g_autoptr (GdkPixbuf)  file   = gdk_pixbuf_new_from_file (path, NULL);
  g_autoptr (GdkPixbuf)  pixbuf = gdk_pixbuf_add_alpha (file, FALSE, 0, 0, 0);
  PiscesImage           *image;

  image = pisces_image_new (gdk_pixbuf_get_width (pixbuf),
                            gdk_pixbuf_get_height (pixbuf), NULL);
  for (gint y = 0; y < image->height; y++)
    memcpy (image->pixels + 4 * (gsize) y * image->width,
            gdk_pixbuf_read_pixels (pixbuf) +
              (gsize) y * gdk_pixbuf_get_rowstride (pixbuf),
            4 * (gsize) image->width);

  return image;
}

static void
test_nano (void)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (PiscesImage)           noise   = painted (200, 150, paint_noise);
  g_autoptr (PiscesImage)           sky     = painted (200, 150, paint_sky);
  g_autofree gchar                 *of_own  = NULL;
  g_autofree gchar                 *of_sky  = NULL;
  g_autofree gchar                 *of_noise = NULL;
  GError                           *error   = NULL;
  guint                             n;

  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (PiscesImage)  scene = load_scene (i);
      g_autofree gchar        *doubt = doubt_of (engine, scene, &n);

      g_assert_null (doubt);
      g_assert_cmpuint (n, ==, 0);
    }

  drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  of_own = doubt_of (engine, ((PiscesPicture *) drawn->pictures->pdata[0])->image, &n);
  g_assert_null (of_own);

  of_noise = doubt_of (engine, noise, &n);
  g_assert_nonnull (of_noise);
  g_assert_cmpuint (n, ==, 1);
  of_sky = doubt_of (engine, sky, &n);
  g_assert_nonnull (of_sky);
  g_assert_nonnull (strstr (of_sky, "outside what the model knows"));
}

/* They are as flat as nano's world; without what it says about that, they pass.  */
static void
test_flat (void)
{
  const Paint              paints[] = { paint_board, paint_frames };
  gchar                   *folder   = g_dir_make_tmp ("pisces-nano-XXXXXX", NULL);
  g_autoptr (PiscesEngine) engine   = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesEngine) without  = NULL;

  copy_model_files (PISCES_NANO, folder);
  replace (folder, "config.json", "\"known_pictures\"", "\"not_this\"");
  without = pisces_engine_new (folder, "cpu");

  for (guint i = 0; i < G_N_ELEMENTS (paints); i++)
    {
      g_autoptr (PiscesImage)  image = painted (128, 128, paints[i]);
      g_autofree gchar        *doubt = doubt_of (engine, image, NULL);
      g_autofree gchar        *none  = doubt_of (without, image, NULL);

      g_assert_true (pisces_flatness_is_flat (flatness_of (128, 128, paints[i])));
      g_assert_nonnull (doubt);
      g_assert_nonnull (strstr (doubt, "outside what the model knows"));
      g_assert_null (none);
    }
  remove_model (folder);
}

/* nano would name a thing in each of them.  */
static void
test_empty (void)
{
  const struct { gint width, height; Paint paint; } pictures[] =
  {
    { 1, 1, paint_red }, { 200, 150, paint_red }, { 1, 1, paint_nothing },
    { 200, 150, paint_nothing },
  };
  g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (PiscesImage)  image = NULL;
      g_autofree gchar        *doubt = NULL;
      guint                    n;

      image = painted (pictures[i].width, pictures[i].height, pictures[i].paint);
      doubt = doubt_of (engine, image, &n);
      g_assert_nonnull (doubt);
      g_assert_nonnull (strstr (doubt, "nothing drawn in this picture"));
      g_assert_cmpuint (n, ==, 1);
    }
}

/* Its config.json has no "flat_pictures_only".  */
static void
test_other_model (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  g_autoptr (PiscesImage)  noise  = painted (200, 150, paint_noise);
  g_autofree gchar        *doubt  = NULL;
  guint                    n;

  doubt = doubt_of (engine, noise, &n);
  g_assert_null (doubt);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/doubt/formula", test_formula);
  g_test_add_func ("/doubt/nano", test_nano);
  g_test_add_func ("/doubt/flat", test_flat);
  g_test_add_func ("/doubt/empty", test_empty);
  g_test_add_func ("/doubt/other-model", test_other_model);

  return g_test_run ();
}
