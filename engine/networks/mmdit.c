/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmdit.c: the diffusion transformer of Stable Diffusion 3 (arXiv 2403.03206), which
 * computes the same as diffusers' SD3Transformer2DModel.
 */

#include <string.h>

#include "engine/networks/mmdit-block.h"
#include "engine/networks/sinusoids.h"

/* Sines and cosines of the time.  */
#define TIME_WIDTH 256

struct _PiscesMmdit
{
  PiscesBackend      *backend;
  PiscesMmditConfig   config;
  GPtrArray          *weights;             /* owns all weights */
  PiscesMmditPlaces   places;

  PiscesParameters    patches;             /* a convolution of a patch's size */
  PiscesParameters    time[2];
  PiscesParameters    pooled[2];
  PiscesParameters    context;
  PiscesMmditBlock   *blocks;
  PiscesParameters    norm_out;            /* scale, shift */
  PiscesParameters    proj_out;
};

struct _PiscesMmditContext
{
  gint64              n_batch;
  gint64              height, width;       /* of a picture, in patches         */
  PiscesTensor        places;              /* [height * width, …]              */
  PiscesTensor        text;                /* [n_batch * n, …], embedded       */
  PiscesTensor        pooled;              /* [n_batch, …], embedded           */
};


static void         load_weights (PiscesMmdit         *mmdit,
                                  PiscesWeightSource  *source,
                                  gint                 most_patches);
static PiscesTensor embed_time   (PiscesMmdit         *mmdit,
                                  PiscesMmditContext  *context,
                                  gint64               n_batch,
                                  gdouble              timestep);
static void         embed_twice  (PiscesBackend       *backend,
                                  PiscesTensor         y,
                                  PiscesTensor         x,
                                  PiscesParameters    *layers);
static void         last_layers  (PiscesMmdit         *mmdit,
                                  PiscesTensor         y,
                                  PiscesTensor         picture,
                                  PiscesTensor         time,
                                  PiscesMmditContext  *context);


/*  public functions  */

/**
 * pisces_mmdit_load:
 * @backend: the backend that will run it; it must live longer than the network.
 * @config: the configuration of an `SD3Transformer2DModel`.
 * @files: files with its tensors.
 * @most_patches: how many patches the longer side of the largest picture has.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the network, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error
 *   of the backend.
 */
PiscesMmdit *
pisces_mmdit_load (PiscesBackend      *backend,
                   PiscesConfig       *config,
                   PiscesWeightFiles  *files,
                   gint                most_patches,
                   GError            **error)
{
  g_autoptr (PiscesMmdit)        mmdit  = g_new0 (PiscesMmdit, 1);
  g_autoptr (PiscesWeightSource) source = NULL;

  mmdit->backend = backend;
  if (! pisces_mmdit_config_read (&mmdit->config, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, "");
  load_weights (mmdit, source, most_patches);
  mmdit->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&mmdit);
}

void
pisces_mmdit_free (PiscesMmdit *mmdit)
{
  if (! mmdit)
    return;

  g_clear_pointer (&mmdit->weights, g_ptr_array_unref);
  pisces_mmdit_places_clear (&mmdit->places);
  g_free (mmdit->blocks);
  g_free (mmdit);
}

const PiscesMmditConfig *
pisces_mmdit_get_config (PiscesMmdit *mmdit)
{
  return &mmdit->config;
}

/**
 * pisces_mmdit_context_new:
 * @mmdit: the network.
 * @n_batch: b: how many pictures are denoised together.
 * @height: of a latent; a multiple of the patches' size.
 * @width: of a latent; the same.
 * @states: `[b * n, context_size]`: the rows of each picture's text.
 * @pooled: `[b, pooled_size]`: what each text is as a whole.
 *
 * Computes everything that is the same for all steps.  The memory is from the
 * arena: when a mark from before this call is released, the context must no
 * longer be used.
 *
 * Returns: (transfer full): the context.
 */
