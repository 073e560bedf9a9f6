/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope.c: the CPU backend's rotary position embedding.  The sines and cosines of
 * a row are computed once for all of its heads, and those of a few rows are kept for
 * the next layer.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"


/* The angles that are remembered: those of so many positions.  All layers of a model
 * turn the same positions, queries and keys, one after another.  */
#define N_REMEMBERED 8

/**
 * PiscesCpuTurns:
 * @n_pairs: of a head.
 * @frequencies: `[n_pairs]`, a copy.
 * @positions: NaN where there is none yet.
 * @next: the place that is used next.
 * @turns: `[N_REMEMBERED, 2, n_pairs]`: cosines and sines.
 */
struct _PiscesCpuTurns
{
  gint     n_pairs;
  gfloat  *frequencies;
  gdouble  positions[N_REMEMBERED];
  gint     next;
  gfloat  *turns;
};

typedef struct
{
  PiscesTensor      x;
  const PiscesRope *rope;
  gint64            first_position;
} Turn;


static void turn_few  (PiscesCpu    *cpu,
                       const Turn   *turn);
static void turn_rows (gint64        first,
                       gint64        end,
                       gpointer      data);
static void turn_row  (gfloat       *x,
                       gint64        n_heads,
                       gint          head_dim,
                       const gfloat *cosines,
                       const gfloat *sines,
                       gboolean      interleaved);


void
pisces_cpu_rope (PiscesBackend    *backend,
                 PiscesTensor      x,
                 const PiscesRope *rope,
                 gint64            first_position)
{
  Turn         turn   = { x, rope, first_position };
  const gint64 n_rows = pisces_tensor_n_rows (x);
  const gint64 n_axes = rope->positions.data ? pisces_tensor_width (rope->positions) : 1;

  if (n_rows <= N_REMEMBERED && n_axes == 1)
    turn_few ((PiscesCpu *) backend, &turn);
  else
    pisces_cpu_share_rows (backend,
                           n_rows * (rope->head_dim * 20.0 + pisces_tensor_width (x) * 2.0),
                           n_rows, turn_rows, &turn);
}

void
pisces_cpu_turns_free (PiscesCpuTurns *turns)
{
  if (turns == NULL)
    return;
  g_free (turns->frequencies);
  g_free (turns->turns);
  g_free (turns);
}


/*  private functions  */

/* The position of a row on one axis.  */
static gdouble
position_of (const Turn *turn,
             gint64      row,
             gint        axis)
{
  return turn->rope->positions.data ? pisces_cpu_row (turn->rope->positions, row)[axis]
                                    : turn->first_position + row;
}

/* The angles are computed in double, because in float they would have an error of
 * 1e-4 at position 2000.  */
static void
compute_turns (gfloat       *cosines,
               gfloat       *sines,
               gdouble       position,
               const gfloat *frequencies,
               gint          n_pairs)
{
  for (gint pair = 0; pair < n_pairs; pair++)
    {
      const gdouble angle = position * (gdouble) frequencies[pair];

      cosines[pair] = cos (angle);
      sines[pair]   = sin (angle);
    }
}

/* Forgets all turns if they are of other frequencies.  */
static PiscesCpuTurns *
turns_of (PiscesCpu    *cpu,
          const gfloat *frequencies,
          gint          n_pairs)
{
  PiscesCpuTurns *turns = cpu->turns;

  if (turns && turns->n_pairs == n_pairs &&
      memcmp (turns->frequencies, frequencies, n_pairs * sizeof (gfloat)) == 0)
    return turns;

  pisces_cpu_turns_free (turns);
  turns              = g_new0 (PiscesCpuTurns, 1);
  turns->n_pairs     = n_pairs;
  turns->frequencies = g_memdup2 (frequencies, n_pairs * sizeof (gfloat));
  turns->turns       = g_new (gfloat, N_REMEMBERED * 2 * n_pairs);
  for (gint i = 0; i < N_REMEMBERED; i++)
    turns->positions[i] = NAN;
  cpu->turns = turns;

  return turns;
}

/* Returns the cosines of a position, and the sines after them.  */
static const gfloat *
turns_look_up (PiscesCpuTurns *turns,
               gdouble         position)
{
  gfloat *found;
  gint    i = 0;

  while (i < N_REMEMBERED && turns->positions[i] != position)
    i++;
  if (i == N_REMEMBERED)
    {
      i           = turns->next;
      turns->next = (turns->next + 1) % N_REMEMBERED;
    }
  found = turns->turns + i * 2 * turns->n_pairs;
  if (turns->positions[i] != position)
    {
      turns->positions[i] = position;
      compute_turns (found, found + turns->n_pairs, position, turns->frequencies, turns->n_pairs);
    }

  return found;
}

/* As in decoding, where computing the angles would take longer than all else.  */
static void
turn_few (PiscesCpu  *cpu,
          const Turn *turn)
{
  const PiscesRope *rope  = turn->rope;
  const gint        half  = rope->head_dim / 2;
  PiscesCpuTurns   *turns = turns_of (cpu, pisces_cpu_vector (rope->frequencies), half);

  for (gint64 i = 0; i < pisces_tensor_n_rows (turn->x); i++)
    {
      const gfloat *found = turns_look_up (turns, position_of (turn, i, 0));

      turn_row (pisces_cpu_row (turn->x, i), pisces_tensor_width (turn->x) / rope->head_dim,
                rope->head_dim, found, found + half, rope->interleaved);
    }
}

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
          const gint behind = axis + 1 < n_axes ? pair + rope->axis_pairs[axis] : half;

          compute_turns (cosines + pair, sines + pair, position_of (turn, i, axis),
                         frequencies + pair, behind - pair);
          pair = behind;
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
