/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rotation.h: the angle of a pair, for rope.cu and rope_append.cu.
 */

#pragma once

#include "kernels/cuda.h"


/* Sine and cosine of an angle that is given in whole turns, from -0.5 to 0.5.  */
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

/* Sine and cosine of position * frequency.  Whole turns are taken off in double, which is
 * only three operations; in float32 position 2000 would have an error of 1e-4.  The rest
 * is float32.  */
static __device__ __forceinline__ void
rotation_of (double  position,
             float   frequency,
             float  *sine,
             float  *cosine)
{
  const double turns = position * (double) frequency * 0.15915494309189535;

  sine_of_turn ((float) (turns - rint (turns)), sine, cosine);
}

/* The position of a row on the axis of pair j.  If the rope has no positions, this is
 * counted.  */
static __device__ __forceinline__ double
position_of_pair (const PiscesCudaRope &rope,
                  long long             row,
                  int                   j,
                  long long             counted)
{
  int axis = 0;

  if (! rope.positions)
    return (double) counted;

#pragma unroll
  for (int i = 0; i < PISCES_CUDA_MAX_AXES - 1; i++)
    axis += j >= rope.axis_ends[i];
  return (double) rope.positions[row * rope.position_stride + axis];
}