PiscesMmditContext *
pisces_mmdit_context_new (PiscesMmdit  *mmdit,
                          gint64        n_batch,
                          gint64        height,
                          gint64        width,
                          PiscesTensor  states,
                          PiscesTensor  pooled)
{
  PiscesBackend           *backend = mmdit->backend;
  const PiscesMmditConfig *config  = &mmdit->config;
  PiscesMmditContext      *context = g_new0 (PiscesMmditContext, 1);

  context->n_batch = n_batch;
  context->height  = height / config->patch_size;
  context->width   = width / config->patch_size;
  context->places  = pisces_backend_alloc (backend, 2, context->height * context->width,
                                           config->width);
  context->text    = pisces_backend_alloc (backend, 2, pisces_tensor_n_rows (states), config->width);
  context->pooled  = pisces_backend_alloc (backend, 2, n_batch, config->width);

  pisces_mmdit_places_cut (&mmdit->places, backend, context->places, context->height,
                           context->width);
  pisces_linear (backend, context->text, states, mmdit->context.weight, mmdit->context.bias,
                 PISCES_ACT_NONE, FALSE);
  embed_twice (backend, context->pooled, pooled, mmdit->pooled);

  return context;
}

void
pisces_mmdit_context_free (PiscesMmditContext *context)
{
  g_free (context);
}

/**
 * pisces_mmdit_forward:
 * @y: `[b, h, w, out_channels]`: the network's outputs: velocities.
 * @x: `[b, h, w, in_channels]`: noisy latents, of the first b pictures of @context.
 * @timestep: 0 to 1000.
 * @context: made for latents of this size.
 * @skipped: (nullable): for each layer, whether it is left out; %NULL: none is.
 */
void
pisces_mmdit_forward (PiscesMmdit        *mmdit,
                      PiscesTensor        y,
                      PiscesTensor        x,
                      gdouble             timestep,
                      PiscesMmditContext *context,
                      const gboolean     *skipped)
{
  PiscesBackend           *backend = mmdit->backend;
  const PiscesMmditConfig *config  = &mmdit->config;
  const gsize              mark    = pisces_backend_mark (backend);
  const gint64             n_batch = x.dims[0];
  const gint64             n_text  = pisces_tensor_n_rows (context->text) / context->n_batch;
  const PiscesConvParams   patches = { .stride = config->patch_size };
  PiscesTensor             picture, text, time;

  g_return_if_fail (n_batch <= context->n_batch);

  time    = embed_time (mmdit, context, n_batch, timestep);
  text    = pisces_backend_alloc (backend, 2, n_batch * n_text, config->width);
  picture = pisces_backend_alloc (backend, 4, n_batch, context->height, context->width,
                                  config->width);
  pisces_copy (backend, text, pisces_tensor_rows (context->text, 0, n_batch * n_text));
  pisces_conv2d (backend, picture, x, mmdit->patches.weight, mmdit->patches.bias, &patches);
  picture = pisces_tensor_reshape (picture, 2, n_batch * context->height * context->width,
                                   config->width);
  pisces_add_broadcast (backend, picture, picture, context->places, 1);

  for (gint i = 0; i < config->n_layers; i++)
    if (! skipped || ! skipped[i])
      pisces_mmdit_block_forward (backend, &mmdit->blocks[i], config, n_batch, picture, text, time);

  last_layers (mmdit, y, picture, time, context);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static void
load_weights (PiscesMmdit        *mmdit,
              PiscesWeightSource *source,
              gint                most_patches)
{
  const PiscesMmditConfig *config = &mmdit->config;
  const gint64             width  = config->width;
  const gint64             n_out  = config->patch_size * config->patch_size * config->out_channels;

  pisces_mmdit_places_load (&mmdit->places, source, config, most_patches);
  mmdit->patches = pisces_weight_source_conv (source, "pos_embed.proj", width, config->in_channels,
                                              config->patch_size, TRUE);

  pisces_weight_source_enter (source, "time_text_embed.");
  mmdit->time[0]   = pisces_weight_source_linear (source, "timestep_embedder.linear_1", width,
                                                  TIME_WIDTH, TRUE);
  mmdit->time[1]   = pisces_weight_source_linear (source, "timestep_embedder.linear_2", width,
                                                  width, TRUE);
  mmdit->pooled[0] = pisces_weight_source_linear (source, "text_embedder.linear_1", width,
                                                  config->pooled_size, TRUE);
  mmdit->pooled[1] = pisces_weight_source_linear (source, "text_embedder.linear_2", width,
                                                  width, TRUE);
  pisces_weight_source_leave (source);
  mmdit->context   = pisces_weight_source_linear (source, "context_embedder", width,
                                                  config->context_size, TRUE);

  mmdit->blocks = g_new0 (PiscesMmditBlock, config->n_layers);
  for (gint i = 0; i < config->n_layers; i++)
    {
      pisces_weight_source_enter (source, "transformer_blocks.%d.", i);
      pisces_mmdit_block_load (&mmdit->blocks[i], source, config, i);
      pisces_weight_source_leave (source);
    }

  mmdit->norm_out = pisces_weight_source_linear (source, "norm_out.linear", 2 * width, width, TRUE);
  mmdit->proj_out = pisces_weight_source_linear (source, "proj_out", n_out, width, TRUE);
}

/* Returns a tensor in the arena, [n_batch, width]: SiLU of the sum of what the time and
 * the text as a whole are, which changes all norms.  */
static PiscesTensor
embed_time (PiscesMmdit        *mmdit,
            PiscesMmditContext *context,
            gint64              n_batch,
            gdouble             timestep)
{
  PiscesBackend *backend = mmdit->backend;
  const gint64   width   = mmdit->config.width;
  PiscesTensor   time    = pisces_backend_alloc (backend, 2, n_batch, width);
  const gsize    mark    = pisces_backend_mark (backend);
  PiscesTensor   waves   = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) TIME_WIDTH);
  PiscesTensor   own     = pisces_backend_alloc (backend, 2, (gint64) 1, width);
  gfloat         values[TIME_WIDTH];

  pisces_sinusoids (values, TIME_WIDTH, timestep, TRUE, 0.0);
  pisces_upload (backend, waves, values);
  embed_twice (backend, own, waves, mmdit->time);
  pisces_add_broadcast (backend, time, pisces_tensor_rows (context->pooled, 0, n_batch), own,
                        n_batch);
  pisces_activate (backend, time, time, PISCES_ACT_SILU);
  pisces_backend_release (backend, mark);

  return time;
}

