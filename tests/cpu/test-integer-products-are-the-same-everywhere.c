/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Products in integers give the same bits with every instruction set of this
 * machine as in plain C.  They are also right: exactly the sum of the rounded
 * values, except for float32's rounding, and close to the sum of the values
 * themselves.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/int8.h"

#define BLOCK PISCES_INT8_BLOCK

/* Rows of less than one group of blocks, of exactly one, and of several with a
 * rest.  */
static const gint64 widths[] = { 32, 96, 192, 480, 512, 544, 1024, 2016, 4096 };

typedef struct
{
  gint64     n_in;
  gint       n_bits;
  gfloat    *x;
  guint8    *quants;
  _Float16  *scales;
} Operands;

static Operands
operands_new (GRand  *random,
              gint64  n_in,
              gint    n_bits)
{
  const gint64 whole = pisces_int8_whole_blocks (n_in);
  Operands     o     = { n_in, n_bits };

  /* After the row there is something else, as in a matrix.  */
  o.x      = g_new (gfloat, n_in);
  o.quants = g_malloc (whole * BLOCK * n_bits / 8);
  o.scales = g_new (_Float16, whole);
  for (gint64 i = 0; i < n_in; i++)
    o.x[i] = (gfloat) g_rand_double_range (random, -3.0, 3.0);
  /* Every byte is a pair of quants, or one quant, including -128.  */
  for (gint64 i = 0; i < whole * BLOCK * n_bits / 8; i++)
    o.quants[i] = g_rand_int_range (random, 0, 256);
  for (gint64 b = 0; b < whole; b++)
    o.scales[b] = (_Float16) g_rand_double_range (random, -0.01, 0.01);

  return o;
}

static void
operands_clear (Operands *o)
{
  g_free (o->x);
  g_free (o->quants);
  g_free (o->scales);
}

static gfloat
product (const PiscesInt8 *funcs,
         const Operands   *o)
{
  const gsize   n_bytes = pisces_int8_row_bytes (o->n_in);
  gpointer      memory  = aligned_alloc (64, n_bytes);
  PiscesInt8Row row     = pisces_int8_row_in (memory, o->n_in);
  /* At an unaligned address, with nothing after the last whole group.  */
  const gint64  n_quants = pisces_int8_whole_blocks (o->n_in) * BLOCK * o->n_bits / 8;
  guint8       *quants  = g_malloc (n_quants + 1);
  /* The same row of weights, at different addresses.  */
  const guint8   *several[PISCES_INT8_ROWS] = { quants + 1, o->quants };
  const _Float16 *scales[PISCES_INT8_ROWS]  = { o->scales, o->scales };
  gfloat          results[PISCES_INT8_ROWS];
  gfloat          result;

  memset (memory, 0x5a, n_bytes);
  memcpy (quants + 1, o->quants, n_quants);
  pisces_int8_round (row, o->x, o->n_in, o->n_bits == 8 ? funcs->offset_8 : PISCES_INT8_OFFSET_4,
                     o->n_bits == 8 ? 1 : funcs->halves);
  result = (o->n_bits == 8 ? funcs->dot_8 : funcs->dot_4) (quants + 1, o->scales, &row,
                                                           o->n_in / BLOCK);
  (o->n_bits == 8 ? funcs->dots_8 : funcs->dots_4) (results, several, scales, &row,
                                                    o->n_in / BLOCK);
  for (gint i = 0; i < PISCES_INT8_ROWS; i++)
    g_assert_cmpmem (&results[i], sizeof (result), &result, sizeof (result));
  g_free (quants);
  free (memory);

  return result;
}

static gdouble
weight_at (const Operands *o,
           gint64          i)
{
  const gdouble scale = (gdouble) o->scales[i / BLOCK];
  const gint64  half  = i / BLOCK * (BLOCK / 2) + i % (BLOCK / 2);

  if (o->n_bits == 8)
    return scale * (gint8) o->quants[i];
  return scale * ((i % BLOCK < BLOCK / 2 ? o->quants[half] & 15 : o->quants[half] >> 4) - 8);
}

/* The sums of the values, of the rounded values, and how far apart they may
 * be: half a step for each input.  */
