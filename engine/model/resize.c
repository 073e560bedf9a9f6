/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * resize.c: the weights for resizing with antialiasing, the same as in Pillow
 * (src/libImaging/Resample.c): a triangle, a cubic function (a = -0.5) or a
 * windowed sinc of the input pixels, widened by the factor by which the image
 * shrinks.
 */

#include <math.h>

#include "engine/model/resize.h"


static gdouble   weight_of (PiscesResample  filter,
                            gdouble         x);
static gdouble   triangle  (gdouble         x);
static gdouble   cubic_of  (gdouble         x);
static gdouble   lanczos   (gdouble         x);

/* How far each function reaches, in pixels.  */
static const gdouble reach[] =
{
  [PISCES_RESAMPLE_LANCZOS]  = 3.0,
  [PISCES_RESAMPLE_BILINEAR] = 1.0,
  [PISCES_RESAMPLE_BICUBIC]  = 2.0,
};


/**
 * pisces_resize_line_new:
 * @n_in: how many pixels the line has.
 * @n_out: how many it should have.
 * @filter: the function.
 *
 * Returns: (transfer full) (nullable): the weights, or %NULL if there is not
 *   enough memory.
 */
PiscesResizeLine *
pisces_resize_line_new (gint           n_in,
                        gint           n_out,
                        PiscesResample filter)
{
  return pisces_resize_line_new_part (n_in, n_out, filter, 0, n_out);
}

/**
 * pisces_resize_line_new_part:
 * @n_in: how many pixels the line has.
 * @n_out: how many it should have.
 * @filter: the function.
 * @first: the first of them that is needed.
 * @n: how many of them are needed.
 *
 * Returns: (transfer full) (nullable): the weights of these @n pixels, counted from
 *   0; %NULL if there is not enough memory.
 */
PiscesResizeLine *
pisces_resize_line_new_part (gint           n_in,
                             gint           n_out,
                             PiscesResample filter,
                             gint           first,
                             gint           n)
{
  g_autoptr (PiscesResizeLine)  line    = g_new0 (PiscesResizeLine, 1);
  gdouble                       scale   = (gdouble) n_in / n_out;
  gdouble                       widen   = MAX (scale, 1.0);
  gdouble                       support = reach[filter] * widen;
  gint                          i, j;

  line->n_out   = n;
  line->stride  = (gint) ceil (support) * 2 + 1;
  line->begin   = g_try_new (gint, n);
  line->end     = g_try_new (gint, n);
  line->weights = g_try_new0 (gdouble, (gsize) n * line->stride);
  if (! line->begin || ! line->end || ! line->weights)
    return NULL;

  for (i = 0; i < n; i++)
    {
      gdouble  center  = (first + i + 0.5) * scale;
      gdouble *weights = line->weights + (gsize) i * line->stride;
      gint     begin   = MAX ((gint) (center - support + 0.5), 0);
      gint     end     = MIN ((gint) (center + support + 0.5), n_in);
      gdouble  sum     = 0.0;

      for (j = begin; j < end; j++)
        {
          weights[j - begin] = weight_of (filter, (j - center + 0.5) * (1.0 / widen));
          sum += weights[j - begin];
        }
      for (j = 0; j < end - begin; j++)
        weights[j] /= sum;

      line->begin[i] = begin;
      line->end[i]   = end;
    }

  return g_steal_pointer (&line);
}

void
pisces_resize_line_free (PiscesResizeLine *line)
{
  if (! line)
    return;

  g_free (line->begin);
  g_free (line->end);
  g_free (line->weights);
  g_free (line);
}


/*  private functions  */

static gdouble
weight_of (PiscesResample filter,
           gdouble        x)
{
  switch (filter)
    {
    case PISCES_RESAMPLE_LANCZOS:  return lanczos (x);
    case PISCES_RESAMPLE_BICUBIC:  return cubic_of (x);
    case PISCES_RESAMPLE_BILINEAR: return triangle (x);
    }

  return 0.0;
}

static gdouble
triangle (gdouble x)
{
  return MAX (1.0 - fabs (x), 0.0);
}

static gdouble
cubic_of (gdouble x)
{
  const gdouble  a = -0.5;

  x = fabs (x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0)
    return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

static gdouble
sinc (gdouble x)
{
  if (x == 0.0)
    return 1.0;
  x *= G_PI;

  return sin (x) / x;
}

static gdouble
lanczos (gdouble x)
{
  return x >= -3.0 && x < 3.0 ? sinc (x) * sinc (x / 3.0) : 0.0;
}
