/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network that is cancelled stops at once, wherever it is, and computes the
 * right result the next time.
 */

#include "engine/networks/llama.h"
#include "engine/networks/unet.h"
#include "tests/networks/golden.h"

/* A backend's table with one op replaced: after some calls of conv2d the job
 * is cancelled, as by a user in the middle of a picture.  */
static PiscesBackendTable  watching_table;
static PiscesBackendTable  plain_table;
static GCancellable       *cancellable;
static gint                n_left;
static gint                n_ops;

static void
watching_conv2d (PiscesBackend          *backend,
                 PiscesTensor            y,
                 PiscesTensor            x,
                 const PiscesWeight     *weight,
                 const PiscesWeight     *bias,
                 const PiscesConvParams *params)
{
  n_ops++;
  plain_table.conv2d (backend, y, x, weight, bias, params);
  if (--n_left == 0)
    g_cancellable_cancel (cancellable);
}

static void
watch (PiscesBackend *backend,
       gint           n)
{
  plain_table           = *backend->table;
  watching_table        = plain_table;
  watching_table.conv2d = watching_conv2d;
  backend->table        = &watching_table;
  n_left                = n;
  n_ops                 = 0;
}

static void
test_unet (void)
{
  g_autoptr (GoldenCase)         golden  = golden_case_open ("unet-two-levels",
                                                             "diffusion_pytorch_model");
  g_autoptr (PiscesUnet)         unet    = NULL;
  g_autoptr (PiscesUnetContext)  context = NULL;
  g_autoptr (GError)             error   = NULL;
  PiscesBackend                 *backend = golden->backend;
  const PiscesTensor             none    = { .data = NULL };
  PiscesTensor                   x, y, states;
  gsize                          mark;

  cancellable = g_cancellable_new ();
  unet = pisces_unet_load (backend, golden->config, golden->files, "", &error);
  g_assert_no_error (error);

  x       = golden_input (golden, "x");
  y       = golden_output (golden, "y");
  states  = golden_input (golden, "states");
  context = pisces_unet_context_new (unet, x.dims[0], states, none, NULL, 0);
  mark    = pisces_backend_mark (backend);

  /* It is cancelled after the fifth convolution, and there is no sixth.  */
  pisces_backend_begin (backend, cancellable);
  watch (backend, 5);
  pisces_unet_forward (unet, y, x, 417.25, context);
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (n_ops, ==, 5);
  g_assert_cmpuint (pisces_backend_mark (backend), ==, mark);

  /* The next job runs to its end.  */
  backend->table = &plain_table;
  pisces_backend_begin (backend, NULL);
  pisces_unet_forward (unet, y, x, 417.25, context);
  golden_compare (golden, "y", y);
  g_clear_object (&cancellable);
}

static void
test_llama (void)
{
  g_autoptr (GoldenCase)        golden  = golden_case_open ("llama", "model");
  g_autoptr (PiscesLlama)       llama   = NULL;
  g_autoptr (PiscesLlamaCache)  cache   = NULL;
  g_autoptr (GError)            error   = NULL;
  PiscesBackend                *backend = golden->backend;
  g_autofree gfloat            *logits  = NULL;
  PiscesTensor                  x, y;

  cancellable = g_cancellable_new ();
  llama = pisces_llama_load (backend, golden->config, golden->files, "",
                             &error);
  g_assert_no_error (error);

  x      = golden_input (golden, "embeddings");
  y      = golden_output (golden, "states");
  cache  = pisces_llama_cache_new (llama, 64);
  logits = g_new (gfloat, pisces_llama_get_config (llama)->vocab_size);

  g_cancellable_cancel (cancellable);
  pisces_backend_begin (backend, cancellable);
  pisces_llama_forward (llama, cache, y, x);
  g_assert_false (pisces_llama_logits (llama, pisces_tensor_rows (y, 0, 1),
                                       logits));
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  pisces_backend_begin (backend, NULL);
  pisces_llama_cache_rewind (cache, 0);
  pisces_llama_forward (llama, cache, y, x);
  golden_compare (golden, "states", y);
  g_clear_object (&cancellable);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/networks/cancel/unet-stops-at-once", test_unet);
  g_test_add_func ("/networks/cancel/llama-stops-and-goes-on", test_llama);

  return g_test_run ();
}
