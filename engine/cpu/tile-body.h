/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tile-body.h: the code of one PiscesTileFunc, included by tile.c once for
 * each width of vector registers.  Before it are defined:
 *
 *   TILE(name)     the name with a suffix of its own
 *   TILE_TARGET    the attribute that lets the compiler use the registers
 *   TILE_FLOATS    floats of one register
 *   TILE_VECTORS   registers of one row of the tile
 *
 * The sums of n_rows x n_vectors registers are in an array of constant size
 * that the compiler keeps in registers, since every loop over it is unrolled.
 */

typedef gfloat TILE (Vector)
  __attribute__ ((vector_size (TILE_FLOATS * 4), aligned (4), may_alias));

TILE_TARGET static inline __attribute__ ((always_inline)) void
TILE (sums) (const PiscesTile *tile,
             gint64            column,
             const gint        n_rows,
             const gint        n_vectors)
{
  TILE (Vector) sum[PISCES_TILE_ROWS][TILE_VECTORS];
  gfloat       *y = tile->y + column;

  if (tile->accumulate)
    {
      #pragma GCC unroll 8
      for (gint i = 0; i < n_rows; i++)
        {
          #pragma GCC unroll 8
          for (gint j = 0; j < n_vectors; j++)
            sum[i][j] = *(const TILE (Vector) *)
                        (y + i * tile->y_row + j * TILE_FLOATS);
        }
    }
  else
    {
      #pragma GCC unroll 8
      for (gint j = 0; j < n_vectors; j++)
        {
          TILE (Vector) initial = { 0.0f };

          if (tile->initial)
            initial = *(const TILE (Vector) *)
                      (tile->initial + column + j * TILE_FLOATS);
          #pragma GCC unroll 8
          for (gint i = 0; i < n_rows; i++)
            sum[i][j] = initial;
        }
    }

  for (gint64 tap = 0; tap < tile->n_taps; tap++)
    {
      const gfloat *w = tile->w + tap * tile->w_tap + column;
      const gfloat *x[PISCES_TILE_ROWS];

      #pragma GCC unroll 8
      for (gint i = 0; i < n_rows; i++)
        x[i] = tile->x[tap * PISCES_TILE_ROWS + i] + tile->x_offset;

      for (gint64 c = 0; c < tile->n_in; c++, w += tile->w_row)
        {
          TILE (Vector) weights[TILE_VECTORS];

          #pragma GCC unroll 8
          for (gint j = 0; j < n_vectors; j++)
            weights[j] = *(const TILE (Vector) *) (w + j * TILE_FLOATS);
          #pragma GCC unroll 8
          for (gint i = 0; i < n_rows; i++)
            {
              #pragma GCC unroll 8
              for (gint j = 0; j < n_vectors; j++)
                sum[i][j] += x[i][c] * weights[j];
            }
        }
    }

  #pragma GCC unroll 8
  for (gint i = 0; i < n_rows; i++)
    {
      #pragma GCC unroll 8
      for (gint j = 0; j < n_vectors; j++)
        *(TILE (Vector) *) (y + i * tile->y_row + j * TILE_FLOATS) = sum[i][j];
    }
}

TILE_TARGET static inline __attribute__ ((always_inline)) void
TILE (columns) (const PiscesTile *tile,
                const gint        n_rows)
{
  gint64 column = 0;

  for (; column + TILE_VECTORS * TILE_FLOATS <= tile->width;
       column += TILE_VECTORS * TILE_FLOATS)
    TILE (sums) (tile, column, n_rows, TILE_VECTORS);
  switch ((tile->width - column) / TILE_FLOATS)
    {
    case 1:
      TILE (sums) (tile, column, n_rows, 1);
      break;
    case 2:
      TILE (sums) (tile, column, n_rows, MIN (2, TILE_VECTORS));
      break;
    case 3:
      TILE (sums) (tile, column, n_rows, MIN (3, TILE_VECTORS));
      break;
    }
}

TILE_TARGET static void
TILE (run) (const PiscesTile *tile)
{
  switch (tile->n_rows)
    {
    case 1:
      TILE (columns) (tile, 1);
      break;
    case 2:
      TILE (columns) (tile, 2);
      break;
    case 3:
      TILE (columns) (tile, 3);
      break;
    case 4:
      TILE (columns) (tile, 4);
      break;
    case 5:
      TILE (columns) (tile, 5);
      break;
    case 6:
      TILE (columns) (tile, 6);
      break;
    }
}
