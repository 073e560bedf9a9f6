/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tile-body.h: the code of one PiscesTileFunc.  tile.c includes it once for each
 * width of vector registers, and defines before that:
 *
 *   TILE(name)     the name with a suffix of its own
 *   TILE_TARGET    the attribute that lets the compiler use the registers
 *   TILE_FLOATS    floats of one register
 *   TILE_VECTORS   registers of one row of the tile
 *   TILE_WIDE      the same where the tile has a row, or two or three: then
 *                  whole lines of the panel are read, as memory likes it
 *
 * The sums fill n_rows * n_vectors registers.  They are an array of constant
 * size, and every loop over it is unrolled, so that the compiler can keep it in
 * registers.
 */

typedef gfloat  TILE (Vector)
  __attribute__ ((vector_size (TILE_FLOATS * 4), aligned (4), may_alias));
typedef guint32 TILE (Bits)
  __attribute__ ((vector_size (TILE_FLOATS * 4), aligned (4), may_alias));

/* Fills the sums with the values that they begin with.  */
TILE_TARGET static inline __attribute__ ((always_inline)) void
TILE (begin) (const PiscesTile *tile,
              gint64            column,
              const gint        n_rows,
              const gint        n_vectors,
              TILE (Vector)     sum[][TILE_WIDE])
{
  #pragma GCC unroll 8
  for (gint i = 0; i < n_rows; i++)
    {
      const gfloat *from = tile->initial + column;

      if (tile->accumulate)
        from = tile->y + i * tile->y_row + column;
      #pragma GCC unroll 8
      for (gint j = 0; j < n_vectors; j++)
        sum[i][j] = *(const TILE (Vector) *) (from + j * TILE_FLOATS);
    }
}

/* Adds the products of one row of weights; in bfloat16, of two rows, because
 * these lie in pairs.  Of each 32 bits, the lower half is the first row's value
 * and the upper half the second's.  A bfloat16 is the upper half of a float32.  */
TILE_TARGET static inline __attribute__ ((always_inline)) void
TILE (step) (const guint8        *w,
             const gfloat *const *x,
             gint64               c,
             const gint           n_rows,
             const gint           n_vectors,
             const gboolean       bf16,
             TILE (Vector)        sum[][TILE_WIDE])
{
  TILE (Vector) weights[TILE_WIDE];

  #pragma GCC unroll 2
  for (gint k = 0; k < (bf16 ? 2 : 1); k++)
    {
      #pragma GCC unroll 8
      for (gint j = 0; j < n_vectors; j++)
        {
          const guint8 *at = w + j * TILE_FLOATS * 4;

          if (! bf16)
            weights[j] = *(const TILE (Vector) *) at;
          else if (k == 0)
            weights[j] = (TILE (Vector)) (*(const TILE (Bits) *) at << 16);
          else
            weights[j] = (TILE (Vector)) (*(const TILE (Bits) *) at & 0xffff0000u);
        }
      #pragma GCC unroll 8
      for (gint i = 0; i < n_rows; i++)
        {
          #pragma GCC unroll 8
          for (gint j = 0; j < n_vectors; j++)
            sum[i][j] += x[i][c + k] * weights[j];
        }
      /* The second half is loaded again: there are no registers to keep it.  */
      if (bf16 && n_rows > 3)
        PISCES_CPU_FORGET_LOADS ();
    }
}

