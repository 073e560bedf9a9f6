/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every launcher of kernels.h, run by the emulated device, is compared with
 * plain loops in double: odd sizes, all element types, rows with gaps between
 * them, in place.  Outputs are filled with NaN first, and what is between the
 * rows must not change.  Everything is done once for each order of the
 * threads, and every order must give the same bits.  The cases are in ops-*.cpp.
 */

#include "cuda-emulation.h"
#include "tests/cuda-ops/cases.hpp"
#include "tests/cuda-ops/compare.hpp"

static void
run_table ()
{
  /* y, x, the weight */
  static const PiscesCudaType triples[][3] = {
    { PISCES_CUDA_F32, PISCES_CUDA_F32, PISCES_CUDA_F32 }, { PISCES_CUDA_F32, PISCES_CUDA_F32, PISCES_CUDA_F16 },
    { PISCES_CUDA_F32, PISCES_CUDA_F32, PISCES_CUDA_BF16 }, { PISCES_CUDA_F32, PISCES_CUDA_F16, PISCES_CUDA_F16 },
    { PISCES_CUDA_F32, PISCES_CUDA_BF16, PISCES_CUDA_BF16 }, { PISCES_CUDA_F16, PISCES_CUDA_F16, PISCES_CUDA_F16 },
    { PISCES_CUDA_BF16, PISCES_CUDA_BF16, PISCES_CUDA_BF16 } };

  for (PiscesCudaType t : types)
    {
      cases_of_rows (t);
      cases_of_images (t);
      cases_of_attention (t);
      cases_of_fused_products (t);
    }
  cases_of_tokens ();
  for (auto &p : triples)
    {
      cases_of_products (p[0], p[1], p[2]);
      cases_of_convolutions (p[0], p[1], p[2]);
    }
}

int
main (int argc, char **argv)
{
  const unsigned n_orders = argc > 1 ? (unsigned) atoi (argv[1]) : 4;

  for (order = 0; order < n_orders; order++)
    {
      seed    = 1;
      n_cases = 0;
      cuda_emulation_set_order (order);
      run_table ();
    }
  if (cuda_emulation_n_live ())
    {
      n_failures++;
      printf ("not ok - %ld allocations were not freed\n", cuda_emulation_n_live ());
    }

  printf ("cuda: %d op cases in %u order(s) of threads: %d wrong, %d not the same bits; "
          "worst error f32 %.2g, f16 %.2g, bf16 %.2g\n",
          n_cases, n_orders, n_failures, n_different, worst[0], worst[1], worst[2]);
  return n_failures || n_different;
}
