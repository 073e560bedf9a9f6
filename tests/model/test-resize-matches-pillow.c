/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Images are prepared as Pillow would do it in float, in every shape, and the
 * settings of a preprocessor_config.json are read.  Golden values:
 * golden/make-resize.py.
 */

#include <math.h>

#include "engine/model/preprocess.h"

#include "fixture.h"


/* The same formula as in make-resize.py.  */
static PiscesImage *
make_picture (gint width,
              gint height)
{
  PiscesImage *image = pisces_image_new (width, height, NULL);
  gint64       x, y, c;

  for (y = 0; y < height; y++)
    for (x = 0; x < width; x++)
      for (c = 0; c < 4; c++)
        image->pixels[(y * width + x) * 4 + c] =
          (x * 37 + y * 91 + x * y * 7 + c * 53 + x * x * 3) % 256;

  return image;
}

static void
check_case (yyjson_val *golden)
{
  g_autoptr (PiscesImage)  image      = make_picture (golden_number (golden, "width"),
                                                      golden_number (golden, "height"));
  g_autofree gfloat       *out        = NULL;
  PiscesPreprocess         preprocess = { 0 };
  yyjson_val              *background = yyjson_obj_get (golden, "background");
  yyjson_val              *values     = yyjson_obj_get (golden, "values");
  gint                     size       = golden_number (golden, "size");
  gint                     n_channels = golden_number (golden, "n_channels");
  gint                     every      = golden_number (golden, "every");
  gdouble                  worst      = 0.0;
  gsize                    i;

  for (i = 0; i < 4; i++)
    preprocess.mean[i] = preprocess.std[i] = 0.5f;
  for (i = 0; i < yyjson_arr_size (background); i++)
    preprocess.background[i] = yyjson_get_num (yyjson_arr_get (background, i));
  preprocess.transparent = ! yyjson_is_arr (background);
  preprocess.scale       = 1.0 / 255.0;
  preprocess.do_pad      = yyjson_get_bool (yyjson_obj_get (golden, "padded"));
  preprocess.resample    = yyjson_get_bool (yyjson_obj_get (golden, "cubic")) ?
                           PISCES_RESAMPLE_BICUBIC : PISCES_RESAMPLE_BILINEAR;

  out = g_new (gfloat, size * size * n_channels);
  g_assert_true (pisces_preprocess_run (&preprocess, image, size, n_channels, out, NULL));

  for (i = 0; i < yyjson_arr_size (values); i++)
    worst = MAX (worst, fabs (out[i * every] -
                              yyjson_get_num (yyjson_arr_get (values, i))));
  g_test_message ("%d × %d to %d × %d × %d: %.2g", image->width, image->height,
                  size, size, n_channels, worst);
  g_assert_cmpuint (i, >, 10);
  g_assert_cmpfloat (worst, <, 2e-6);
}

static void
test_golden (void)
{
  yyjson_doc *golden = golden_document ("resize.json");
  yyjson_val *cases  = yyjson_obj_get (yyjson_doc_get_root (golden), "cases");
  gsize       i;

  g_assert_cmpuint (yyjson_arr_size (cases), >, 10);
  for (i = 0; i < yyjson_arr_size (cases); i++)
    check_case (yyjson_arr_get (cases, i));

  yyjson_doc_free (golden);
}

/* Its square would take 6 GB.  */
static void
test_thin (void)
{
  g_autoptr (PiscesImage)  image      = make_picture (1, 20000);
  g_autofree gfloat       *out        = g_new (gfloat, 128 * 128 * 4);
  PiscesPreprocess         preprocess = { .resample = PISCES_RESAMPLE_BILINEAR,
                                          .do_pad = TRUE, .transparent = TRUE,
                                          .scale = 1.0f / 255.0f,
                                          .std = { 1.0f, 1.0f, 1.0f, 1.0f } };
  gdouble                  inside     = 0.0;
  gint                     i;

  g_assert_true (pisces_preprocess_run (&preprocess, image, 128, 4, out, NULL));
  for (i = 0; i < 128 * 128; i++)
    if (i % 128 == 63 || i % 128 == 64)
      inside += out[4 * i + 3];
    else
      g_assert_cmpfloat (out[4 * i + 3], <, 1e-3);
  g_assert_cmpfloat (inside, >, 0.0);
}

