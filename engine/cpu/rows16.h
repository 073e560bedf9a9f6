/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows16.h: multiplies rows of weights in 16 bits with a few rows of activations.
 * The weights are read as they lie in a file and become float32 in registers, so
 * nothing is rounded.  Knows nothing of tensors.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most rows of activations that share one reading of the weights.  */
#define PISCES_ROWS16_ROWS 4

/* Multiplies one row of weights with each row of @x and writes @sums, `[n_rows]`.
 * The rows of @x lie @x_row floats apart and are in the order that
 * pisces_rows16_arrange() gives.  */
typedef void (* PiscesRows16Dot) (gfloat        *sums,
                                  const guint16 *w,
                                  const gfloat  *x,
                                  gint64         x_row,
                                  gint           n_rows,
                                  gint64         n_in);

/* Multiplies PISCES_ROWS16_SOME rows of weights with each row of @x, with the same
 * bits, and writes @sums, `[PISCES_ROWS16_SOME, n_rows]`.  A processor reads memory
 * faster from several places at a time.  */
#define PISCES_ROWS16_SOME 4
typedef void (* PiscesRows16Dots) (gfloat               *sums,
                                   const guint16 *const *w,
                                   const gfloat         *x,
                                   gint64                x_row,
                                   gint                  n_rows,
                                   gint64                n_in);

typedef struct
{
  gint             lanes;       /* floats in one register                    */
  PiscesRows16Dot  dot_bf16;
  PiscesRows16Dot  dot_f16;
  PiscesRows16Dots dots_bf16;
  PiscesRows16Dots dots_f16;
} PiscesRows16;

const PiscesRows16 * pisces_rows16_choose    (void);
gint64               pisces_rows16_row_floats
                                             (const PiscesRows16 *funcs,
                                              gint64              n_in);
void                 pisces_rows16_arrange   (const PiscesRows16 *funcs,
                                              gfloat             *y,
                                              const gfloat       *x,
                                              gint64              n_in,
                                              gboolean            in_pairs);

G_END_DECLS
