/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fixture.h: what the engine's tests share: the small random model of golden/,
 * and pictures to look at.
 */

#pragma once

#include <math.h>
#include <string.h>

#include "engine/pisces.h"

/* The folder of the small random model.  */
static inline gchar *
tiny_model (void)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
}

static inline PiscesEngine *
tiny_engine (void)
{
  g_autofree gchar *folder = tiny_model ();

  return pisces_engine_new (folder, "cpu");
}

/* The picture of golden/pictures.py: 64 × 48, with every value of alpha.  */
static inline PiscesImage *
sample_picture (void)
{
  PiscesImage *image = pisces_image_new (64, 48, NULL);

  for (gint y = 0; y < 48; y++)
    for (gint x = 0; x < 64; x++)
      {
        guint8 *pixel = image->pixels + (y * 64 + x) * 4;

        pixel[0] = x * 4;
        pixel[1] = y * 5;
        pixel[2] = 255 - x * 3;
        pixel[3] = x * 4 + y;
      }

  return image;
}

/* The strange picture of golden/pictures.py: every pixel is far from its neighbours.  */
static inline PiscesImage *
strange_picture (gint width,
                 gint height)
{
  PiscesImage *image = pisces_image_new (width, height, NULL);

  for (gint64 y = 0; y < height; y++)
    for (gint64 x = 0; x < width; x++)
      {
        guint8 *pixel = image->pixels + (y * width + x) * 4;

        pixel[0] = x * x * 7 + y * 13;
        pixel[1] = x * 31 + y * y * 3;
        pixel[2] = x * y * 5 + 90;
        pixel[3] = 255;
      }

  return image;
}

/* In dB, of alpha and of the colours on black: where a pixel is transparent, any
 * colour is right.  */
static inline gdouble
visible_psnr (const PiscesImage *a,
              const PiscesImage *b)
{
  const gsize n      = (gsize) a->width * a->height;
  gdouble     square = 0.0;

  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (gsize i = 0; i < n; i++)
    for (gint c = 0; c < 4; c++)
      {
        const guint8  *p = a->pixels + 4 * i, *q = b->pixels + 4 * i;
        const gdouble  difference = c == 3 ? p[3] - q[3]
                                           : (p[c] * p[3] - q[c] * q[3]) / 255.0;

        square += difference * difference;
      }

  return 10.0 * log10 (255.0 * 255.0 * 4 * n / MAX (square, 1e-9));
}

/* The largest difference divided by the range of the expected values.  */
static inline gdouble
relative_error (const gfloat *found,
                const gfloat *expected,
                gsize         n)
{
  gdouble worst = 0.0, square = 0.0;

  for (gsize i = 0; i < n; i++)
    {
      gdouble difference = fabs ((gdouble) found[i] - expected[i]);

      worst   = isfinite (found[i]) ? MAX (worst, difference) : INFINITY;
      square += (gdouble) expected[i] * expected[i];
    }

  return worst / sqrt (square / n);
}

static inline PiscesGenerateRequest *
small_request (void)
{
  PiscesGenerateRequest *request = pisces_generate_request_new ("two red stars");

  request->plan  = g_strdup ("transparent background; red star x3 y4 s5");
  request->seed  = 7;
  request->steps = 4;
  request->guidance_scale = 2.5;

  return request;
}