/* A wide picture of one colour, with a thing that extends to its upper edge. */
static void
test_border (void)
{
  static const guint8      ground[][4] = { { 20, 80, 200, 255 }, { 90, 90, 90, 0 } };
  static const gfloat      right[][4]  = { { 20, 80, 200, 255 }, { 0, 0, 0, 0 } };
  g_autofree gchar        *folder      = make_folder ();
  g_autofree gchar        *path        = write_file (folder, "p.json",
                                                     "{\"do_pad\": true, \"do_rescale\": false,"
                                                     " \"do_normalize\": false,"
                                                     " \"background_color\": \"border\"}", -1);
  PiscesPreprocess         preprocess  = { 0 };

  g_assert_true (pisces_preprocess_load (&preprocess, path, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ground); i++)
    for (gint n_channels = 3; n_channels <= 4; n_channels++)
      {
        g_autoptr (PiscesImage) image = pisces_image_new (60, 20, NULL);
        g_autofree gfloat      *out   = g_new (gfloat, 30 * 30 * n_channels);

        for (gint at = 0; at < 60 * 20; at++)
          memcpy (image->pixels + 4 * at, ground[i], 4);
        for (gint x = 10; x < 35; x++)
          memcpy (image->pixels + 4 * x, "\xff\0\0\xff", 4);

        g_assert_true (pisces_preprocess_run (&preprocess, image, 30, n_channels, out, NULL));
        for (gint c = 0; c < n_channels; c++)
          {
            const gfloat value = n_channels == 3 && i == 1 ? 255.0f : right[i][c];

            g_assert_cmpfloat (fabsf (out[c] - value), <, 1e-3f);
            g_assert_cmpfloat (fabsf (out[(30 * 30 - 1) * n_channels + c] - value), <, 1e-3f);
          }
      }

  remove_folder (folder);
}

static void
test_config (void)
{
  static const gchar *const sizes[] =
    {
      "{\"size\": 48}", "{\"image_size\": 48}", "{\"size\": {\"height\": 48, \"width\": 48}}",
      "{\"size\": {\"shortest_edge\": 48}}", "{\"size\": {\"longest_edge\": 48}}"
    };
  g_autofree gchar *folder     = make_folder ();
  g_autofree gchar *path       = NULL;
  PiscesPreprocess  preprocess = { 0 };

  path = write_file (folder, "preprocessor_config.json",
                     "{\"size\": {\"height\": 128, \"width\": 128}, \"resample\": 3,"
                     " \"do_pad\": true, \"background_color\": [127, 128, 129],"
                     " \"rescale_factor\": 0.5, \"image_mean\": [0.1, 0.2, 0.3],"
                     " \"image_std\": [1, 2, 3], \"num_channels\": 3}", -1);
  g_assert_true (pisces_preprocess_load (&preprocess, path, NULL));
  g_assert_cmpint (preprocess.size, ==, 128);
  g_assert_cmpint (preprocess.resample, ==, PISCES_RESAMPLE_BICUBIC);
  g_assert_true (preprocess.do_pad);
  g_assert_false (preprocess.transparent);
  g_assert_cmpfloat (preprocess.background[2], ==, 129.0f);
  g_assert_cmpfloat (preprocess.scale, ==, 0.5f);
  g_assert_cmpfloat (preprocess.mean[1], ==, 0.2f);
  g_assert_cmpfloat (preprocess.std[2], ==, 3.0f);
  g_assert_cmpint (preprocess.n_channels, ==, 3);
  g_clear_pointer (&path, g_free);

  path = write_file (folder, "preprocessor_config.json",
                     "{\"size\": 64, \"background_color\": \"transparent\","
                     " \"do_rescale\": false, \"do_normalize\": false}", -1);
  g_assert_true (pisces_preprocess_load (&preprocess, path, NULL));
  g_assert_cmpint (preprocess.size, ==, 64);
  g_assert_true (preprocess.transparent);
  g_assert_cmpfloat (preprocess.scale, ==, 1.0f);
  g_assert_cmpfloat (preprocess.mean[0], ==, 0.0f);
  g_assert_cmpfloat (preprocess.std[0], ==, 1.0f);

  /* All ways of writing the size.  */
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_clear_pointer (&path, g_free);
      path = write_file (folder, "preprocessor_config.json", sizes[i], -1);
      g_assert_true (pisces_preprocess_load (&preprocess, path, NULL));
      g_assert_cmpint (preprocess.size, ==, 48);
    }

  remove_folder (folder);
}

static void
test_bad_config (void)
{
  static const struct { const gchar *json; const gchar *part; } cases[] =
    {
      { "{\"size\": 0}", "size" },
      { "{\"size\": {\"height\": 1000000000}}", "size.height" },
      { "{\"resample\": 0}", "resample" },
      { "{\"image_std\": [0, 0, 0]}", "image_std" },
      { "{\"image_mean\": [0.5]}", "image_mean" },
      { "{\"background_color\": \"green\"}", "green" },
      { "{\"background_color\": [300, 0, 0]}", "300" }
    };
  g_autofree gchar *folder = make_folder ();
  guint             i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)  error      = NULL;
      g_autofree gchar   *path       = write_file (folder, "p.json", cases[i].json, -1);
      PiscesPreprocess    preprocess = { 0 };

      g_assert_false (pisces_preprocess_load (&preprocess, path, &error));
      assert_sentence (error, PISCES_ERROR_MODEL_INVALID, path, cases[i].part);
    }

  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/preprocess/golden", test_golden);
  g_test_add_func ("/preprocess/thin", test_thin);
  g_test_add_func ("/preprocess/border", test_border);
  g_test_add_func ("/preprocess/config", test_config);
  g_test_add_func ("/preprocess/bad-config", test_bad_config);

  return g_test_run ();
}
