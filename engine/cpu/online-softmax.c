/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * online-softmax.c: the softmax of a query whose scores come some keys at a time
 * (Milakov and Gimelshein, arXiv 1805.02867).  It keeps the largest score so far, the
 * total of the exponents above it, and sums of values, which are rescaled whenever
 * a larger score comes.  Both kinds of attention of this backend work so.
 */

#include <math.h>

#include "engine/cpu/cpu.h"


static gfloat   largest (const gfloat *x,
                         gint64        n,
                         gfloat        maximum);


/**
 * pisces_cpu_soften_row:
 * @scores: `[n_keys]`: the scaled scores of the next keys, which become
 *   exp (score - maximum).
 * @n_see: how many of these keys the query may see, up to @n_keys.  The scores of the
 *   others become 0.
 * @maximum: the largest score so far; -INFINITY before the first keys.
 * @total: the sum of the exponents so far.
 * @sums: `[n_sums]`: the sum of exponents times values so far.  The values of these
 *   keys are not added yet.
 */
void
pisces_cpu_soften_row (gfloat *scores,
                       gint64  n_see,
                       gint64  n_keys,
                       gfloat *maximum,
                       gfloat *total,
                       gfloat *sums,
                       gint64  n_sums)
{
  if (n_see > 0)
    {
      const gfloat before = *maximum;
      gfloat       sum    = 0.0f;

      *maximum = largest (scores, n_see, before);
      /* The factor may be 0, and then the sums must become 0, too.  */
      if (*total != 0.0f && ! (*maximum <= before))
        {
          const gfloat factor = expf (before - *maximum);

          *total *= factor;
          pisces_cpu_scale_row (sums, sums, factor, n_sums);
        }
      pisces_cpu_exp_row (scores, n_see, *maximum, &sum);
      *total += sum;
    }
  for (gint64 j = MAX (n_see, 0); j < n_keys; j++)
    scores[j] = 0.0f;
}

/**
 * pisces_cpu_scale_row:
 * @y: (out): `[n]`, which may be @x.
 *
 * y = factor x.
 */
PISCES_VECTORISED void
pisces_cpu_scale_row (gfloat       *y,
                      const gfloat *x,
                      gfloat        factor,
                      gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] = factor * x[i];
}


/*  private functions  */

PISCES_VECTORISED static gfloat
largest (const gfloat *x,
         gint64        n,
         gfloat        maximum)
{
  #pragma omp simd reduction (max : maximum)
  for (gint64 i = 0; i < n; i++)
    maximum = x[i] > maximum ? x[i] : maximum;
  return maximum;
}
