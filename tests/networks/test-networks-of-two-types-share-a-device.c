/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Networks whose weights have different types share one device: each computes
 * the same bits as it does alone, whichever was loaded first.
 */

#include <string.h>

#include "engine/networks/llama.h"
#include "engine/networks/vae.h"
#include "tests/networks/golden.h"

/* The language model is in bfloat16, the autoencoder in float32.  */
#define LLAMA "llama-3-tied"
#define VAE   "vae"

typedef struct
{
  GoldenCase  *llama_case;
  GoldenCase  *vae_case;
  PiscesLlama *llama;
  PiscesVae   *vae;
} Both;

static GoldenCase *
open_on (const gchar   *name,
         const gchar   *stem,
         PiscesBackend *backend)
{
  GoldenCase *golden = golden_case_open (name, stem);

  pisces_backend_close (golden->backend);
  golden->backend = backend;

  return golden;
}

static void
load_llama (Both          *both,
            PiscesBackend *backend)
{
  g_autoptr (GError) error = NULL;

  both->llama_case = open_on (LLAMA, "model", backend);
  both->llama      = pisces_llama_load (backend, both->llama_case->config,
                                        both->llama_case->files, "", &error);
  g_assert_no_error (error);
}

static void
load_vae (Both          *both,
          PiscesBackend *backend)
{
  g_autoptr (GError) error = NULL;

  both->vae_case = open_on (VAE, "diffusion_pytorch_model", backend);
  both->vae      = pisces_vae_load (backend, both->vae_case->config,
                                    both->vae_case->files, PISCES_VAE_DECODER, &error);
  g_assert_no_error (error);
}

static GBytes *
result_of (GoldenCase   *golden,
           const gchar  *name,
           PiscesTensor  y)
{
  const gint64  n      = pisces_tensor_count (y);
  gfloat       *floats = g_new (gfloat, n);

  /* Ends with an error if there was one; the result must be near PyTorch's.  */
  golden_compare (golden, name, y);
  pisces_download (golden->backend, floats, y);

  return g_bytes_new_take (floats, n * sizeof (gfloat));
}

static GBytes *
write_states (Both *both)
{
  PiscesTensor      x     = golden_input (both->llama_case, "embeddings");
  PiscesTensor      y     = golden_output (both->llama_case, "states");
  PiscesLlamaCache *cache = pisces_llama_cache_new (both->llama, pisces_tensor_n_rows (x));
  GBytes           *states;

  pisces_llama_forward (both->llama, cache, y, x);
  states = result_of (both->llama_case, "states", y);
  pisces_llama_cache_free (cache);

  return states;
}

static GBytes *
draw_picture (Both *both)
{
  PiscesTensor z = golden_input (both->vae_case, "z");
  PiscesTensor y = golden_output (both->vae_case, "picture");

  pisces_vae_decode (both->vae, y, z);

  return result_of (both->vae_case, "picture", y);
}

static PiscesBackend *
open_backend (void)
{
  const gchar       *name    = g_getenv ("PISCES_TEST_BACKEND");
  g_autoptr (GError) error   = NULL;
  PiscesBackend     *backend = pisces_backend_open (name ? name : "cpu", &error);

  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);

  return backend;
}

static void
end (Both          *both,
     PiscesBackend *backend)
{
  pisces_llama_free (both->llama);
  pisces_vae_free (both->vae);
  if (both->llama_case)
    {
      both->llama_case->backend = NULL;
      golden_case_close (both->llama_case);
    }
  if (both->vae_case)
    {
      both->vae_case->backend = NULL;
      golden_case_close (both->vae_case);
    }
  pisces_backend_close (backend);
}

static void
assert_same (GBytes *a,
             GBytes *b)
{
  g_assert_true (g_bytes_equal (a, b));
}

static void
test_shared (gconstpointer llama_first)
{
  Both               alone    = { NULL };
  Both               both     = { NULL };
  PiscesBackend     *backend  = open_backend ();
  g_autoptr (GBytes) states   = NULL;
  g_autoptr (GBytes) picture  = NULL;
  g_autoptr (GBytes) states2  = NULL;
  g_autoptr (GBytes) picture2 = NULL;

  load_llama (&alone, backend);
  states = write_states (&alone);
  end (&alone, backend);

  alone   = (Both) { NULL };
  backend = open_backend ();
  load_vae (&alone, backend);
  picture = draw_picture (&alone);
  end (&alone, backend);

  backend = open_backend ();
  if (llama_first)
    load_llama (&both, backend);
  load_vae (&both, backend);
  if (! llama_first)
    load_llama (&both, backend);
  states2  = write_states (&both);
  picture2 = draw_picture (&both);
  end (&both, backend);

  assert_same (states, states2);
  assert_same (picture, picture2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/networks/shared/bfloat16-before-float32", "yes", test_shared);
  g_test_add_data_func ("/networks/shared/float32-before-bfloat16", NULL, test_shared);

  return g_test_run ();
}
