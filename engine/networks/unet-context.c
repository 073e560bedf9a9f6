/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inputs of the UNet besides the latents: the keys and values of
 * cross-attention and SDXL's sizes, which are the same for all steps of a
 * picture, and the time, which is not.
 */

#include "engine/networks/sinusoids.h"
#include "engine/networks/unet-blocks.h"
#include "engine/pisces.h"

static void         load_context (PiscesUnetContext      *context,
                                  const PiscesUnetBlock  *block,
                                  PiscesTensor            states);
static PiscesTensor embed_added  (PiscesUnet             *unet,
                                  gint64                  n_batch,
                                  PiscesTensor            pooled,
                                  const gfloat           *time_ids,
                                  gint                    n_time_ids);

/**
 * pisces_unet_context_new:
 * @n_batch: b: how many pictures are denoised together.
 * @states: `[b * n, cross_attention_dim]`: the input of cross-attention.
 * @pooled: `[b, pooled width]`: diffusers' `text_embeds`.  A UNet without
 *   `text_time` ignores this and the following arguments.
 * @time_ids: (array): `[b, n_time_ids]`, in host memory.
 * @n_time_ids: together with the pooled width it must be the configuration's
 *   `projection_class_embeddings_input_dim`.
 *
 * Computes everything that is the same for all steps.  The memory is from the
 * arena: when a mark from before this call is released, the context must no
 * longer be used.
 *
 * Returns: (transfer full): the context.
 */
PiscesUnetContext *
pisces_unet_context_new (PiscesUnet   *unet,
                         gint64        n_batch,
                         PiscesTensor  states,
                         PiscesTensor  pooled,
                         const gfloat *time_ids,
                         gint          n_time_ids)
{
  PiscesUnetContext *context = g_new0 (PiscesUnetContext, 1);

  context->unet        = unet;
  context->n_batch     = n_batch;
  context->keys_values = g_new0 (PiscesTensor, unet->n_contexts);

  for (gint i = 0; i < unet->config.n_levels; i++)
    load_context (context, &unet->down[i], states);
  load_context (context, &unet->mid, states);
  for (gint i = 0; i < unet->config.n_levels; i++)
    load_context (context, &unet->up[i], states);

  if (unet->config.text_time)
    context->added = embed_added (unet, n_batch, pooled, time_ids, n_time_ids);

  return context;
}

void
pisces_unet_context_free (PiscesUnetContext *context)
{
  if (! context)
    return;

  g_free (context->keys_values);
  g_free (context);
}

/**
 * pisces_unet_embed_time:
 *
 * Returns: a tensor in the arena, `[b, time_dim]`, or `[1, time_dim]` if it is
 *   the same for all pictures: SiLU of the sum of the time embedding and the
 *   added embedding, which is the input of all blocks.
 */
PiscesTensor
pisces_unet_embed_time (PiscesUnetContext *context,
                        gdouble            timestep)
{
  PiscesUnet        *unet      = context->unet;
  PiscesBackend     *backend   = unet->backend;
  gint               width     = unet->config.block_channels[0];
  gint64             time_dim  = pisces_unet_time_dim (unet);
  gboolean           has_added = unet->config.text_time;
  g_autofree gfloat *values    = g_new (gfloat, width);
  PiscesTensor       time, waves, h, embedding;
  gsize              mark;

  time  = pisces_backend_alloc (backend, 2, has_added ? context->n_batch : 1,
                                time_dim);
  mark  = pisces_backend_mark (backend);
  waves = pisces_backend_alloc (backend, 2, 1, width);
  h     = pisces_backend_alloc (backend, 2, 1, time_dim);
  embedding = pisces_backend_alloc (backend, 2, 1, time_dim);

  pisces_sinusoids (values, width, timestep, unet->config.flip_sin_to_cos,
                    unet->config.freq_shift);
  pisces_upload (backend, waves, values);
  pisces_linear (backend, h, waves, unet->time_embedding[0].weight,
                 unet->time_embedding[0].bias, PISCES_ACT_SILU, FALSE);
  pisces_linear (backend, embedding, h, unet->time_embedding[1].weight,
                 unet->time_embedding[1].bias, PISCES_ACT_NONE, FALSE);
  if (has_added)
    pisces_add_broadcast (backend, time, context->added, embedding, 1);
  else
    pisces_copy (backend, time, embedding);
  pisces_activate (backend, time, time, PISCES_ACT_SILU);
  pisces_backend_release (backend, mark);

  return time;
}

/*  private functions  */

static void
load_context (PiscesUnetContext     *context,
              const PiscesUnetBlock *block,
              PiscesTensor           states)
{
  for (gint i = 0; i < block->n_attentions; i++)
    pisces_transformer_context (context->unet->backend, &block->attentions[i],
                                context->keys_values, states);
}

/* SDXL's conditioning on sizes and the pooled text: diffusers'
 * get_aug_embed().  */
static PiscesTensor
embed_added (PiscesUnet   *unet,
             gint64        n_batch,
             PiscesTensor  pooled,
             const gfloat *time_ids,
             gint          n_time_ids)
{
  PiscesBackend          *backend  = unet->backend;
  const PiscesUnetConfig *config   = &unet->config;
  gint64                  time_dim = pisces_unet_time_dim (unet);
  gint64                  n_pooled = pisces_tensor_width (pooled);
  gint                    width    = config->addition_time_embed_dim;
  gint64                  n_times  = (gint64) n_time_ids * width;
  g_autofree gfloat      *values   = g_new (gfloat, n_batch * n_times);
  PiscesTensor            added, times, input, h;
  gsize                   mark;

  added = pisces_backend_alloc (backend, 2, n_batch, time_dim);
  if (n_pooled + n_times != config->projection_input_dim)
    {
      pisces_backend_fail (backend, PISCES_ERROR_MODEL_INVALID,
                           "The UNet wants %d numbers beside the time, but "
                           "the pooled condition and the sizes give %"
                           G_GINT64_FORMAT ".", config->projection_input_dim,
                           n_pooled + n_times);
      return added;
    }

  mark  = pisces_backend_mark (backend);
  times = pisces_backend_alloc (backend, 2, n_batch, n_times);
  input = pisces_backend_alloc (backend, 2, n_batch, n_pooled + n_times);
  h     = pisces_backend_alloc (backend, 2, n_batch, time_dim);

  for (gint64 i = 0; i < n_batch * n_time_ids; i++)
    pisces_sinusoids (values + i * width, width, time_ids[i], config->flip_sin_to_cos,
                      config->freq_shift);
  pisces_upload (backend, times, values);
  pisces_copy (backend, pisces_tensor_columns (input, 0, n_pooled), pooled);
  pisces_copy (backend, pisces_tensor_columns (input, n_pooled, n_times),
               times);
  pisces_linear (backend, h, input, unet->add_embedding[0].weight,
                 unet->add_embedding[0].bias, PISCES_ACT_SILU, FALSE);
  pisces_linear (backend, added, h, unet->add_embedding[1].weight,
                 unet->add_embedding[1].bias, PISCES_ACT_NONE, FALSE);
  pisces_backend_release (backend, mark);

  return added;
}
