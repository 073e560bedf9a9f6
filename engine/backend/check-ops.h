/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops.h: the table of test cases for the ops of any backend.  A case
 * makes its inputs from a counter, so that they are the same on every backend,
 * calls one op, and keeps the results.
 */

#pragma once

#include "engine/backend/backend.h"

G_BEGIN_DECLS

#define PISCES_OP_CASE_NUMBERS 14

/* The data of one case on one backend.  */
typedef struct
{
  PiscesBackend *backend;
  guint32        counter;       /* for the random numbers          */
  GPtrArray     *weights;       /* freed after the case            */
  GArray        *values;        /* gfloat: the results             */
  PiscesDType    weight_type;   /* for products, convolutions and rows */
  gint           weight_bits;   /* 8 or 4: matrices are quantised  */
} PiscesOpRun;

typedef struct
{
  const gchar  *op;
  void       (* run)       (PiscesOpRun *run, const gint *numbers);
  PiscesDType   weight_type;
  gint          weight_bits;
  gint          numbers[PISCES_OP_CASE_NUMBERS];   /* shapes; each function uses them in
                                                    * its own way */
} PiscesOpCase;

extern const PiscesOpCase pisces_op_cases[];
extern const guint        pisces_n_op_cases;

gboolean pisces_backend_check (PiscesBackend  *backend,
                               GError        **error);

G_END_DECLS
