/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sinusoids.c: see sinusoids.h.
 */

#include <math.h>

#include "engine/networks/sinusoids.h"

/**
 * pisces_sinusoids:
 * @out: (out) (array length=width): the sines and the cosines.
 * @width: an even number.
 * @value: the number.
 * @cosines_first: diffusers' `flip_sin_to_cos`.
 * @shift: diffusers' `downscale_freq_shift`.
 *
 * Ho et al. (arXiv 2006.11239), after Vaswani et al., section 3.5.  Computed in
 * float32, as in diffusers: at a timestep of 999 this changes the sines by 3e-5,
 * and the weights were trained with these values.
 */
void
pisces_sinusoids (gfloat   *out,
                  gint      width,
                  gdouble   value,
                  gboolean  cosines_first,
                  gdouble   shift)
{
  const gint half    = width / 2;
  gfloat    *sines   = cosines_first ? out + half : out;
  gfloat    *cosines = cosines_first ? out : out + half;

  for (gint i = 0; i < half; i++)
    {
      const gfloat exponent = -logf (10000) * i / (gfloat) (half - shift);
      const gfloat angle    = (gfloat) value * expf (exponent);

      sines[i]   = sinf (angle);
      cosines[i] = cosf (angle);
    }
}
