/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tile.h: the innermost loop of all products: a few rows times one panel of
 * weights.  It is compiled once for each width of vector registers.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most rows of a tile.  They all share one reading of the weights.  6 rows of
 * 4 vectors take 24 of 32 registers, which leaves 8 for operands.  */
#define PISCES_TILE_ROWS 6

/**
 * PiscesTile:
 * @x: `[n_taps][PISCES_TILE_ROWS]` pointers to the beginning of each row's input,
 *   for each tap of a kernel.  A product of matrices has one tap.
 * @x_offset: a number of floats that is added to all of these pointers.
 * @n_in: how many inputs of each tap are multiplied; even for bfloat16.
 * @w: `[n_taps][n_in][width]` in float32, or `[n_taps][n_in / 2][width][2]`
 *   in bfloat16.
 * @w_row: bytes from one row of @w to the next; @w_tap: from tap to tap.
 * @width: a multiple of 16, at most 64.
 * @y: `[n_rows][width]`, with the stride @y_row.
 * @n_rows: 1 to PISCES_TILE_ROWS.
 * @next: weights that will be needed soon; some of them are fetched from memory
 *   into the second level cache meanwhile: @next_row bytes for each row of @w.
 *   Only for more than three rows.
 * @initial: `[width]`: the values that the sums begin with.  Ignored with
 *   @accumulate, where the sums begin with @y.
 */
typedef struct
{
  const gfloat *const *x;
  gint64               x_offset;
  gint64               n_taps;
  gint64               n_in;
  const guint8        *w;
  gint64               w_row;
  gint64               w_tap;
  gint64               width;
  const guint8        *next;
  gint64               next_row;
  gfloat              *y;
  gint64               y_row;
  gint                 n_rows;
  const gfloat        *initial;
  gboolean             accumulate;
} PiscesTile;

typedef void (* PiscesTileFunc) (const PiscesTile *tile);

PiscesTileFunc pisces_tile_func (gboolean bf16);

G_END_DECLS
