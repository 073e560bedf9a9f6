/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planted-steps.c: loads the networks of the four configurations in a folder,
 * with planted weights, and runs the steps that a job repeats.  Knows no
 * device and measures nothing.
 */

#include "engine/pisces.h"
#include "engine/samplers/text-sampler.h"
#include "tests/bench/cuda/planted-steps.h"

#define N_VECTORS    64         /* in the UNet's context                     */
#define N_TIME_IDS   6
#define N_BATCH      2          /* guidance: with and without the condition  */


static void           read_rows (Planted        *planted,
                                 gint64          n);
static PiscesConfig * config_of (const gchar    *folder,
                                 const gchar    *name,
                                 GError        **error);
static void           lay_out   (Planted        *planted);
static PiscesTensor   noise     (PiscesBackend  *backend,
                                 PiscesTensor    tensor);


/**
 * planted_load:
 * @planted: filled with zeros.
 * @backend: (transfer full): the backend that will run it.
 * @folder: a folder with a config.json for each network.
 *
 * Returns: whether the backend could load everything; call planted_free() in
 *   both cases.
 */
gboolean
planted_load (Planted        *planted,
              PiscesBackend  *backend,
              const gchar    *folder,
              GError        **error)
{
  g_autoptr (PiscesConfig) llama = config_of (folder, "llama.json", error);
  g_autoptr (PiscesConfig) vit   = llama ? config_of (folder, "siglip.json", error) : NULL;
  g_autoptr (PiscesConfig) unet  = vit   ? config_of (folder, "unet.json", error) : NULL;
  g_autoptr (PiscesConfig) vae   = unet  ? config_of (folder, "vae.json", error) : NULL;

  planted->backend = backend;
  pisces_backend_begin (backend, NULL);
  if (! vae ||
      ! (planted->llama = pisces_llama_load (backend, llama, NULL, "", error)) ||
      ! (planted->vit = pisces_vit_load (backend, vit, NULL, "", error)) ||
      ! (planted->unet = pisces_unet_load (backend, unet, NULL, "", error)) ||
      ! (planted->vae = pisces_vae_load (backend, vae, NULL, PISCES_VAE_DECODER, error)))
    return FALSE;

  planted->latent_side = pisces_unet_get_config (planted->unet)->sample_size;

  return TRUE;
}

void
planted_free (Planted *planted)
{
  planted_end (planted);
  pisces_llama_free (planted->llama);
  pisces_vit_free (planted->vit);
  pisces_unet_free (planted->unet);
  pisces_vae_free (planted->vae);
  pisces_backend_close (planted->backend);
}

/**
 * planted_reserve:
 *
 * Allocates the memory for all steps; pictures are decoded in the largest
 * tiles for which there is room.
 *
 * Returns: the side of a tile in pixels of the latent; 0: no tiles.
 */
gint
planted_reserve (Planted *planted)
{
  static const gint sides[] = { 0, 96, 64, 48, 32 };
  PiscesBackend    *backend = planted->backend;
  gsize             n_bytes = 0;
  guint             i       = 0;

  for (; i < G_N_ELEMENTS (sides); i++)
    {
      pisces_vae_set_tile (planted->vae, sides[i]);
      pisces_backend_plan_begin (backend);
      lay_out (planted);
      planted_decode (planted);
      planted_denoise (planted);
      planted_develop (planted);
      planted_see (planted);
      planted_prompt (planted);
      planted_end (planted);
      n_bytes = pisces_backend_plan_end (backend);
      if (n_bytes <= pisces_backend_room (backend))
        break;
    }
  pisces_backend_reserve (backend, n_bytes);

  return sides[MIN (i, G_N_ELEMENTS (sides) - 1)];
}

/**
 * planted_begin:
 *
 * Makes everything that is used by several steps, and fills the cache.
 */
void
planted_begin (Planted *planted)
{
  const gint64 n = PLANTED_POSITIONS - PLANTED_PROMPT;

  lay_out (planted);
  planted_prompt (planted);
  pisces_llama_forward (planted->llama, planted->cache,
                        pisces_tensor_rows (planted->prompt_states, 0, n),
                        pisces_tensor_rows (planted->prompt, 0, n));
}

void
planted_end (Planted *planted)
{
  g_clear_pointer (&planted->cache, pisces_llama_cache_free);
  g_clear_pointer (&planted->context, pisces_unet_context_free);
}


/*  the steps  */

/* In the same way as the writer writes a token.  */
void
planted_decode (Planted *planted)
{
  const gint32         id       = 1;
  const PiscesSampling sampling = { .temperature = 0.7, .top_p = 1.0 };

  /* The plan starts without the prompt in the cache.  */
  pisces_llama_cache_rewind (planted->cache,
                             MIN (pisces_llama_cache_length (planted->cache),
                                  PLANTED_POSITIONS - 1));
  pisces_llama_embed (planted->llama, planted->x, &id);
  pisces_llama_forward (planted->llama, planted->cache, planted->state, planted->x);
  pisces_llama_head (planted->llama, planted->logits, planted->state);
  pisces_sample (planted->backend, planted->logits, sampling, &planted->random);
}

void
planted_prompt (Planted *planted)
{
  read_rows (planted, PLANTED_PROMPT);
}

