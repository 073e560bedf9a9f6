/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * decoder.c: the diffusion decoder, which turns visual vectors and noise into a
 * picture.  The UNet gets the vectors in two or three ways: by cross-attention,
 * as their mean (as in Emu2), and, in models that have it, painted into the
 * latent, each at its own place.
 */

#include "engine/families/diffusion.h"
#include "engine/families/pisces/model.h"

typedef struct
{
  PiscesModel        *model;
  PiscesDiffusion     diffusion;
  PiscesUnetContext  *context;
} Decoder;


static void          decoder_init   (Decoder             *decoder,
                                     PiscesModel         *model,
                                     PiscesTensor         vectors,
                                     PiscesTensor         null_vectors,
                                     const PiscesShape   *shape,
                                     gint64               n_batch);
static void          pool           (Decoder             *decoder,
                                     PiscesTensor         pooled,
                                     PiscesTensor         states);
static void          paint          (Decoder             *decoder,
                                     const PiscesWindows *windows,
                                     PiscesTensor         states);
static void          predict        (PiscesTensor         output,
                                     PiscesTensor         input,
                                     gdouble              timestep,
                                     gpointer             user_data);
static PiscesImage * develop        (PiscesTensor         latent,
                                     gpointer             user_data,
                                     GError             **error);
static void          encode         (PiscesTensor         latent,
                                     const PiscesGround  *ground,
                                     gpointer             user_data);


/*  public functions  */

/**
 * pisces_decoder_draw:
 * @model: the model.
 * @vectors: `[n * m, gen_vector_size]`: the vectors to draw: those of each of the
 *   windows or, with n = 1, of the whole picture.
 * @null_vectors: `[m, gen_vector_size]`: the vectors that guidance leads away from.
 * @shape: the size of the latent, its windows, and what is drawn into.
 * @picture: seed, steps and guidance.
 * @on_step: called after each step.  The last call comes before the final decoding;
 *   in it, step is n_steps.
 * @user_data: for @on_step.
 * @want_previews: whether @on_step is given unfinished pictures.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the picture; %NULL after a failure.
 */
PiscesImage *
pisces_decoder_draw (PiscesModel          *model,
                     PiscesTensor          vectors,
                     PiscesTensor          null_vectors,
                     const PiscesShape    *shape,
                     const PiscesPicture  *picture,
                     void               (* on_step) (gint         step,
                                                     gint         n_steps,
                                                     PiscesImage *preview,
                                                     gpointer     user_data),
                     gpointer              user_data,
                     gboolean              want_previews,
                     GError              **error)
{
  Decoder      decoder;
  PiscesImage *image;
  gsize        mark = pisces_backend_mark (model->backend);

  decoder_init (&decoder, model, vectors, null_vectors, shape,
                picture->guidance_scale == 1.0 ? 1 : 2);
  decoder.diffusion.guidance_scale = picture->guidance_scale;
  decoder.diffusion.on_step        = on_step;
  decoder.diffusion.on_step_data   = user_data;

  image = pisces_diffusion_run (&decoder.diffusion, picture->steps, picture->seed,
                                want_previews, error);
  g_clear_pointer (&decoder.context, pisces_unet_context_free);
  pisces_backend_release (model->backend, mark);

  return image;
}

/**
 * pisces_decoder_plan:
 * @shape: as for pisces_decoder_draw().
 * @n_batch: 2 with guidance.
 *
 * On a backend that only plans: takes the memory for a picture, and gives it back.
 */
