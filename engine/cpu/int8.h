/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8.h: products of rows in integers.  The weights come in blocks of 32 values
 * (quantise.h), and the activations are rounded to 8 bits in blocks of 32 too.
 * There is one set of functions for each instruction set, and all sets give the
 * same bits.  int8-plain.c is the specification.  Knows nothing of tensors.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The values of a block, which share one scale.  */
#define PISCES_INT8_BLOCK 32

/* The number of blocks that are summed side by side.  */
#define PISCES_INT8_GROUP 16

/* A row of activations.  After its last block, zeros fill it up to a whole group.  */
typedef struct
{
  gint8  *quants;       /* [n_groups][16][32], see pisces_int8_round()       */
  gfloat *scales;       /* [n_groups][16]                                    */
  gint32 *starts;       /* [n_groups][16]: what the sum of a block begins with.  It
                         * makes up for the offset that is added to each weight.  */
} PiscesInt8Row;

/* Weights in 4 bits are stored with 8 added, in files too.  */
#define PISCES_INT8_OFFSET_4 8

/* Outputs side by side, for products with many rows.  Block follows block.
 * Within a block, four inputs of each output lie together, because the
 * instructions want it so.  The bytes have no sign: they are 8 (4 bits) or 128 (8
 * bits) more than the weight.  */
typedef struct
{
  guint8  *quants;      /* [n_blocks][8][width][4]                           */
  gfloat  *scales;      /* [n_blocks][width]                                 */
} PiscesInt8Panel;

/* Multiplies a row of weights with a row of activations and returns the sum.  Weights
 * are read up to a whole group, see pisces_int8_whole_blocks().  What lies after the
 * last block counts nothing, as long as its scales are finite.  */
typedef gfloat (* PiscesInt8Dot) (const guint8        *quants,
                                  const _Float16      *scales,
                                  const PiscesInt8Row *x,
                                  gint64               n_blocks);

/* The same for PISCES_INT8_ROWS rows of weights, with the same bits.  A processor
 * reads memory faster from several places at a time.  */
#define PISCES_INT8_ROWS 2
typedef void   (* PiscesInt8Dots) (gfloat               *sums,
                                   const guint8  *const *quants,
                                   const _Float16 *const *scales,
                                   const PiscesInt8Row  *x,
                                   gint64                n_blocks);

/* Multiplies some rows of activations, which lie @row_bytes apart, with all
 * outputs of a panel, and adds the products to the sums in @y.  Each sum goes
 * through the blocks in order; each step multiplies and adds with a single
 * rounding.  So blocks can also be taken some at a time, see
 * pisces_int8_panel_from() and pisces_int8_row_from().  */
typedef void (* PiscesInt8Tile) (gfloat                *y,
                                 gint64                 y_row,
                                 const PiscesInt8Panel *panel,
                                 const PiscesInt8Row   *first,
                                 gsize                  row_bytes,
                                 gint                   n_rows,
                                 gint64                 n_blocks);

/* Puts some blocks of eight outputs side by side in a panel that is @width
 * outputs wide.  The outputs lie @row_bytes apart in @quants.  */
typedef void (* PiscesInt8Pack) (guint32       *packed,
                                 gint64         width,
                                 const guint8  *quants,
                                 gsize          row_bytes,
                                 gint64         n_blocks,
                                 gint           n_bits);

/* The largest tile_rows and panel_width of all sets of functions.  */
#define PISCES_INT8_TILE_ROWS   6
#define PISCES_INT8_PANEL_WIDTH 32

typedef struct
{
  const gchar   *name;
  gboolean    (* is_supported) (void);
  PiscesInt8Dot  dot_8;
  PiscesInt8Dot  dot_4;
  PiscesInt8Dots dots_8;
  PiscesInt8Dots dots_4;
  gint           offset_8;       /* added to each weight in 8 bits           */
  gint           halves;         /* for 4 bits: how many blocks share their halves;
                                  * first come the lower halves of all of them, then the
                                  * upper  */
  PiscesInt8Tile tile_8;         /* NULL where there is none                 */
  PiscesInt8Tile tile_4;
  PiscesInt8Pack pack;           /* NULL where there is no tile              */
  gint           tile_rows;
  gint           panel_width;
} PiscesInt8;

extern const PiscesInt8  pisces_int8_plain;
#ifdef __x86_64__
extern const PiscesInt8  pisces_int8_avx2;
extern const PiscesInt8  pisces_int8_avx_vnni;
extern const PiscesInt8  pisces_int8_avx512_vnni;

void               pisces_int8_pack_avx2  (guint32          *packed,
                                           gint64            width,
                                           const guint8     *quants,
                                           gsize             row_bytes,
                                           gint64            n_blocks,
                                           gint              n_bits);
#endif

const PiscesInt8 * pisces_int8_nth        (guint             n);
const PiscesInt8 * pisces_int8_choose     (void);

gint64             pisces_int8_whole_blocks
                                          (gint64            n_in);
gsize              pisces_int8_row_bytes  (gint64            n_in);
PiscesInt8Row      pisces_int8_row_in     (gpointer          memory,
                                           gint64            n_in);
PiscesInt8Row      pisces_int8_row_at     (PiscesInt8Row     row,
                                           gsize             n_bytes);
PiscesInt8Row      pisces_int8_row_from   (PiscesInt8Row     row,
                                           gint64            block);
PiscesInt8Panel    pisces_int8_panel_from (const PiscesInt8 *funcs,
                                           PiscesInt8Panel   panel,
                                           gint64            block);
void               pisces_int8_round      (PiscesInt8Row     y,
                                           const gfloat     *x,
                                           gint64            n_in,
                                           gint              offset,
                                           gint              halves);

gsize              pisces_int8_panel_bytes
                                          (const PiscesInt8 *funcs,
                                           gint64            n_in);
PiscesInt8Panel    pisces_int8_pack       (const PiscesInt8 *funcs,
                                           gpointer          memory,
                                           const guint8     *quants,
                                           const _Float16   *scales,
                                           gint              n_out,
                                           gint64            n_in,
                                           gint              n_bits);

G_END_DECLS
