/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When a picture is doubled in size, each pixel of the result is the one below
 * it, for every picture of a batch, and also if the result has one row or
 * column less than twice as many.
 */

#include "engine/backend/backend.h"
#include "engine/networks/canvas.h"

#define N_BATCH  3
#define HEIGHT   4
#define WIDTH    5
#define CHANNELS 3

static void
test_double (void)
{
  g_autoptr (GError)  error   = NULL;
  PiscesBackend      *backend = pisces_backend_open ("cpu", &error);
  g_autofree gfloat  *values  = g_new (gfloat, N_BATCH * HEIGHT * WIDTH * CHANNELS);
  PiscesTensor        image;

  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);
  image = pisces_backend_alloc (backend, 4, N_BATCH, HEIGHT, WIDTH, CHANNELS);
  for (gint i = 0; i < N_BATCH * HEIGHT * WIDTH * CHANNELS; i++)
    values[i] = i;
  pisces_upload (backend, image, values);

  for (gint64 height = 2 * HEIGHT - 1; height <= 2 * HEIGHT; height++)
    for (gint64 width = 2 * WIDTH - 1; width <= 2 * WIDTH; width++)
      {
        PiscesTensor       large = pisces_double_size (backend, NULL, image, height, width);
        g_autofree gfloat *found = g_new (gfloat, N_BATCH * height * width * CHANNELS);
        const gfloat      *at    = found;

        g_assert_cmpint (large.dims[1], ==, height);
        g_assert_cmpint (large.dims[2], ==, width);
        g_assert_true (pisces_download (backend, found, large));
        for (gint64 b = 0; b < N_BATCH; b++)
          for (gint64 y = 0; y < height; y++)
            for (gint64 x = 0; x < width; x++)
              for (gint64 c = 0; c < CHANNELS; c++)
                g_assert_cmpfloat (*at++, ==,
                                   values[((b * HEIGHT + y / 2) * WIDTH + x / 2) * CHANNELS + c]);
      }

  g_assert_true (pisces_backend_finish (backend, &error));
  pisces_backend_close (backend);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/networks/doubling", test_double);

  return g_test_run ();
}