void
pisces_decoder_plan (PiscesModel       *model,
                     const PiscesShape *shape,
                     gint64             n_batch)
{
  PiscesBackend *backend = model->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  const gint64   n       = shape->windows ? shape->windows->n : 1;
  PiscesTensor   vectors;
  Decoder        decoder;

  g_return_if_fail (backend->is_planning);

  vectors = pisces_backend_alloc (backend, 2, n * model->settings.num_gen_vectors,
                                  (gint64) model->settings.gen_vector_size);
  decoder_init (&decoder, model, vectors, vectors, shape, n_batch);
  decoder.diffusion.guidance_scale = 2.0;
  pisces_diffusion_plan (&decoder.diffusion);
  pisces_unet_context_free (decoder.context);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static void
decoder_init (Decoder           *decoder,
              PiscesModel       *model,
              PiscesTensor       vectors,
              PiscesTensor       null_vectors,
              const PiscesShape *shape,
              gint64             n_batch)
{
  const PiscesSettings *settings = &model->settings;
  PiscesBackend        *backend  = model->backend;
  gint64                channels = pisces_vae_get_config (model->vae)->latent_channels;
  gint64                m        = settings->num_gen_vectors;
  gint64                width    = settings->gen_vector_size;
  gint64                n        = shape->windows ? shape->windows->n : 1;
  const gdouble         cell     = (gdouble) settings->sample_size / settings->latent_size;
  gfloat                h        = shape->windows ? settings->sample_size : shape->height * cell;
  gfloat                w        = shape->windows ? settings->sample_size : shape->width * cell;
  const gfloat          time_ids[2][6] = { { h, w, 0, 0, h, w }, { h, w, 0, 0, h, w } };
  PiscesTensor          states, pooled;

  decoder->model = model;
  pisces_diffusion_init (&decoder->diffusion, backend, model->scheduler,
                         (PiscesDiffusionShape) {
                           .height          = shape->height,
                           .width           = shape->width,
                           .n_channels      = channels,
                           .n_more_channels = settings->mask_channels + settings->paint_channels,
                           .n_batch         = n_batch,
                           .ground          = shape->ground,
                         });
  decoder->diffusion.predict   = predict;
  decoder->diffusion.develop   = develop;
  decoder->diffusion.encode    = encode;
  decoder->diffusion.user_data = decoder;

  states = pisces_backend_alloc (backend, 2, n_batch * n * m, width);
  pooled = pisces_backend_alloc (backend, 4, n_batch, (gint64) 1, (gint64) 1, width);

  pisces_copy (backend, pisces_tensor_rows (states, 0, n * m), vectors);
  if (n_batch == 2)
    for (gint64 i = 0; i < n; i++)
      pisces_copy (backend, pisces_tensor_rows (states, (n + i) * m, m), null_vectors);

  pool (decoder, pooled, states);
  if (settings->mask_channels > 0)
    pisces_encode_mask (model, decoder->diffusion.input, channels, shape->ground);
  if (settings->paint_channels > 0)
    paint (decoder, shape->windows, states);
  if (model->position_embedding)
    pisces_add_weight (backend, states, states, model->position_embedding);

  decoder->context =
    pisces_unet_context_new (model->unet, n_batch, states,
                             pisces_tensor_reshape (pooled, 2, n_batch, width),
                             time_ids[0], G_N_ELEMENTS (time_ids[0]));
}

/* The mean of all vectors of a picture.  */
static void
pool (Decoder      *decoder,
      PiscesTensor  pooled,
      PiscesTensor  states)
{
  PiscesBackend *backend = decoder->model->backend;
  gint64         grid    = decoder->model->settings.vector_grid_size;
  gint64         width   = pisces_tensor_width (states);
  gint64         n_batch = decoder->diffusion.shape.n_batch;
  gint64         n       = pisces_tensor_n_rows (states) / (n_batch * grid * grid);
  gsize          mark    = pisces_backend_mark (backend);
  PiscesTensor   means;

  if (n == 1)
    {
      pisces_average_pool (backend, pooled,
                           pisces_tensor_reshape (states, 4, n_batch, grid, grid, width), grid);
      return;
    }

  means = pisces_backend_alloc (backend, 4, n_batch * n, (gint64) 1, (gint64) 1, width);
  pisces_average_pool (backend, means,
                       pisces_tensor_reshape (states, 4, n_batch * n, grid, grid, width), grid);
  for (gint64 i = 0; i < n_batch * n; i++)
    {
      PiscesTensor sum  = pisces_tensor_rows (pooled, i / n, 1);
      PiscesTensor mean = pisces_tensor_rows (means, i, 1);

      /* The first is not added, because new memory may have numbers that are not finite.  */
      pisces_combine (backend, sum, i % n > 0 ? 1.0 : 0.0, i % n > 0 ? sum : mean, 1.0 / n, mean);
    }
  pisces_backend_release (backend, mark);
}

/* Turns every vector into a patch of k × k cells at its own place, in channels
 * after those of the latent.  Each cell is painted by the vectors of its window.  The
 * patches are the same for all steps.  */
static void
paint (Decoder             *decoder,
       const PiscesWindows *windows,
       PiscesTensor         states)
{
  PiscesModel          *model    = decoder->model;
  const PiscesSettings *settings = &model->settings;
  PiscesBackend        *backend  = model->backend;
  gint64                grid     = settings->vector_grid_size;
  gint64                k        = settings->paint_cell_size;
  gint64                channels = settings->paint_channels;
  gint64                side     = settings->latent_size;
  gint64                n        = pisces_tensor_n_rows (states);
  gint64                n_grids  = n / (grid * grid);
  gsize                 mark     = pisces_backend_mark (backend);
  PiscesTensor          patches  = pisces_backend_alloc (backend, 2, n, k * k * channels);
  PiscesTensor          painted  = pisces_backend_alloc (backend, 4, n_grids, side, side, channels);
  gint64                first    = pisces_tensor_width (decoder->diffusion.latent) +
                                   settings->mask_channels;
  PiscesTensor          input    = pisces_tensor_columns (decoder->diffusion.input, first, channels);

  pisces_linear (backend, patches, states, model->paint_weight,
                 model->paint_bias, PISCES_ACT_NONE, FALSE);
  pisces_fold (backend, painted,
               pisces_tensor_reshape (patches, 4, n_grids, grid, grid, k * k * channels), k);
  if (windows)
    {
      const gint64       n_cells = pisces_tensor_n_rows (input);
      g_autofree gint32 *ids     = g_new (gint32, n_cells);

      for (gint64 i = 0; i < n_cells; i++)
        ids[i] = pisces_windows_find_cell (windows, i);
      pisces_gather_rows (backend, input,
                          pisces_tensor_reshape (painted, 2, n_grids * side * side, channels), ids);
    }
  else
    {
      pisces_copy (backend, input, painted);
    }
  pisces_backend_release (backend, mark);
}

/* Predicts velocities or noise, with and without the condition.  */
static void
predict (PiscesTensor output,
         PiscesTensor input,
         gdouble      timestep,
         gpointer     user_data)
{
  Decoder *decoder = user_data;

  pisces_unet_forward (decoder->model->unet, output, input, timestep, decoder->context);
}

static PiscesImage *
develop (PiscesTensor   latent,
         gpointer       user_data,
         GError       **error)
{
  Decoder             *decoder = user_data;
  const PiscesLatents  latents = pisces_model_latents (decoder->model);

  return pisces_latents_develop (&latents, latent, error);
}

static void
encode (PiscesTensor        latent,
        const PiscesGround *ground,
        gpointer            user_data)
{
  Decoder *decoder = user_data;

  pisces_encode_ground (decoder->model, latent, ground);
}
