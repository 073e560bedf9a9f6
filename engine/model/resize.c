/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * resize.c: the weights for resizing with antialiasing, the same as in Pillow
 * (src/libImaging/Resample.c): a triangle or a cubic function (a = -0.5) of
 * the input pixels, widened by the factor by which the image shrinks.
 */

#include <math.h>

#include "engine/model/resize.h"


static gdouble   triangle (gdouble  x);
static gdouble   cubic_of (gdouble  x);


/**
 * pisces_resize_line_new:
 * @n_in: how many pixels the line has.
 * @n_out: how many it should have.
 * @cubic: whether to use the cubic function; otherwise the triangle.
 *
 * Returns: (transfer full) (nullable): the weights, or %NULL if there is not
 *   enough memory.
 */
PiscesResizeLine *
pisces_resize_line_new (gint     n_in,
                        gint     n_out,
                        gboolean cubic)
{
  g_autoptr (PiscesResizeLine)  line    = g_new0 (PiscesResizeLine, 1);
  gdouble                       scale   = (gdouble) n_in / n_out;
  gdouble                       widen   = MAX (scale, 1.0);
  gdouble                       support = (cubic ? 2.0 : 1.0) * widen;
  gint                          i, j;

  line->n_out   = n_out;
  line->stride  = (gint) ceil (support) * 2 + 1;
  line->begin   = g_try_new (gint, n_out);
  line->end     = g_try_new (gint, n_out);
  line->weights = g_try_new0 (gdouble, (gsize) n_out * line->stride);
  if (! line->begin || ! line->end || ! line->weights)
    return NULL;

  for (i = 0; i < n_out; i++)
    {
      gdouble  center  = (i + 0.5) * scale;
      gdouble *weights = line->weights + (gsize) i * line->stride;
      gint     begin   = MAX ((gint) (center - support + 0.5), 0);
      gint     end     = MIN ((gint) (center + support + 0.5), n_in);
      gdouble  sum     = 0.0;

      for (j = begin; j < end; j++)
        {
          gdouble  x = (j - center + 0.5) / widen;

          weights[j - begin] = cubic ? cubic_of (x) : triangle (x);
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