static void
embed_twice (PiscesBackend    *backend,
             PiscesTensor      y,
             PiscesTensor      x,
             PiscesParameters *layers)
{
  const gsize  mark = pisces_backend_mark (backend);
  PiscesTensor h    = pisces_backend_alloc (backend, 2, pisces_tensor_n_rows (y),
                                            pisces_tensor_width (y));

  pisces_linear (backend, h, x, layers[0].weight, layers[0].bias, PISCES_ACT_SILU, FALSE);
  pisces_linear (backend, y, h, layers[1].weight, layers[1].bias, PISCES_ACT_NONE, FALSE);
  pisces_backend_release (backend, mark);
}

/* Turns the patches into a latent.  The modulation has the scale first.  */
static void
last_layers (PiscesMmdit        *mmdit,
             PiscesTensor        y,
             PiscesTensor        picture,
             PiscesTensor        time,
             PiscesMmditContext *context)
{
  PiscesBackend           *backend = mmdit->backend;
  const PiscesMmditConfig *config  = &mmdit->config;
  const gint64             width   = config->width;
  const gint64             n_batch = pisces_tensor_n_rows (time);
  const gint64             n       = context->height * context->width;
  const gint64             n_out   = pisces_tensor_width (y) * config->patch_size * config->patch_size;
  const gsize              mark    = pisces_backend_mark (backend);
  PiscesTensor             values, h, patches;

  values  = pisces_backend_alloc_typed (backend, PISCES_F32, 2, n_batch, 2 * width);
  h       = pisces_backend_alloc_operand (backend, mmdit->proj_out.weight, 2, n, width);
  patches = pisces_backend_alloc (backend, 2, n_batch * n, n_out);

  pisces_linear (backend, values, time, mmdit->norm_out.weight, mmdit->norm_out.bias,
                 PISCES_ACT_NONE, FALSE);
  for (gint64 i = 0; i < n_batch; i++)
    {
      PiscesTensor own = pisces_tensor_rows (values, i, 1);

      pisces_mmdit_modulate (backend, h, pisces_tensor_rows (picture, i * n, n),
                             pisces_tensor_columns (own, 0, width),
                             pisces_tensor_columns (own, width, width));
      pisces_linear (backend, pisces_tensor_rows (patches, i * n, n), h, mmdit->proj_out.weight,
                     mmdit->proj_out.bias, PISCES_ACT_NONE, FALSE);
    }
  pisces_fold (backend, y,
               pisces_tensor_reshape (patches, 4, n_batch, context->height, context->width, n_out),
               config->patch_size);
  pisces_backend_release (backend, mark);
}
