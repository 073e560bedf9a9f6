/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8.h: products of rows in integers: weights in blocks of 32 (quantise.h)
 * times activations that are rounded to 8 bits in blocks of 32 as well.  There
 * is one set of functions for each instruction set, and all give the same
 * bits: int8-plain.c is the specification.  Knows nothing of tensors.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Values of a block, with one scale.  */
#define PISCES_INT8_BLOCK 32

/* Blocks that are summed side by side.  */
#define PISCES_INT8_GROUP 16

/* A row of activations.  Behind its last block it is filled up to a whole
 * group with zeros.  */
typedef struct
{
  gint8  *quants;       /* [n_groups][16][32], see pisces_int8_round()       */
  gfloat *scales;       /* [n_groups][16]                                    */
  gint32 *starts;       /* [n_groups][16]: what a block's sum begins with, so
                         * that it is right where weights are some more      */
} PiscesInt8Row;

/* What is added to weights in 4 bits: as files have them.  */
#define PISCES_INT8_OFFSET_4 8

/* Outputs side by side, for products with many rows.  Block after block; in
 * one four inputs of each output lie together, as instructions want them.
 * Bytes are without sign: 8 or 128 more than the weight.  */
typedef struct
{
  guint8  *quants;      /* [n_blocks][8][width][4]                           */
  gfloat  *scales;      /* [n_blocks][width]                                 */
} PiscesInt8Panel;

/* A row of weights times a row of activations.  */
typedef gfloat (* PiscesInt8Dot) (const guint8        *quants,
                                  const _Float16      *scales,
                                  const PiscesInt8Row *x,
                                  gint64               n_blocks);

/* Some rows of activations, @row_bytes apart, times all outputs of a panel.
 * Each sum goes through the blocks in order, by one multiplication and addition
 * that is rounded once.  */
typedef void (* PiscesInt8Tile) (gfloat                *y,
                                 gint64                 y_row,
                                 const PiscesInt8Panel *panel,
                                 const PiscesInt8Row   *first,
                                 gsize                  row_bytes,
                                 gint                   n_rows,
                                 gint64                 n_blocks);

/* Puts some blocks of eight outputs side by side in a panel that is @width
 * outputs wide; theirs are @row_bytes apart.  */
typedef void (* PiscesInt8Pack) (guint32       *packed,
                                 gint64         width,
                                 const guint8  *quants,
                                 gsize          row_bytes,
                                 gint64         n_blocks,
                                 gint           n_bits);

/* At most that many rows and outputs, in any set of functions.  */
#define PISCES_INT8_TILE_ROWS   6
#define PISCES_INT8_PANEL_WIDTH 32

typedef struct
{
  const gchar   *name;
  gboolean    (* is_supported) (void);
  PiscesInt8Dot  dot_8;
  PiscesInt8Dot  dot_4;
  gint           offset_8;       /* what is added to each weight in 8 bits   */
  gint           halves;         /* blocks whose lower halves lie together,
                                  * before their upper ones, for 4 bits      */
  PiscesInt8Tile tile_8;         /* NULL: float32 is not slower              */
  PiscesInt8Tile tile_4;
  PiscesInt8Pack pack;           /* NULL: there is none                      */
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

gsize              pisces_int8_row_bytes  (gint64            n_in);
PiscesInt8Row      pisces_int8_row_in     (gpointer          memory,
                                           gint64            n_in);
PiscesInt8Row      pisces_int8_row_at     (PiscesInt8Row     row,
                                           gsize             n_bytes);
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
