/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-arrays.h: what the cases of ops are made of.
 */

#pragma once

#include "engine/backend/check-ops.h"

G_BEGIN_DECLS

/* Outputs are full of NaN.  */
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
void           pisces_op_keep        (PiscesOpRun     *run,
                                      PiscesTensor     y);

G_END_DECLS