static void
plain_sums (const Operands *o,
            gdouble        *exact,
            gdouble        *rounded,
            gdouble        *bound)
{
  *exact = *rounded = *bound = 0;
  for (gint64 b = 0; b < o->n_in / BLOCK; b++)
    {
      gfloat largest = 0;

      for (gint i = 0; i < BLOCK; i++)
        largest = fmaxf (largest, fabsf (o->x[b * BLOCK + i]));
      for (gint64 i = b * BLOCK; i < (b + 1) * BLOCK; i++)
        {
          const gdouble w = weight_at (o, i);

          *exact   += w * o->x[i];
          *rounded += w * (rintf (o->x[i] * (127.0f / largest)) * (largest / 127.0f));
          *bound   += fabs (w) * largest / 127 * 0.50001;
        }
    }
}

static void
test_same_bits (gconstpointer data)
{
  const gint        n_bits = GPOINTER_TO_INT (data);
  g_autoptr (GRand) random = g_rand_new_with_seed (20260203);

  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    for (gint turn = 0; turn < 20; turn++)
      {
        Operands     o     = operands_new (random, widths[w], n_bits);
        const gfloat plain = product (&pisces_int8_plain, &o);
        gdouble      exact, rounded, bound;

        plain_sums (&o, &exact, &rounded, &bound);
        g_assert_cmpfloat_with_epsilon (plain, rounded, 1e-6 * bound * 254);
        g_assert_cmpfloat_with_epsilon (plain, exact, bound);
        for (guint n = 0; pisces_int8_nth (n); n++)
          if (pisces_int8_nth (n)->is_supported ())
            {
              const gfloat fast = product (pisces_int8_nth (n), &o);

              if (memcmp (&fast, &plain, sizeof (fast)) != 0)
                g_error ("%s: %d inputs: %.9g, in plain C %.9g", pisces_int8_nth (n)->name,
                         (gint) widths[w], fast, plain);
            }
        operands_clear (&o);
      }
}

/* Tiles go through the blocks in order, and round once for each block.  */
static gfloat
tile_sum (const PiscesInt8Row  row,
          const guint8        *quants,
          const _Float16      *scales,
          gint64               n_in,
          gint                 n_bits)
{
  gfloat total = 0;

  for (gint64 b = 0; b < n_in / BLOCK; b++)
    {
      gint32 sum = 0;

      for (gint i = 0; i < BLOCK; i++)
        {
          const guint8 pair = quants[b * BLOCK / 2 + i % (BLOCK / 2)];
          const gint   w    = n_bits == 8 ? ((const gint8 *) quants)[b * BLOCK + i]
                                          : (i < BLOCK / 2 ? pair & 15 : pair >> 4) - 8;

          sum += w * row.quants[b * BLOCK + i];
        }
      total = fmaf ((gfloat) sum, (gfloat) scales[b] * row.scales[b], total);
    }

  return total;
}

#define MAX_ROWS PISCES_INT8_TILE_ROWS

static void
check_tile (const PiscesInt8 *funcs,
            GRand            *random,
            gint64            n_in,
            gint              n_bits,
            gint              n_rows,
            gint              n_out)
{
  const PiscesInt8Tile  tile      = n_bits == 8 ? funcs->tile_8 : funcs->tile_4;
  Operands              all       = operands_new (random, n_in * MAX (n_out, MAX_ROWS), n_bits);
  const gsize           row_bytes = pisces_int8_row_bytes (n_in);
  guint8               *memory    = aligned_alloc (64, row_bytes * n_rows);
  guint8               *packed    = aligned_alloc (64, pisces_int8_panel_bytes (funcs, n_in));
  const PiscesInt8Row   first     = pisces_int8_row_in (memory, n_in);
  PiscesInt8Panel       panel, rest_of_panel;
  PiscesInt8Row         rest_of_rows;
  gfloat                y[MAX_ROWS * PISCES_INT8_PANEL_WIDTH];

  memset (packed, 0xff, pisces_int8_panel_bytes (funcs, n_in));
  panel = pisces_int8_pack (funcs, packed, all.quants, all.scales, n_out, n_in, n_bits);
  for (gint i = 0; i < n_rows; i++)
    pisces_int8_round (pisces_int8_row_at (first, i * row_bytes), all.x + i * n_in, n_in,
                       n_bits == 8 ? 128 : PISCES_INT8_OFFSET_4, 1);

  /* A third of the blocks first, and then the rest.  */
  memset (y, 0, sizeof (y));
  tile (y, funcs->panel_width, &panel, &first, row_bytes, n_rows, n_in / BLOCK / 3);
  rest_of_panel = pisces_int8_panel_from (funcs, panel, n_in / BLOCK / 3);
  rest_of_rows  = pisces_int8_row_from (first, n_in / BLOCK / 3);
  tile (y, funcs->panel_width, &rest_of_panel, &rest_of_rows, row_bytes, n_rows,
        n_in / BLOCK - n_in / BLOCK / 3);
  for (gint i = 0; i < n_rows; i++)
    for (gint o = 0; o < n_out; o++)
      g_assert_cmpfloat (y[i * funcs->panel_width + o], ==,
                         tile_sum (pisces_int8_row_at (first, i * row_bytes),
                                   all.quants + o * n_in * n_bits / 8,
                                   all.scales + o * n_in / BLOCK, n_in, n_bits));
  operands_clear (&all);
  free (memory);
  free (packed);
}

