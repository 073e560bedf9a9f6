/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8.c: chooses the integer functions for this machine, and rounds activations
 * for them.  A block has steps of its largest magnitude / 127, and each value
 * becomes the nearest of -127 to 127 steps, ties to even.  The scale stays in
 * float32.
 */

/* Keeps the compiler from joining multiplications and additions, so that the bits
 * are the same on machines with and without that instruction.  */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize ("fp-contract=off")
#endif

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/cpu/int8.h"
#include "engine/cpu/vectors.h"

#define BLOCK PISCES_INT8_BLOCK
#define GROUP PISCES_INT8_GROUP

/* Blocks that are put side by side at a time.  */
#define PACKED_BLOCKS 8


static gint round_block (gint8          *quants,
                         gfloat         *scale,
                         const gfloat   *x);
static void pack_scales (gfloat         *packed,
                         gint64          width,
                         const _Float16 *scales,
                         gint64          n_blocks);
static void pack_8      (guint32        *packed,
                         gint64          width,
                         const guint8   *quants,
                         gint64          n_blocks);
static void pack_4      (guint32        *packed,
                         gint64          width,
                         const guint8   *quants,
                         gint64          n_blocks);


/* In order of speed, the fastest first.  */
static const PiscesInt8 *const known[] =
{
#ifdef __x86_64__
  &pisces_int8_avx512_vnni,
  &pisces_int8_avx_vnni,
  &pisces_int8_avx2,
#endif
  &pisces_int8_plain
};

/**
 * pisces_int8_nth:
 * @n: a number from 0, which is the fastest set.
 *
 * Returns: (nullable): the set of functions with this number, which this machine
 *   may not support; NULL after the last.
 */
const PiscesInt8 *
pisces_int8_nth (guint n)
{
  return n < G_N_ELEMENTS (known) ? known[n] : NULL;
}

/* On a processor with both, a few rows times weights in 8 bits are faster with the
 * registers of 256 bits of AVX-VNNI: .94 of what the memory gives, in place of .88.
 * With weights in 4 bits it is the other way round, .75 and .88.  */
static const PiscesInt8 *
with_both (const PiscesInt8 *wide)
{
  static PiscesInt8 both;
  static gsize      is_made;

  if (g_once_init_enter (&is_made))
    {
      both        = *wide;
      both.dot_8  = pisces_int8_avx_vnni.dot_8;
      both.dots_8 = pisces_int8_avx_vnni.dots_8;
      g_once_init_leave (&is_made, 1);
    }
  return &both;
}

/**
 * pisces_int8_choose:
 *
 * Returns: the functions for this machine.  The environment variable
 *   PISCES_CPU_VECTORS (128, 256, 512) chooses those of a machine with narrower
 *   registers, for tests; with 256, of one that has no instruction for products of
 *   integers (VNNI).
 */
const PiscesInt8 *
pisces_int8_choose (void)
{
  const gint widest = pisces_cpu_allowed_bits ();
  guint      first  = 0;

  if (widest < 512)
    while (known[first] != &pisces_int8_plain && strstr (known[first]->name, "vnni"))
      first++;
  if (widest < 256)
    return &pisces_int8_plain;
  while (! known[first]->is_supported ())
    first++;
#ifdef __x86_64__
  if (known[first] == &pisces_int8_avx512_vnni && pisces_int8_avx_vnni.is_supported ())
    return with_both (known[first]);
#endif
  return known[first];
}

/**
 * pisces_int8_whole_blocks:
 * @n_in: a multiple of 32.
 *
 * Returns: the number of blocks of a row, rounded up to whole groups.
 */
gint64
pisces_int8_whole_blocks (gint64 n_in)
{
  return (n_in + GROUP * BLOCK - 1) / (GROUP * BLOCK) * GROUP;
}

/**
 * pisces_int8_row_bytes:
 * @n_in: a multiple of 32.
 *
 * Returns: the bytes that a row of activations takes, a multiple of 64.
 */
gsize
pisces_int8_row_bytes (gint64 n_in)
{
  return pisces_int8_whole_blocks (n_in) * (BLOCK + sizeof (gfloat) + sizeof (gint32));
}

/**
 * pisces_int8_row_in:
 * @memory: pisces_int8_row_bytes() bytes, aligned to 64; still owned by the caller.
 *
 * Returns: a row whose values lie in @memory.
 */
