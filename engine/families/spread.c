/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * spread.c: see spread.h.  This is the pyramid of Gortler et al. (The Lumigraph,
 * SIGGRAPH 1996, section 3.4.2): the known values are averaged to ever smaller
 * grids until no gap is left, and on the way back each gap takes the value of the
 * smaller grid.  A gap so gets the colours at its border, near ones first.
 */

#include "engine/families/spread.h"


static void  halve  (const gfloat *values,
                     const gfloat *weights,
                     gint          width,
                     gint          height,
                     gint          n_channels,
                     gfloat       *half_values,
                     gfloat       *half_weights);
static void  refill (gfloat       *values,
                     const gfloat *weights,
                     gint          width,
                     gint          height,
                     gint          n_channels,
                     const gfloat *half_values);


/**
 * pisces_spread:
 * @values: (inout): `[height, width, n_channels]`: what is known; the rest is
 *   written.
 * @weights: (inout): `[height, width]`: how far each value is known, 0 to 1; the
 *   contents are lost.
 * @width: of the grid.
 * @height: of the grid.
 * @n_channels: numbers in each place.
 *
 * A place with the weight w keeps w of its value.  If nothing is known, everything
 * becomes 0.
 */
void
pisces_spread (gfloat *values,
               gfloat *weights,
               gint    width,
               gint    height,
               gint    n_channels)
{
  const gint         half_width   = (width + 1) / 2;
  const gint         half_height  = (height + 1) / 2;
  g_autofree gfloat *half_values  = NULL;
  g_autofree gfloat *half_weights = NULL;

  if (width == 1 && height == 1)
    {
      if (weights[0] <= 0.0f)
        for (gint c = 0; c < n_channels; c++)
          values[c] = 0.0f;
      return;
    }

  half_values  = g_new (gfloat, (gsize) half_width * half_height * n_channels);
  half_weights = g_new (gfloat, (gsize) half_width * half_height);

  halve (values, weights, width, height, n_channels, half_values, half_weights);
  pisces_spread (half_values, half_weights, half_width, half_height, n_channels);
  refill (values, weights, width, height, n_channels, half_values);
}


/*  private functions  */

/* A place of the smaller grid is the weighted average of four, and is known as
 * far as they are together.  */
static void
halve (const gfloat *values,
       const gfloat *weights,
       gint          width,
       gint          height,
       gint          n_channels,
       gfloat       *half_values,
       gfloat       *half_weights)
{
  const gint half_width  = (width + 1) / 2;
  const gint half_height = (height + 1) / 2;

  for (gint y = 0; y < half_height; y++)
    for (gint x = 0; x < half_width; x++)
      {
        gfloat *to  = half_values + ((gsize) y * half_width + x) * n_channels;
        gfloat  sum = 0.0f;

        for (gint c = 0; c < n_channels; c++)
          to[c] = 0.0f;
        for (gint dy = 0; dy < 2 && 2 * y + dy < height; dy++)
          for (gint dx = 0; dx < 2 && 2 * x + dx < width; dx++)
            {
              const gsize i = (gsize) (2 * y + dy) * width + 2 * x + dx;

              sum += weights[i];
              for (gint c = 0; c < n_channels; c++)
                to[c] += weights[i] * values[i * n_channels + c];
            }
        for (gint c = 0; c < n_channels && sum > 0.0f; c++)
          to[c] /= sum;
        half_weights[(gsize) y * half_width + x] = MIN (sum, 1.0f);
      }
}

/* Values between those of the smaller grid are linear.  */
static void
refill (gfloat       *values,
        const gfloat *weights,
        gint          width,
        gint          height,
        gint          n_channels,
        const gfloat *half_values)
{
  const gint half_width  = (width + 1) / 2;
  const gint half_height = (height + 1) / 2;

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      {
        const gsize i      = (gsize) y * width + x;
        const gfloat w     = weights[i];
        const gint   near_y = y / 2, near_x = x / 2;
        const gint   far_y  = CLAMP (y % 2 ? near_y + 1 : near_y - 1, 0, half_height - 1);
        const gint   far_x  = CLAMP (x % 2 ? near_x + 1 : near_x - 1, 0, half_width - 1);

        if (w >= 1.0f)
          continue;

        for (gint c = 0; c < n_channels; c++)
          {
#define HALF(y, x) half_values[((gsize) (y) * half_width + (x)) * n_channels + c]
            const gfloat coarse = 0.5625f * HALF (near_y, near_x) +
                                  0.1875f * (HALF (far_y, near_x) + HALF (near_y, far_x)) +
                                  0.0625f * HALF (far_y, far_x);
#undef HALF

            values[i * n_channels + c] = w * values[i * n_channels + c] + (1.0f - w) * coarse;
          }
      }
}
