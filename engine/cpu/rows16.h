/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16.h: multiplies rows of weights in 16 bits with a few rows of activations.
 * The weights are read as they lie in a file and become float32 in registers, so
 * nothing is rounded; but rows16-pairs.c rounds activations to 16 bits of mantissa.
 * Knows nothing of tensors.
 *
 * Memory is the limit, and what reaches it was found by trying.  Each row is read from
 * its beginning to its end, by few instructions: while a processor waits for memory, it
 * looks only so many instructions ahead.  Three rows at different places share what is
 * read of the activations, of which long rows do not fit into the first cache.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most rows of activations that share one reading of the weights.  */
#define PISCES_ROWS16_ROWS 4

/* The rows of weights that are read at a time.  */
#define PISCES_ROWS16_PLACES 3

/* The weights of one line of the cache.  */
#define PISCES_ROWS16_LINE 32

/* How far ahead weights are prefetched, in bytes.  The processor's own prefetching
 * stops at the end of each page.  */
#define PISCES_ROWS16_AHEAD 3072

/**
 * PiscesRows16Step:
 * @w: for each place the first of its rows of weights, which lie one after another.
 * @n_each: the rows of each place.
 * @n_in: the weights of a row.
 * @x: rows of activations, as pisces_rows16_arrange() puts them.
 * @n_rows: how many there are, 1 to %PISCES_ROWS16_ROWS.
 * @sums: (out): for each of them `[PISCES_ROWS16_PLACES, n_each]`.
 * @row_sums: how many floats these lie apart.
 *
 * Each row of weights is multiplied with each row of activations.
 */
typedef struct
{
  const guint16 *w[PISCES_ROWS16_PLACES];
  gint64         n_each;
  gint64         n_in;
  const gfloat  *x;
  gint           n_rows;
  gfloat        *sums;
  gint64         row_sums;
} PiscesRows16Step;

typedef void (* PiscesRows16Dots)    (const PiscesRows16Step *step);
typedef void (* PiscesRows16Arrange) (gfloat       *y,
                                      gint64        y_line,
                                      const gfloat *x,
                                      gint64        n_in);

typedef struct
{
  gint                lanes;          /* floats in one register             */
  PiscesRows16Dots    dots_bf16;
  PiscesRows16Dots    dots_f16;
  PiscesRows16Arrange arrange_bf16;   /* NULL: even and odd inputs by turns */
} PiscesRows16;

const PiscesRows16 * pisces_rows16_choose     (void);
gint64               pisces_rows16_row_floats (gint64              n_in);
void                 pisces_rows16_arrange    (const PiscesRows16 *funcs,
                                               gfloat             *y,
                                               gint64              y_line,
                                               const gfloat       *x,
                                               gint64              n_in,
                                               gboolean            bf16);

#ifdef __x86_64__
void                 pisces_rows16_dots_pairs (const PiscesRows16Step *step);
void                 pisces_rows16_arrange_pairs
                                              (gfloat             *y,
                                               gint64              y_line,
                                               const gfloat       *x,
                                               gint64              n_in);
#endif

G_END_DECLS
