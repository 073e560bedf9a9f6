/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The autoencoder computes the same as diffusers' AutoencoderKL, in both
 * directions.
 */

#include "engine/networks/vae.h"
#include "tests/networks/golden.h"

static void
test_decoder (gconstpointer name)
{
  g_autoptr (GoldenCase) golden = golden_case_open (name, "diffusion_pytorch_model");
  g_autoptr (PiscesVae)  vae    = NULL;
  g_autoptr (GError)     error  = NULL;
  PiscesTensor           y, z;
  gsize                  mark;

  vae = pisces_vae_load (golden->backend, golden->config, golden->files,
                         PISCES_VAE_DECODER, &error);
  g_assert_no_error (error);

  z    = golden_input (golden, "z");
  y    = golden_output (golden, "picture");
  mark = pisces_backend_mark (golden->backend);
  g_assert_cmpint (y.dims[1], ==,
                   z.dims[1] * pisces_vae_get_config (vae)->downscale);

  pisces_vae_decode (vae, y, z);
  g_assert_cmpuint (pisces_backend_mark (golden->backend), ==, mark);
  golden_compare (golden, "picture", y);
}

static void
test_encoder (gconstpointer name)
{
  g_autoptr (GoldenCase) golden = golden_case_open (name, "diffusion_pytorch_model");
  g_autoptr (PiscesVae)  vae    = NULL;
  g_autoptr (GError)     error  = NULL;
  PiscesTensor           x, z;

  vae = pisces_vae_load (golden->backend, golden->config, golden->files,
                         PISCES_VAE_DECODER | PISCES_VAE_ENCODER, &error);
  g_assert_no_error (error);

  x = golden_input (golden, "x");
  z = golden_output (golden, "mean");
  pisces_vae_encode (vae, z, x);
  golden_compare (golden, "mean", z);
}

static void
test_factors (void)
{
  g_autoptr (GoldenCase) golden = golden_case_open ("vae-plain",
                                                    "diffusion_pytorch_model");
  g_autoptr (PiscesVae)  vae    = NULL;
  g_autoptr (GError)     error  = NULL;

  vae = pisces_vae_load (golden->backend, golden->config, golden->files,
                         PISCES_VAE_DECODER, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (pisces_vae_get_config (vae)->shift_factor, ==, .125);
  g_assert_cmpfloat (pisces_vae_get_config (vae)->scaling_factor, ==, .18215);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/networks/vae/decoder-matches", "vae", test_decoder);
  g_test_add_data_func ("/networks/vae/encoder-matches", "vae", test_encoder);
  g_test_add_data_func ("/networks/vae-plain/decoder-matches", "vae-plain",
                        test_decoder);
  g_test_add_data_func ("/networks/vae-plain/encoder-matches", "vae-plain",
                        test_encoder);
  g_test_add_data_func ("/networks/vae-16-channels/decoder-matches", "vae-16-channels",
                        test_decoder);
  g_test_add_data_func ("/networks/vae-16-channels/encoder-matches", "vae-16-channels",
                        test_encoder);
  g_test_add_func ("/networks/vae-plain/factors-are-told", test_factors);

  return g_test_run ();
}