PiscesInt8Row
pisces_int8_row_in (gpointer memory,
                    gint64   n_in)
{
  const gint64  n_blocks = pisces_int8_whole_blocks (n_in);
  PiscesInt8Row row;

  row.quants  = memory;
  row.scales  = (gfloat *) (row.quants + n_blocks * BLOCK);
  row.starts = (gint32 *) (row.scales + n_blocks);
  return row;
}

/**
 * pisces_int8_row_at:
 *
 * Returns: the row that lies @n_bytes after @row in memory.
 */
PiscesInt8Row
pisces_int8_row_at (PiscesInt8Row row,
                    gsize         n_bytes)
{
  row.quants += n_bytes;
  row.scales += n_bytes / sizeof (gfloat);
  row.starts += n_bytes / sizeof (gint32);
  return row;
}

/**
 * pisces_int8_row_from:
 *
 * Returns: the part of @row that begins with this block.
 */
PiscesInt8Row
pisces_int8_row_from (PiscesInt8Row row,
                      gint64        block)
{
  row.quants += block * BLOCK;
  row.scales += block;
  row.starts += block;
  return row;
}

/**
 * pisces_int8_panel_from:
 *
 * Returns: the part of @panel that begins with this block.
 */
PiscesInt8Panel
pisces_int8_panel_from (const PiscesInt8 *funcs,
                        PiscesInt8Panel   panel,
                        gint64            block)
{
  panel.quants += block * BLOCK * funcs->panel_width;
  panel.scales += block * funcs->panel_width;
  return panel;
}

/**
 * pisces_int8_round:
 * @y: the row that is written.
 * @x: `[n_in]`.
 * @offset: what is added to the weights that this row will be multiplied with.
 * @halves: how many blocks share their halves: first come the lower halves of all
 *   of them, then their upper halves.  With 1 all values are in order.
 */
void
pisces_int8_round (PiscesInt8Row  y,
                   const gfloat  *x,
                   gint64         n_in,
                   gint           offset,
                   gint           halves)
{
  const gint64 n_blocks = n_in / BLOCK;
  const gint64 n_all    = pisces_int8_whole_blocks (n_in);

  /* Some of the blocks that share their halves may be missing at the end.  */
  if (n_blocks < n_all)
    {
      const gint64 whole = n_blocks / halves * halves;

      memset (y.quants + whole * BLOCK, 0, (n_all - whole) * BLOCK);
      memset (y.scales + n_blocks, 0, (n_all - n_blocks) * sizeof (gfloat));
      memset (y.starts + n_blocks, 0, (n_all - n_blocks) * sizeof (gint32));
    }

  for (gint64 b = 0; b < n_blocks; b++)
    {
      gint8 *lower = y.quants + b / halves * halves * BLOCK + b % halves * (BLOCK / 2);
      gint8  quants[BLOCK];

      y.starts[b] = -offset * round_block (quants, y.scales + b, x + b * BLOCK);
      memcpy (lower, quants, BLOCK / 2);
      memcpy (lower + halves * (BLOCK / 2), quants + BLOCK / 2, BLOCK / 2);
    }
}

/**
 * pisces_int8_panel_bytes:
 *
 * Returns: the bytes that a panel takes, a multiple of 64.
 */
gsize
pisces_int8_panel_bytes (const PiscesInt8 *funcs,
                         gint64            n_in)
{
  return n_in / BLOCK * funcs->panel_width * (BLOCK + sizeof (gfloat));
}

/**
 * pisces_int8_pack:
 * @memory: pisces_int8_panel_bytes() bytes, aligned to 64; still owned by the
 *   caller.
 * @quants: `[n_out, n_in]` as in a file.
 * @scales: `[n_out, n_in / 32]`.
 * @n_out: the number of outputs, up to the width of a panel.  The rest of the panel
 *   is filled with 0.
 *
 * Returns: a panel in @memory, with the outputs side by side.
 */
