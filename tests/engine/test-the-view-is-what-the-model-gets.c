/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is shown as "what the model sees": a square of the encoder's size, with
 * the whole picture in the middle and nothing around it.
 */

#include <string.h>

#include "tests/engine/model-copy.h"

static PiscesImage *
plain_picture (gint width,
               gint height)
{
  PiscesImage *image = pisces_image_new (width, height, NULL);

  for (gsize i = 0; i < (gsize) width * height; i++)
    memcpy (image->pixels + 4 * i, "\xc8\x28\x50\xff", 4);

  return image;
}

static const guint8 *
at (const PiscesImage *image,
    gint               x,
    gint               y)
{
  return image->pixels + 4 * ((gsize) y * image->width + x);
}

static void
test_letterbox (void)
{
  g_autofree gchar       *folder = tiny_model ();
  g_autoptr (PiscesImage) image  = plain_picture (200, 100);
  g_autoptr (PiscesImage) view   = NULL;
  GError                 *error  = NULL;
  gint                    middle;

  view = pisces_model_view (folder, image, &error);
  g_assert_no_error (error);
  g_assert_cmpint (view->width, ==, view->height);
  middle = view->width / 2;

  g_assert_cmpmem (at (view, middle, middle), 4, "\xc8\x28\x50\xff", 4);
  g_assert_cmpmem (at (view, 1, middle),      4, "\xc8\x28\x50\xff", 4);
  g_assert_cmpint (at (view, middle, 1)[3], ==, 0);
  g_assert_cmpint (at (view, middle, view->height - 2)[3], ==, 0);
}

static void
test_one_pixel (void)
{
  g_autofree gchar       *folder = tiny_model ();
  g_autoptr (PiscesImage) image  = plain_picture (1, 1);
  g_autoptr (PiscesImage) view   = pisces_model_view (folder, image, NULL);

  g_assert_cmpmem (at (view, 0, 0), 4, "\xc8\x28\x50\xff", 4);
  g_assert_cmpmem (at (view, view->width - 1, view->height - 1), 4, "\xc8\x28\x50\xff", 4);
}

/* However the model's input is scaled, the picture is shown in its own
 * colours.  */
static void
test_other_numbers (void)
{
  gchar                  *folder = copy_model ();
  g_autoptr (PiscesImage) image  = plain_picture (9, 9);
  g_autoptr (PiscesImage) view   = NULL;
  const gchar            *json   = "{\"size\": 64, \"do_pad\": true, \"rescale_factor\": 0.01,"
                                   " \"image_mean\": [0.1, 0.2, 0.3, 0.4],"
                                   " \"image_std\": [0.5, 0.25, 2, 1]}";

  write_file (folder, "preprocessor_config.json", json, -1);
  for (gint i = 0; i < 9 * 9; i++)
    image->pixels[4 * i + 3] = 51;
  view = pisces_model_view (folder, image, NULL);
  g_assert_nonnull (view);
  g_assert_cmpmem (at (view, 20, 30), 4, "\xc8\x28\x50\x33", 4);
  remove_model (folder);
}

static void
test_no_model (void)
{
  g_autoptr (PiscesImage) image = plain_picture (1, 1);
  g_autoptr (GError)      error = NULL;

  g_assert_null (pisces_model_view ("/nowhere", image, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/view/letterbox", test_letterbox);
  g_test_add_func ("/view/one-pixel", test_one_pixel);
  g_test_add_func ("/view/other-numbers", test_other_numbers);
  g_test_add_func ("/view/no-model",  test_no_model);

  return g_test_run ();
}
