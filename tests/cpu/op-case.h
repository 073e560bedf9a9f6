/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * op-case.h: what the op tests share.  An Array is a tensor of the backend
 * together with its values in double; every op is compared with a plain loop
 * in double.  Any backend can be tested: PISCES_TEST_BACKEND names it.
 */

#pragma once

#include "engine/backend/backend.h"

G_BEGIN_DECLS

#define MAX_ERROR 1e-5

typedef struct
{
  PiscesTensor  tensor;     /* columns of whole, or all of it             */
  PiscesTensor  whole;      /* includes columns that must not change      */
  gint64        n_rows;
  gint64        width;
  gdouble      *values;     /* [n_rows, width]                            */
} Array;

typedef void (* ActivateFunc) (gdouble *x, gint64 n);

PiscesBackend * case_begin        (void);
void            case_end          (void);

Array           array_new         (gint              n_dims,
                                   const gint64     *dims,
                                   gint              n_extra);
Array           array_random      (gint              n_dims,
                                   const gint64     *dims,
                                   gint              n_extra);
void            array_set         (Array            *array,
                                   const gdouble    *values);
PiscesWeight  * weight_random     (PiscesWeightUse   use,
                                   gint              n_dims,
                                   const gint64     *dims,
                                   gdouble         **values);
void            assert_array      (const Array      *array,
                                   const gdouble    *expected);

gdouble         activation_value  (PiscesActivation  activation,
                                   gdouble           x);
gdouble         random_value      (void);

#define DIMS(...) (const gint64[]) { __VA_ARGS__ }
#define ARRAY_NEW(n_extra, n_dims, ...) \
  array_new ((n_dims), (const gint64[]) { __VA_ARGS__ }, (n_extra))
#define ARRAY_RANDOM(n_extra, n_dims, ...) \
  array_random ((n_dims), (const gint64[]) { __VA_ARGS__ }, (n_extra))

G_END_DECLS
