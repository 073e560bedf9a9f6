/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The vision encoder computes what transformers' SiglipVisionModel computes,
 * with and without the stem of models/FORMAT.md, and the projector what
 * PyTorch does.
 */

#include "engine/networks/projector.h"
#include "engine/networks/vit.h"
#include "tests/networks/golden.h"

static void
test_vit (gconstpointer name)
{
  g_autoptr (GoldenCase) golden = golden_case_open (name, "model");
  g_autoptr (PiscesVit)  vit    = NULL;
  g_autoptr (GError)     error  = NULL;
  PiscesTensor           x, y;
  gsize                  mark;

  vit = pisces_vit_load (golden->backend, golden->config, golden->files, "",
                         &error);
  g_assert_no_error (error);

  x    = golden_input (golden, "pixels");
  y    = golden_output (golden, "tokens");
  mark = pisces_backend_mark (golden->backend);
  g_assert_cmpint (pisces_tensor_n_rows (y), ==,
                   x.dims[0] * pisces_vit_get_config (vit)->n_tokens);

  pisces_vit_forward (vit, y, x);
  g_assert_cmpuint (pisces_backend_mark (golden->backend), ==, mark);
  golden_compare (golden, "tokens", y);
}

static void
test_projector (void)
{
  g_autoptr (GoldenCase)      golden    = golden_case_open ("projector", "model");
  g_autoptr (PiscesProjector) projector = NULL;
  g_autoptr (GError)          error     = NULL;
  PiscesTensor                x, y;

  projector = pisces_projector_load (golden->backend, golden->files,
                                     "mm_projector", 26, 19, &error);
  g_assert_no_error (error);

  x = golden_input (golden, "x");
  y = golden_output (golden, "y");
  pisces_projector_forward (projector, y, x);
  golden_compare (golden, "y", y);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/networks/vit/patches-match", "vit-patches", test_vit);
  g_test_add_data_func ("/networks/vit/gelu-of-two-images-matches", "vit-gelu",
                        test_vit);
  g_test_add_data_func ("/networks/vit/quick-gelu-matches", "vit-quick-gelu",
                        test_vit);
  g_test_add_data_func ("/networks/vit/stem-matches", "vit-stem", test_vit);
  g_test_add_func ("/networks/projector/matches", test_projector);

  return g_test_run ();
}