TILE_TARGET static inline __attribute__ ((always_inline)) void
TILE (sums) (const PiscesTile *tile,
             gint64            column,
             const gint        n_rows,
             const gint        n_vectors,
             const gboolean    bf16)
{
  TILE (Vector) sum[PISCES_TILE_ROWS][TILE_WIDE];
  const gint    step = bf16 ? 2 : 1;

  /* Only the first columns fetch what comes next.  */
  const gboolean fetches = tile->next && column == 0;
  const guint8  *next    = fetches ? tile->next : tile->w;
  const gint64   further = fetches ? tile->next_row : 0;

  TILE (begin) (tile, column, n_rows, n_vectors, sum);

  for (gint64 tap = 0; tap < tile->n_taps; tap++)
    {
      const guint8 *w = tile->w + tap * tile->w_tap + column * 4;
      const gfloat *x[PISCES_TILE_ROWS];

      #pragma GCC unroll 8
      for (gint i = 0; i < n_rows; i++)
        x[i] = tile->x[tap * PISCES_TILE_ROWS + i] + tile->x_offset;

      for (gint64 c = 0; c < tile->n_in; c += step, w += tile->w_row)
        {
          /* The speed of one row is limited by memory.  The processor itself
           * reads ahead only to the end of each page, so the weights are
           * prefetched here.  */
          if (n_rows == 1)
            for (gint j = 0; j < n_vectors * TILE_FLOATS * 4; j += 64)
              __builtin_prefetch (w + TILE_AHEAD + j);
          /* With more rows, the weights come from the second level cache, one
           * line of the panel after the other.  These are not in order of
           * addresses, so the processor does not guess them.  */
          if (n_rows > 3)
            for (gint j = 0; j < n_vectors * TILE_FLOATS * 4; j += 64)
              __builtin_prefetch (w + TILE_LINES_AHEAD * tile->w_row + j);
          if (n_rows > 3 && n_vectors == TILE_VECTORS)
            {
              __builtin_prefetch (next, 0, 2);
              next += further;
            }
          TILE (step) (w, x, c, n_rows, n_vectors, bf16, sum);
        }
    }

  #pragma GCC unroll 8
  for (gint i = 0; i < n_rows; i++)
    {
      #pragma GCC unroll 8
      for (gint j = 0; j < n_vectors; j++)
        *(TILE (Vector) *) (tile->y + i * tile->y_row + column +
                            j * TILE_FLOATS) = sum[i][j];
    }
}

/* Goes through all columns of the tile.  @most: how many registers of a row are
 * taken at a time, at most.  */
TILE_TARGET static inline __attribute__ ((always_inline)) void
TILE (columns) (const PiscesTile *tile,
                const gint        n_rows,
                const gint        most,
                const gboolean    bf16)
{
  gint64 column = 0;

  for (; column + most * TILE_FLOATS <= tile->width; column += most * TILE_FLOATS)
    TILE (sums) (tile, column, n_rows, most, bf16);
  if (most > TILE_VECTORS)
    for (; column + TILE_VECTORS * TILE_FLOATS <= tile->width;
         column += TILE_VECTORS * TILE_FLOATS)
      TILE (sums) (tile, column, n_rows, TILE_VECTORS, bf16);
  switch ((tile->width - column) / TILE_FLOATS)
    {
    case 1:
      TILE (sums) (tile, column, n_rows, 1, bf16);
      break;
    case 2:
      TILE (sums) (tile, column, n_rows, MIN (2, TILE_VECTORS), bf16);
      break;
    case 3:
      TILE (sums) (tile, column, n_rows, MIN (3, TILE_VECTORS), bf16);
      break;
    }
}

TILE_TARGET static inline __attribute__ ((always_inline)) void
TILE (rows) (const PiscesTile *tile,
             const gboolean    bf16)
{
  switch (tile->n_rows)
    {
    case 1:
      TILE (columns) (tile, 1, TILE_WIDE, bf16);
      break;
    case 2:
      TILE (columns) (tile, 2, MIN (4, TILE_WIDE), bf16);
      break;
    case 3:
      TILE (columns) (tile, 3, MIN (4, TILE_WIDE), bf16);
      break;
    case 4:
      TILE (columns) (tile, 4, TILE_VECTORS, bf16);
      break;
    case 5:
      TILE (columns) (tile, 5, TILE_VECTORS, bf16);
      break;
    case 6:
      TILE (columns) (tile, 6, TILE_VECTORS, bf16);
      break;
    }
}

TILE_TARGET static void
TILE (run) (const PiscesTile *tile)
{
  TILE (rows) (tile, FALSE);
}

TILE_TARGET static void
TILE (run_bf16) (const PiscesTile *tile)
{
  TILE (rows) (tile, TRUE);
}