static void
test_tiles (gconstpointer data)
{
  const gint        n_bits = GPOINTER_TO_INT (data);
  g_autoptr (GRand) random = g_rand_new_with_seed (20260204);

  for (guint n = 0; pisces_int8_nth (n); n++)
    {
      const PiscesInt8 *funcs = pisces_int8_nth (n);

      if (! funcs->is_supported () || ! (n_bits == 8 ? funcs->tile_8 : funcs->tile_4))
        continue;
      g_assert_cmpint (funcs->tile_rows, <=, MAX_ROWS);
      g_assert_cmpint (funcs->panel_width, <=, PISCES_INT8_PANEL_WIDTH);
      for (gint n_rows = 1; n_rows <= funcs->tile_rows; n_rows++)
        {
          check_tile (funcs, random, 32, n_bits, n_rows, 1);
          check_tile (funcs, random, 96, n_bits, n_rows, funcs->panel_width - 1);
          check_tile (funcs, random, 1056, n_bits, n_rows, funcs->panel_width);
        }
    }
}

/* Which instruction sets are tested depends on the machine.  */
static void
test_names (void)
{
  g_assert_true (pisces_int8_choose ()->is_supported ());
  for (guint n = 0; pisces_int8_nth (n); n++)
    g_test_message ("%s: %s", pisces_int8_nth (n)->name,
                    pisces_int8_nth (n)->is_supported () ? "tested" : "not on this machine");
}

/* Zeros, and the smallest and largest numbers; NaN stays NaN, and is not
 * treated as zero.  */
static void
test_extremes (void)
{
  static const gfloat values[]  = { 0.0f, 1e-45f, 1e-38f, 1e-30f, 1e35f };
  g_autoptr (GRand)   random    = g_rand_new_with_seed (1);

  for (guint n = 0; pisces_int8_nth (n); n++)
    for (gint n_bits = 4; n_bits <= 8 && pisces_int8_nth (n)->is_supported (); n_bits += 4)
      {
        Operands o = operands_new (random, 96, n_bits);

        for (guint v = 0; v < G_N_ELEMENTS (values); v++)
          {
            const gdouble largest = values[v];
            gdouble       sum     = 0;

            for (gint i = 0; i < 96; i++)
              {
                o.x[i] = i % 2 ? -values[v] : values[v];
                sum   += weight_at (&o, i) * o.x[i];
              }
            g_assert_cmpfloat_with_epsilon (product (pisces_int8_nth (n), &o), sum,
                                            MAX (largest * 1e-3, 1e-33));
          }
        o.x[40] = INFINITY;
        g_assert_false (isfinite (product (pisces_int8_nth (n), &o)));
        o.x[40] = NAN;
        g_assert_true (isnan (product (pisces_int8_nth (n), &o)));
        operands_clear (&o);
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/int8/same-bits/8", GINT_TO_POINTER (8), test_same_bits);
  g_test_add_data_func ("/int8/same-bits/4", GINT_TO_POINTER (4), test_same_bits);
  g_test_add_data_func ("/int8/tiles/8", GINT_TO_POINTER (8), test_tiles);
  g_test_add_data_func ("/int8/tiles/4", GINT_TO_POINTER (4), test_tiles);
  g_test_add_func ("/int8/names", test_names);
  g_test_add_func ("/int8/extremes", test_extremes);
  return g_test_run ();
}
