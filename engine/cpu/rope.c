/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope.c: the CPU backend's rotary position embedding.  The sines and cosines of
 * a row are computed once for all of its heads.
 */

#include <math.h>

#include "engine/cpu/cpu.h"


static void turn_rows (gint64        first,
                       gint64        end,
                       gpointer      data);
static void turn_row  (gfloat       *x,
                       gint64        n_heads,
                       gint          head_dim,
                       const gfloat *cosines,
                       const gfloat *sines,
                       gboolean      interleaved);


typedef struct
{
  PiscesTensor      x;
  const PiscesRope *rope;
  gint64            first_position;
} Turn;

void
pisces_cpu_rope (PiscesBackend    *backend,
                 PiscesTensor      x,
                 const PiscesRope *rope,
                 gint64            first_position)
{
  Turn         turn   = { x, rope, first_position };
  const gint64 n_rows = pisces_tensor_n_rows (x);

  pisces_cpu_share_rows (backend,
                         n_rows * (rope->head_dim * 20.0 + pisces_tensor_width (x) * 2.0),
                         n_rows, turn_rows, &turn);
}


/*  private functions  */

/* The angle is computed in double, because in float it would have an error of
 * 1e-4 at position 2000.  */
static void
turn_rows (gint64   first,
           gint64   end,
           gpointer data)
{
  const Turn        *turn        = data;
  const PiscesRope  *rope        = turn->rope;
  const gfloat      *frequencies = pisces_cpu_vector (rope->frequencies);
  const gint         half        = rope->head_dim / 2;
  const gint         n_axes      = rope->positions.data
                                   ? pisces_tensor_width (rope->positions) : 1;
  g_autofree gfloat *cosines     = g_new (gfloat, 2 * half);
  gfloat            *sines       = cosines + half;

  for (gint64 i = first; i < end; i++)
    {
      gint pair = 0;

      for (gint axis = 0; axis < n_axes; axis++)
        {
          const gint    behind   = axis + 1 < n_axes ? pair + rope->axis_pairs[axis] : half;
          const gdouble position = rope->positions.data
                                   ? pisces_cpu_row (rope->positions, i)[axis]
                                   : turn->first_position + i;

          for (; pair < behind; pair++)
            {
              const gdouble angle = position * (gdouble) frequencies[pair];

              cosines[pair] = cos (angle);
              sines[pair]   = sin (angle);
            }
        }
      turn_row (pisces_cpu_row (turn->x, i),
                pisces_tensor_width (turn->x) / rope->head_dim, rope->head_dim,
                cosines, sines, rope->interleaved);
    }
}

PISCES_VECTORISED static void
turn_row (gfloat       *x,
          gint64        n_heads,
          gint          head_dim,
          const gfloat *cosines,
          const gfloat *sines,
          gboolean      interleaved)
{
  const gint half = head_dim / 2;

  for (gint64 h = 0; h < n_heads; h++, x += head_dim)
    {
      if (interleaved)
        {
          for (gint j = 0; j < half; j++)
            {
              const gfloat a = x[2 * j];
              const gfloat b = x[2 * j + 1];

              x[2 * j]     = a * cosines[j] - b * sines[j];
              x[2 * j + 1] = b * cosines[j] + a * sines[j];
            }
          continue;
        }
      #pragma GCC ivdep
      for (gint j = 0; j < half; j++)
        {
          const gfloat a = x[j];
          const gfloat b = x[j + half];

          x[j]        = a * cosines[j] - b * sines[j];
          x[j + half] = b * cosines[j] + a * sines[j];
        }
    }
}