PiscesInt8Panel
pisces_int8_pack (const PiscesInt8 *funcs,
                  gpointer          memory,
                  const guint8     *quants,
                  const _Float16   *scales,
                  gint              n_out,
                  gint64            n_in,
                  gint              n_bits)
{
  const gint64    width     = funcs->panel_width;
  const gint64    n_blocks  = n_in / BLOCK;
  const gsize     row_bytes = n_in * n_bits / 8;
  PiscesInt8Panel panel     = { memory, (gfloat *) ((guint8 *) memory + n_in * width) };

  if (n_out < width)
    {
      memset (panel.quants, 0, n_in * width);
      memset (panel.scales, 0, n_blocks * width * sizeof (gfloat));
    }
  /* Takes only some blocks of all outputs at a time, so that what is written
   * stays in the first level cache.  */
  for (gint64 b = 0; b < n_blocks; b += PACKED_BLOCKS)
    {
      const gint64  n    = MIN (PACKED_BLOCKS, n_blocks - b);
      const guint8 *from = quants + b * BLOCK * n_bits / 8;
      guint32      *to   = (guint32 *) panel.quants + b * (BLOCK / 4) * width;
      gint          o    = 0;

      /* The processor's own prefetching follows only a few rows at a time.  */
      if (b + n < n_blocks)
        for (gint i = 0; i < n_out; i++)
          for (gint at = 0; at < PACKED_BLOCKS * BLOCK * n_bits / 8; at += 64)
            __builtin_prefetch (from + i * row_bytes + PACKED_BLOCKS * BLOCK * n_bits / 8 + at);

      for (; funcs->pack && o + 8 <= n_out; o += 8)
        funcs->pack (to + o, width, from + o * row_bytes, row_bytes, n, n_bits);
      for (; o < n_out; o++)
        if (n_bits == 8)
          pack_8 (to + o, width, from + o * row_bytes, n);
        else
          pack_4 (to + o, width, from + o * row_bytes, n);
      for (o = 0; o < n_out; o++)
        pack_scales (panel.scales + b * width + o, width, scales + o * n_blocks + b, n);
    }

  return panel;
}


/*  private functions  */

/* Returns the sum of the quants.  Adding 1.5 * 2^23 rounds to an integer.  A
 * block with a NaN or an infinity gets a scale that is not finite, so that the
 * outputs are not finite either.  */
PISCES_VECTORISED static gint
round_block (gint8        *quants,
             gfloat       *scale,
             const gfloat *x)
{
  gint32  bits[BLOCK];
  gint32  largest = 0;
  gint32  sum     = 0;
  gfloat  magnitude, factor;

  /* The bits of magnitudes, read as integers, have the same order as the
   * magnitudes.  */
  memcpy (bits, x, sizeof (bits));
  for (gint i = 0; i < BLOCK; i++)
    largest = MAX (largest, bits[i] & 0x7fffffff);
  memcpy (&magnitude, &largest, sizeof (magnitude));

  if (largest >= 0x7f800000)
    {
      memset (quants, 0, BLOCK);
      *scale = NAN;
      return 0;
    }

  /* For a magnitude below 2^-119 the factor could become infinite.  */
  factor = magnitude > 1e-35f ? 127.0f / magnitude : 0.0f;
  *scale = magnitude / 127.0f;
  for (gint i = 0; i < BLOCK; i++)
    bits[i] = (gint32) ((x[i] * factor + 12582912.0f) - 12582912.0f);
  for (gint i = 0; i < BLOCK; i++)
    {
      quants[i] = bits[i];
      sum      += bits[i];
    }
  return sum;
}

PISCES_VECTORISED static void
pack_scales (gfloat         *packed,
             gint64          width,
             const _Float16 *scales,
             gint64          n_blocks)
{
  for (gint64 b = 0; b < n_blocks; b++)
    packed[b * width] = (gfloat) scales[b];
}

/* Packs one output, with 128 added to the weights.  */
static void
pack_8 (guint32      *packed,
        gint64        width,
        const guint8 *quants,
        gint64        n_blocks)
{
  for (gint64 i = 0; i < n_blocks * (BLOCK / 4); i++)
    {
      guint32 four;

      memcpy (&four, quants + 4 * i, 4);
      packed[i * width] = four ^ 0x80808080u;
    }
}

static void
pack_4 (guint32      *packed,
        gint64        width,
        const guint8 *quants,
        gint64        n_blocks)
{
  for (gint64 b = 0; b < n_blocks; b++, packed += width * (BLOCK / 4), quants += BLOCK / 2)
    for (gint i = 0; i < BLOCK / 8; i++)
      {
        guint32 four;

        memcpy (&four, quants + 4 * i, 4);
        packed[i * width]               = four & 0x0f0f0f0fu;
        packed[(i + BLOCK / 8) * width] = four >> 4 & 0x0f0f0f0fu;
      }
}
