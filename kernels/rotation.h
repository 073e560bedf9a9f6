/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rotation.h: the angle of a pair, for rope.cu and rope_append.cu.
 */

#pragma once

#include "kernels/cuda.h"


/* Sine and cosine of a part of a whole turn, -0.5 to 0.5.  */
static __device__ __forceinline__ void
sine_of_turn (float  turn,
              float *sine,
              float *cosine)
{
#ifdef __CUDACC__
  sincospif (2.0f * turn, sine, cosine);
#else
  *sine   = sinf (6.28318531f * turn);
  *cosine = cosf (6.28318531f * turn);
#endif
}

/* The angle is reduced to one turn in double (three operations; in float,
 * position 2000 would have an error of 1e-4), the rest is float32.  */
static __device__ __forceinline__ void
rotation_of (long long  position,
             float      frequency,
             float     *sine,
             float     *cosine)
{
  const double turns = (double) position * (double) frequency *
                       0.15915494309189535;

  sine_of_turn ((float) (turns - rint (turns)), sine, cosine);
}
