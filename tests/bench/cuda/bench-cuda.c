/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-cuda MODELS [JSON]: what the CUDA backend asks of a device for an
 * 8B Pisces (LLaMA-3.1-8B, SigLIP-so400m, SDXL's UNet and VAE at 1024²),
 * counted on a device that executes nothing, beside the least that is
 * possible and the times that both would mean at data-sheet rates.  No time
 * here was measured; report.c prints.
 */

#include "engine/networks/llama.h"
#include "engine/networks/unet.h"
#include "engine/networks/vae.h"
#include "engine/networks/vit.h"
#include "engine/samplers/text-sampler.h"
#include "kernels/backend.h"
#include "tests/bench/cuda/counting.h"
#include "tests/bench/cuda/least.h"
#include "tests/bench/cuda/report.h"

#define N_POSITIONS  1024       /* read by the decode step, itself too       */
#define N_PROMPT     768        /* an image's 729 tokens and some words      */
#define N_VECTORS    64         /* that the UNet sees                        */
#define LATENT       128
#define N_BATCH      2          /* guidance: with and without the condition  */

typedef struct
{
  PiscesBackend     *backend;
  PiscesVit         *vit;
  PiscesLlama       *llama;
  PiscesUnet        *unet;
  PiscesVae         *vae;

  PiscesLlamaCache  *cache;
  PiscesUnetContext *context;
  PiscesRandom       random;
  PiscesTensor       x, state, logits;
  PiscesTensor       prompt, prompt_states;
  PiscesTensor       latent, input, output, guided;
  PiscesTensor       image, tokens;
  PiscesTensor       picture;
} Pisces;

static void load    (Pisces       *pisces,
                     const gchar  *folder);
static void prepare (Pisces       *pisces);
static gint reserve (Pisces       *pisces);
static void begin   (Pisces       *pisces);
static void end     (Pisces       *pisces);
static void run     (const gchar  *folder,
                     const gchar  *format,
                     gdouble       target_gb);
static void measure (Pisces       *pisces,
                     const gchar  *format,
                     const gchar  *name,
                     const gchar  *what,
                     gint          n_layers,
                     void       (* step) (Pisces *pisces));
static void replay  (Pisces       *pisces,
                     const gchar  *format,
                     gint          n_layers);


/*  the steps  */

/* As families/pisces-writer.c writes a token.  */
static void
decode (Pisces *pisces)
{
  const gint32         id       = 1;
  const PiscesSampling sampling = { .temperature = 0.7, .top_p = 1.0 };

  /* A plan has not read the prompt.  */
  pisces_llama_cache_rewind (pisces->cache,
                             MIN (pisces_llama_cache_length (pisces->cache), N_POSITIONS - 1));
  pisces_llama_embed (pisces->llama, pisces->x, &id);
  pisces_llama_forward (pisces->llama, pisces->cache, pisces->state, pisces->x);
  pisces_llama_head (pisces->llama, pisces->logits, pisces->state);
  pisces_sample (pisces->backend, pisces->logits, sampling, &pisces->random);
}

static void
read_prompt (Pisces *pisces)
{
  pisces_llama_cache_rewind (pisces->cache, 0);
  pisces_llama_forward (pisces->llama, pisces->cache, pisces->prompt_states,
                        pisces->prompt);
}

static void
see (Pisces *pisces)
{
  pisces_vit_forward (pisces->vit, pisces->tokens, pisces->image);
}

/* As families/pisces-decoder.c takes a step.  */
static void
denoise (Pisces *pisces)
{
  PiscesBackend *backend = pisces->backend;
  const gint64   n       = LATENT * LATENT;
  PiscesTensor   latent  = pisces_tensor_reshape (pisces->latent, 2, n, 4);
  PiscesTensor   input   = pisces_tensor_reshape (pisces->input, 2, N_BATCH * n, 4);
  PiscesTensor   output  = pisces_tensor_reshape (pisces->output, 2, N_BATCH * n, 4);
  PiscesTensor   guided  = pisces_tensor_reshape (pisces->guided, 2, n, 4);

  for (gint i = 0; i < N_BATCH; i++)
    pisces_combine (backend, pisces_tensor_rows (input, i * n, n), 0.5, latent,
                    0.0, latent);
  pisces_unet_forward (pisces->unet, pisces->output, pisces->input, 500.0,
                       pisces->context);
  pisces_combine (backend, guided, 5.0, pisces_tensor_rows (output, 0, n),
                  -4.0, pisces_tensor_rows (output, n, n));
  pisces_combine (backend, latent, 1.0, latent, 0.1, guided);
}

static void
develop (Pisces *pisces)
{
  pisces_vae_decode (pisces->vae, pisces->picture, pisces->latent);
}

gint
main (gint    argc,
      gchar **argv)
{
  if (argc < 2)
    {
      g_printerr ("bench-cuda MODELS [JSON]\n");
      return 2;
    }

  report_begin (argc > 2 ? argv[2] : NULL);
  run (argv[1], "bf16", 24);
  run (argv[1], "q8_0", 0);
  run (argv[1], "q4_0", 10);
  report_end ();
  return 0;
}


/*  private functions  */

/* All steps of one model, its matrices held in a format.  */
static void
run (const gchar *folder,
     const gchar *format,
     gdouble      target_gb)
{
  Pisces  pisces = { .backend = NULL };
  gdouble weights;
  gdouble arena;
  gint    tile;

  /* The files have bf16.  */
  if (g_strcmp0 (format, "bf16") == 0)
    g_unsetenv ("PISCES_WEIGHTS");
  else
    g_setenv ("PISCES_WEIGHTS", format, TRUE);
  counts_reset ();
  load (&pisces, folder);
  weights = counts.device_bytes;
  pisces.backend->memory_budget = target_gb * 1e9;
  tile = reserve (&pisces);
  prepare (&pisces);

  measure (&pisces, format, "decode", "one token of LLaMA-3.1-8B behind 1023", 32, decode);
  replay (&pisces, format, 32);
  measure (&pisces, format, "denoise", "one step of SDXL at 1024² with guidance", 0, denoise);
  measure (&pisces, format, "develop", tile ? "SDXL's VAE decodes 1024² in tiles"
                                            : "SDXL's VAE decodes 1024²", 0, develop);
  measure (&pisces, format, "see", "SigLIP-so400m sees 384²", 27, see);
  measure (&pisces, format, "prompt", "LLaMA-3.1-8B reads 768 positions", 32, read_prompt);
  arena = pisces.backend->arena_bytes;
  report_memory (format, weights, arena, counts.device_bytes, target_gb, tile);

  end (&pisces);
  pisces_llama_free (pisces.llama);
  pisces_vit_free (pisces.vit);
  pisces_unet_free (pisces.unet);
  pisces_vae_free (pisces.vae);
  pisces_backend_close (pisces.backend);
  report_left (counts.device_bytes);
}

static PiscesConfig *
config_of (const gchar *folder,
           const gchar *name)
{
  g_autofree gchar   *path  = g_build_filename (folder, name, NULL);
  g_autoptr (GError)  error = NULL;
  PiscesConfig       *config = pisces_config_load (path, &error);

  if (! config)
    g_error ("%s", error->message);
  return config;
}

static gpointer
expect (gpointer  network,
        GError   *error)
{
  if (! network)
    g_error ("%s", error->message);
  return network;
}

static void
load (Pisces      *pisces,
      const gchar *folder)
{
  g_autoptr (PiscesConfig) llama = config_of (folder, "llama-3.1-8b.json");
  g_autoptr (PiscesConfig) vit   = config_of (folder, "siglip-so400m.json");
  g_autoptr (PiscesConfig) unet  = config_of (folder, "sdxl-unet.json");
  g_autoptr (PiscesConfig) vae   = config_of (folder, "sdxl-vae.json");
  GError                  *error = NULL;
  PiscesBackend           *backend;

  backend = expect (pisces_cuda_backend_new ("counting device", &error), error);
  pisces->backend = backend;
  pisces_backend_begin (backend, NULL);
  pisces->llama = expect (pisces_llama_load (backend, llama, NULL, "", &error), error);
  pisces->vit   = expect (pisces_vit_load (backend, vit, NULL, "", &error), error);
  pisces->unet  = expect (pisces_unet_load (backend, unet, NULL, "", &error), error);
  pisces->vae   = expect (pisces_vae_load (backend, vae, NULL, PISCES_VAE_DECODER,
                                           &error), error);
  least_watch (backend);
}

/* All steps as a plan, the picture in the largest tiles that the budget leaves
 * room for; returns their side, 0: whole.  */
static gint
reserve (Pisces *pisces)
{
  static const gint sides[] = { 0, 96, 64, 48, 32 };
  PiscesBackend    *backend = pisces->backend;
  gsize             n_bytes = 0;
  guint             i       = 0;

  for (; i < G_N_ELEMENTS (sides); i++)
    {
      pisces_vae_set_tile (pisces->vae, sides[i]);
      pisces_backend_plan_begin (backend);
      begin (pisces);
      decode (pisces);
      denoise (pisces);
      develop (pisces);
      see (pisces);
      read_prompt (pisces);
      end (pisces);
      n_bytes = pisces_backend_plan_end (backend);
      if (n_bytes <= pisces_backend_room (backend))
        break;
    }
  pisces_backend_reserve (backend, n_bytes);

  return sides[MIN (i, G_N_ELEMENTS (sides) - 1)];
}

/* All that lasts longer than a step.  */
static void
begin (Pisces *pisces)
{
  PiscesBackend *backend = pisces->backend;
  const gint64   hidden  = pisces_llama_get_config (pisces->llama)->hidden_size;
  const gint64   cross   = pisces_unet_get_config (pisces->unet)->cross_attention_dim;
  const gint     vocab   = pisces_llama_get_config (pisces->llama)->vocab_size;
  const gfloat   time_ids[N_BATCH * 6] = { 1024 };
  PiscesTensor   states, pooled;

  pisces->cache         = pisces_llama_cache_new (pisces->llama, N_POSITIONS);
  pisces->logits        = pisces_backend_alloc (backend, 2, 1, vocab);
  pisces->x             = pisces_backend_alloc (backend, 2, 1, hidden);
  pisces->state         = pisces_backend_alloc (backend, 2, 1, hidden);
  pisces->prompt        = pisces_backend_alloc (backend, 2, N_PROMPT, hidden);
  pisces->prompt_states = pisces_backend_alloc (backend, 2, N_PROMPT, hidden);
  pisces->latent        = pisces_backend_alloc (backend, 4, 1, LATENT, LATENT, 4);
  pisces->input         = pisces_backend_alloc (backend, 4, N_BATCH, LATENT, LATENT, 4);
  pisces->output        = pisces_backend_alloc (backend, 4, N_BATCH, LATENT, LATENT, 4);
  pisces->guided        = pisces_backend_alloc (backend, 4, 1, LATENT, LATENT, 4);
  pisces->image         = pisces_backend_alloc (backend, 4, 1, 384, 384, 3);
  pisces->tokens        = pisces_backend_alloc (backend, 2, 729, 1152);
  pisces->picture       = pisces_backend_alloc (backend, 4, 1, 8 * LATENT, 8 * LATENT, 3);

  states = pisces_backend_alloc (backend, 2, N_BATCH * N_VECTORS, cross);
  pooled = pisces_backend_alloc (backend, 2, N_BATCH, 1280);
  pisces->context = pisces_unet_context_new (pisces->unet, N_BATCH, states,
                                             pooled, time_ids, 6);
}

static void
end (Pisces *pisces)
{
  g_clear_pointer (&pisces->cache, pisces_llama_cache_free);
  g_clear_pointer (&pisces->context, pisces_unet_context_free);
}

static void
prepare (Pisces *pisces)
{
  begin (pisces);

  /* Fills the cache.  */
  read_prompt (pisces);
  pisces_llama_forward (pisces->llama, pisces->cache,
                        pisces_tensor_rows (pisces->prompt_states, 0, N_POSITIONS - N_PROMPT),
                        pisces_tensor_rows (pisces->prompt, 0, N_POSITIONS - N_PROMPT));
}

/* The first run of a step may take memory that later ones use again, so the
 * second is counted; op by op: what graphs do is the device's.  */
static void
measure (Pisces       *pisces,
         const gchar  *format,
         const gchar  *name,
         const gchar  *what,
         gint          n_layers,
         void       (* step) (Pisces *pisces))
{
  GError *error = NULL;

  pisces->backend->may_capture = FALSE;
  step (pisces);
  counts_reset ();
  step (pisces);
  report_step (format, name, what, n_layers);
  if (! pisces_backend_finish (pisces->backend, &error))
    g_error ("%s: %s", name, error->message);
}

/* A token once its step has been captured: one run settles, one captures.  */
static void
replay (Pisces      *pisces,
        const gchar *format,
        gint         n_layers)
{
  GError *error = NULL;

  pisces->backend->may_capture = TRUE;
  decode (pisces);
  decode (pisces);
  counts_reset ();
  decode (pisces);
  report_replay (format, n_layers);
  if (! pisces_backend_finish (pisces->backend, &error))
    g_error ("replay: %s", error->message);
}
