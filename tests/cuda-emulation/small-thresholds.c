/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * small-thresholds.c: stands in for kernels/thresholds.c, with a row whose numbers are
 * so small that the matrices of tests lie on both sides of them: those that the table
 * has are for matrices of real models.
 */

#include "kernels/thresholds.h"


const PiscesCudaThresholds *
pisces_cuda_thresholds_of (int capability)
{
  static const PiscesCudaThresholds row =
  {
    .capability        = PISCES_CUDA_OLDEST_CAPABILITY,
    .has_bfloat16      = 1,
    .quants_rows       = 4,
    .quants_gated_rows = 8,
    .gated_inputs      = 40,
    .elements_bytes    = 2 << 10
  };

  return &row;
}