void
planted_words (Planted *planted)
{
  read_rows (planted, PLANTED_WORDS);
}

void
planted_see (Planted *planted)
{
  pisces_vit_forward (planted->vit, planted->tokens, planted->image);
}

/* In the same way as the decoder runs a step.  */
void
planted_denoise (Planted *planted)
{
  PiscesBackend *backend = planted->backend;
  const gint64   n       = planted->latent_side * planted->latent_side;
  PiscesTensor   latent  = pisces_tensor_reshape (planted->latent, 2, n, 4);
  PiscesTensor   input   = pisces_tensor_reshape (planted->input, 2, N_BATCH * n, 4);
  PiscesTensor   output  = pisces_tensor_reshape (planted->output, 2, N_BATCH * n, 4);
  PiscesTensor   guided  = pisces_tensor_reshape (planted->guided, 2, n, 4);

  for (gint i = 0; i < N_BATCH; i++)
    pisces_combine (backend, pisces_tensor_rows (input, i * n, n), 0.5, latent,
                    0.0, latent);
  pisces_unet_forward (planted->unet, planted->output, planted->input, 500.0,
                       planted->context);
  pisces_combine (backend, guided, 5.0, pisces_tensor_rows (output, 0, n),
                  -4.0, pisces_tensor_rows (output, n, n));
  pisces_combine (backend, latent, 1.0, latent, 0.1, guided);
}

void
planted_develop (Planted *planted)
{
  pisces_vae_decode (planted->vae, planted->picture, planted->latent);
}


/*  private functions  */

static void
read_rows (Planted *planted,
           gint64   n)
{
  pisces_llama_cache_rewind (planted->cache, 0);
  pisces_llama_forward (planted->llama, planted->cache,
                        pisces_tensor_rows (planted->prompt_states, 0, n),
                        pisces_tensor_rows (planted->prompt, 0, n));
}

static PiscesConfig *
config_of (const gchar  *folder,
           const gchar  *name,
           GError      **error)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);

  return pisces_config_load (path, error);
}

static void
lay_out (Planted *planted)
{
  PiscesBackend          *backend = planted->backend;
  const PiscesUnetConfig *unet    = pisces_unet_get_config (planted->unet);
  const PiscesVitConfig  *vit     = pisces_vit_get_config (planted->vit);
  const gint64            hidden  = pisces_llama_get_config (planted->llama)->hidden_size;
  const gint              vocab   = pisces_llama_get_config (planted->llama)->vocab_size;
  const gint64            side    = planted->latent_side;
  const gint64            pooled  = unet->projection_input_dim -
                                    N_TIME_IDS * unet->addition_time_embed_dim;
  const gint64            factor  = pisces_vae_get_config (planted->vae)->downscale;
  const gfloat            time_ids[N_BATCH * N_TIME_IDS] = { factor * side };
  PiscesTensor            states, pools;

  planted->cache         = pisces_llama_cache_new (planted->llama, PLANTED_POSITIONS);
  planted->logits        = pisces_backend_alloc (backend, 2, 1, vocab);
  planted->x             = pisces_backend_alloc (backend, 2, 1, hidden);
  planted->state         = pisces_backend_alloc (backend, 2, 1, hidden);
  planted->prompt        = pisces_backend_alloc (backend, 2, PLANTED_PROMPT, hidden);
  planted->prompt_states = pisces_backend_alloc (backend, 2, PLANTED_PROMPT, hidden);
  planted->latent        = pisces_backend_alloc (backend, 4, 1, side, side, 4);
  planted->input         = pisces_backend_alloc (backend, 4, N_BATCH, side, side, 4);
  planted->output        = pisces_backend_alloc (backend, 4, N_BATCH, side, side, 4);
  planted->guided        = pisces_backend_alloc (backend, 4, 1, side, side, 4);
  planted->image         = pisces_backend_alloc (backend, 4, 1, vit->image_size,
                                                 vit->image_size, vit->n_channels);
  planted->tokens        = pisces_backend_alloc (backend, 2, vit->n_tokens, vit->hidden_size);
  planted->picture       = pisces_backend_alloc (backend, 4, 1, factor * side, factor * side, 3);
  noise (backend, planted->prompt);
  noise (backend, planted->latent);
  noise (backend, planted->image);

  states = noise (backend, pisces_backend_alloc (backend, 2, N_BATCH * N_VECTORS,
                                                 unet->cross_attention_dim));
  pools  = noise (backend, pisces_backend_alloc (backend, 2, N_BATCH, pooled));
  planted->context = pisces_unet_context_new (planted->unet, N_BATCH, states, pools,
                                              time_ids, N_TIME_IDS);
}

/* Fills a tensor with values between -1 and 1.  */
static PiscesTensor
noise (PiscesBackend *backend,
       PiscesTensor   tensor)
{
  const gint64       n      = pisces_tensor_count (tensor);
  g_autofree gfloat *values = NULL;
  guint32            state  = 1;

  if (pisces_backend_is_failed (backend))
    return tensor;

  values = g_new (gfloat, n);
  for (gint64 i = 0; i < n; i++)
    {
      state     = state * 1664525 + 1013904223;
      values[i] = (gint32) state / 2147483648.0f;
    }
  pisces_upload (backend, tensor, values);

  return tensor;
}
