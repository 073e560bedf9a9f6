/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops.h: the table of op cases that any backend can be held to.  A case
 * makes its inputs from a counter, so that they are the same on every
 * backend, calls one op, and keeps what came out.
 */

#pragma once

#include "engine/backend/backend.h"

G_BEGIN_DECLS

#define PISCES_OP_CASE_NUMBERS 14

/* What one case has on one backend.  */
typedef struct
{
  PiscesBackend *backend;
  guint32        counter;       /* of the random numbers           */
  GPtrArray     *weights;       /* freed after the case            */
  GArray        *values;        /* gfloat: what came out           */
  PiscesDType    weight_type;   /* of products, convolutions, rows */
  gint           weight_bits;   /* 8 or 4: matrices are rounded    */
} PiscesOpRun;

typedef struct
{
  const gchar  *op;
  void       (* run)       (PiscesOpRun *run, const gint *numbers);
  PiscesDType   weight_type;
  gint          weight_bits;
  gint          numbers[PISCES_OP_CASE_NUMBERS];   /* shapes; the function knows which */
} PiscesOpCase;

extern const PiscesOpCase pisces_op_cases[];
extern const guint        pisces_n_op_cases;

gboolean pisces_backend_check (PiscesBackend  *backend,
                               GError        **error);

G_END_DECLS
