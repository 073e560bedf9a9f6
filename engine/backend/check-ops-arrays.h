/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-arrays.h: what the test cases of ops use.
 */

#pragma once

#include "engine/backend/check-ops.h"

G_BEGIN_DECLS

/* Outputs are first filled with NaN.  */
typedef enum
{
  PISCES_OP_INPUT,
  PISCES_OP_OUTPUT
} PiscesOpKind;

PiscesTensor   pisces_op_array_new   (PiscesOpRun     *run,
                                      PiscesOpKind     kind,
                                      gint             n_dims,
                                      const gint64    *dims);
PiscesTensor   pisces_op_operand_new (PiscesOpRun     *run,
                                      const PiscesWeight
                                                      *reader,
                                      PiscesOpKind     kind,
                                      gint64           n_rows,
                                      gint64           width);
PiscesWeight * pisces_op_weight_new  (PiscesOpRun     *run,
                                      PiscesWeightUse  use,
                                      PiscesDType      type,
                                      gint             n_dims,
                                      const gint64    *dims);
PiscesTensor   pisces_op_places_new  (PiscesOpRun     *run,
                                      gint64           n_rows,
                                      gint64           n_axes);
void           pisces_op_keep        (PiscesOpRun     *run,
                                      PiscesTensor     y);

/* short forms, with the axes as arguments */

#define INPUT  PISCES_OP_INPUT
#define OUTPUT PISCES_OP_OUTPUT

#define ARRAY(run, kind, ...) \
  pisces_op_array_new ((run), (kind), \
                       sizeof ((const gint64[]) { __VA_ARGS__ }) / sizeof (gint64), \
                       (const gint64[]) { __VA_ARGS__ })
#define OPERAND(run, reader, kind, n_rows, width) \
  pisces_op_operand_new ((run), (reader), (kind), (n_rows), (width))
#define WEIGHT(run, use, type, ...) \
  pisces_op_weight_new ((run), (use), (type), \
                        sizeof ((const gint64[]) { __VA_ARGS__ }) / sizeof (gint64), \
                        (const gint64[]) { __VA_ARGS__ })
#define VECTOR(run, n) WEIGHT ((run), PISCES_WEIGHT_VECTOR, PISCES_F32, (n))

G_END_DECLS
