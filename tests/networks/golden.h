/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * golden.h: the small model of a network and the values that PyTorch computed
 * with it, made by golden/make-golden.py.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

/* The error of single precision in random networks of a few layers.  */
#define GOLDEN_TOLERANCE 1e-4

/* The errors through all layers if the backend rounds the operands of products
 * to the weights' type: half a step is 5e-4 and 4e-3.  */
#define GOLDEN_TOLERANCE_F16  5e-3
#define GOLDEN_TOLERANCE_BF16 4e-2

typedef struct
{
  gchar             *folder;
  PiscesBackend     *backend;
  PiscesConfig      *config;
  PiscesWeightFiles *files;                /* the model's weights            */
  PiscesWeightFiles *values;               /* golden inputs and outputs      */
  GPtrArray         *memory;               /* their memory                   */
} GoldenCase;

GoldenCase       * golden_case_open    (const gchar      *name,
                                        const gchar      *stem);
void               golden_case_close   (GoldenCase       *golden);
gchar            * golden_folder       (const gchar      *name);

PiscesHostTensor   golden_values       (GoldenCase       *golden,
                                        const gchar      *name);
PiscesTensor       golden_input        (GoldenCase       *golden,
                                        const gchar      *name);
PiscesTensor       golden_output       (GoldenCase       *golden,
                                        const gchar      *name);
void               golden_compare      (GoldenCase       *golden,
                                        const gchar      *name,
                                        PiscesTensor      found);
void               golden_compare_rows (GoldenCase       *golden,
                                        const gchar      *what,
                                        const gfloat     *found,
                                        const gfloat     *expected,
                                        gint64            n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoldenCase, golden_case_close)
