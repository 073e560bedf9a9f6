/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * few-queries.h: the inner loops of attention with few queries and many keys, as
 * in decoding.  Its speed is limited by reading the cache, so they go through
 * whole rows of keys and values from front to back, and do all heads of a row at
 * once.  Keys and values are float32, or float16 that becomes float32 in
 * registers.  Knows nothing of tensors.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most keys of one step.  */
#define PISCES_FEW_KEYS 64

/* The widths of heads are multiples of this.  */
#define PISCES_FEW_LANES 16

/**
 * PiscesFewStep:
 * @queries: `[n_groups][per_group][head_dim]`.  The queries of a group have the
 *   same keys.
 * @rows: the first key, or the first value, of the first group; a row has those
 *   of all groups side by side.
 * @row_bytes: from one row to the next.
 * @n_rows: up to %PISCES_FEW_KEYS.
 * @scores: `[n_groups * per_group][PISCES_FEW_KEYS]`.
 * @sums: `[n_groups * per_group][head_dim]`.
 */
typedef struct
{
  gint          n_groups;
  gint          per_group;
  gint          head_dim;
  const gfloat *queries;
  const guint8 *rows;
  gsize         row_bytes;
  gint          n_rows;
  gfloat       *scores;
  gfloat       *sums;
} PiscesFewStep;

typedef void (* PiscesFewFunc) (const PiscesFewStep *step);

/* scores = queries times keys; sums += scores times values.  */
typedef struct
{
  PiscesFewFunc multiply_f32;
  PiscesFewFunc multiply_f16;
  PiscesFewFunc add_f32;
  PiscesFewFunc add_f16;
} PiscesFew;

const PiscesFew * pisces_few_choose (void);

G_END_DECLS
