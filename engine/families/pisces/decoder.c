/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The diffusion decoder: visual vectors and noise into a picture.  The UNet
 * sees the vectors by cross-attention, by their mean (as Emu2's does), and,
 * in models that have it, painted each into its own place of the latent.
 */

#include <math.h>

#include "engine/families/pisces/model.h"

#define STREAM_NOISE 0

#define N_PREVIEWS 4

/* Classifier-free guidance runs the condition and its absence as a batch.  */
typedef struct
{
  PiscesModel        *model;
  gint64              n_batch;        /* 1 without guidance            */
  PiscesTensor        latent;         /* [1, s, s, c]                  */
  PiscesTensor        input;          /* [n_batch, s, s, c + painted]  */
  PiscesTensor        output;         /* [n_batch, s, s, c]            */
  PiscesTensor        guided;         /* [1, s, s, c]                  */
  PiscesUnetContext  *context;
} Decoder;


static void          decoder_init   (Decoder             *decoder,
                                     PiscesModel         *model,
                                     PiscesTensor         vectors,
                                     PiscesTensor         null_vectors,
                                     gint64               n_batch);
static void          paint          (Decoder             *decoder,
                                     PiscesTensor         states);
static void          fill_noise     (Decoder             *decoder,
                                     guint32              seed);
static void          denoise_step   (Decoder             *decoder,
                                     gint                 step,
                                     gdouble              guidance_scale);
static PiscesImage * develop        (PiscesModel         *model,
                                     PiscesTensor         latent,
                                     GError             **error);
static PiscesImage * preview_of     (Decoder             *decoder,
                                     gint                 step);
static void          store_pixels   (PiscesModel         *model,
                                     const gfloat        *values,
                                     PiscesImage         *image);


/*  public functions  */

/**
 * pisces_decoder_draw:
 * @model: the model.
 * @vectors: `[m, gen_vector_size]`: what to draw.
 * @null_vectors: the same shape: nothing in particular.
 * @picture: seed, steps and guidance.
 * @on_step: called after each step; step == n_steps before the last decoding.
 * @user_data: for @on_step.
 * @want_previews: whether @on_step is given unfinished pictures.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the picture.
 */
PiscesImage *
pisces_decoder_draw (PiscesModel          *model,
                     PiscesTensor          vectors,
                     PiscesTensor          null_vectors,
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
  PiscesImage *image   = NULL;
  gsize        mark    = pisces_backend_mark (model->backend);
  gint         n_steps = picture->steps;
  gint         every   = MAX (1, n_steps / (N_PREVIEWS + 1));

  pisces_scheduler_set_steps (model->scheduler, n_steps);
  decoder_init (&decoder, model, vectors, null_vectors,
                picture->guidance_scale == 1.0 ? 1 : 2);
  fill_noise (&decoder, picture->seed);

  for (gint step = 0; step < n_steps && ! pisces_backend_is_failed (model->backend); step++)
    {
      PiscesImage *preview = NULL;

      denoise_step (&decoder, step, picture->guidance_scale);
      if (want_previews && (step + 1) % every == 0 && step + 1 < n_steps)
        preview = preview_of (&decoder, step);
      on_step (step + 1, n_steps, preview, user_data);
      g_clear_pointer (&preview, pisces_image_unref);
    }

  image = develop (model, decoder.latent, error);
  g_clear_pointer (&decoder.context, pisces_unet_context_free);
  pisces_backend_release (model->backend, mark);

  return image;
}

/**
 * pisces_decoder_plan:
 * @n_batch: 2 with guidance.
 *
 * Takes the memory of a picture in a plan, and gives it back.
 */
void
pisces_decoder_plan (PiscesModel *model,
                     gint64       n_batch)
{
  PiscesBackend *backend = model->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  PiscesTensor   vectors;
  Decoder        decoder;

  g_return_if_fail (backend->is_planning);

  vectors = pisces_backend_alloc (backend, 2, (gint64) model->settings.num_gen_vectors,
                                  (gint64) model->settings.gen_vector_size);
  pisces_scheduler_set_steps (model->scheduler, 1);
  decoder_init (&decoder, model, vectors, vectors, n_batch);
  denoise_step (&decoder, 0, 2.0);
  /* The last picture, or one on the way.  */
  preview_of (&decoder, 0);
  pisces_unet_context_free (decoder.context);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static void
decoder_init (Decoder             *decoder,
              PiscesModel         *model,
              PiscesTensor         vectors,
              PiscesTensor         null_vectors,
              gint64               n_batch)
{
  const PiscesSettings *settings = &model->settings;
  PiscesBackend        *backend  = model->backend;
  gint64                side     = settings->latent_size;
  gint64                channels = pisces_vae_get_config (model->vae)->latent_channels;
  gint64                m        = settings->num_gen_vectors;
  gint64                width    = settings->gen_vector_size;
  gint64                grid     = settings->vector_grid_size;
  gfloat                size     = settings->sample_size;
  const gfloat          time_ids[2][6] = { { size, size, 0, 0, size, size },
                                           { size, size, 0, 0, size, size } };
  PiscesTensor          states, pooled;

  *decoder = (Decoder) {
    .model   = model,
    .n_batch = n_batch,
    .latent  = pisces_backend_alloc (backend, 4, (gint64) 1, side, side, channels),
    .input   = pisces_backend_alloc (backend, 4, n_batch, side, side,
                                     channels + settings->paint_channels),
    .output  = pisces_backend_alloc (backend, 4, n_batch, side, side, channels),
    .guided  = pisces_backend_alloc (backend, 4, (gint64) 1, side, side, channels),
  };

  states = pisces_backend_alloc (backend, 2, n_batch * m, width);
  pooled = pisces_backend_alloc (backend, 4, n_batch, (gint64) 1, (gint64) 1, width);

  pisces_copy (backend, pisces_tensor_rows (states, 0, m), vectors);
  if (n_batch == 2)
    pisces_copy (backend, pisces_tensor_rows (states, m, m), null_vectors);

  pisces_average_pool (backend, pooled,
                       pisces_tensor_reshape (states, 4, n_batch, grid, grid, width),
                       grid);
  if (settings->paint_channels > 0)
    paint (decoder, states);
  if (model->position_embedding)
    pisces_add_weight (backend, states, states, model->position_embedding);

  decoder->context =
    pisces_unet_context_new (model->unet, n_batch, states,
                             pisces_tensor_reshape (pooled, 2, n_batch, width),
                             time_ids[0], G_N_ELEMENTS (time_ids[0]));
}

/* Every vector becomes a patch of k × k cells in its own place, behind the
 * latent's channels.  The same for all steps.  */
static void
paint (Decoder      *decoder,
       PiscesTensor  states)
{
  PiscesModel          *model    = decoder->model;
  const PiscesSettings *settings = &model->settings;
  PiscesBackend        *backend  = model->backend;
  gint64                grid     = settings->vector_grid_size;
  gint64                k        = settings->paint_cell_size;
  gint64                channels = settings->paint_channels;
  gint64                side     = settings->latent_size;
  gint64                n        = pisces_tensor_n_rows (states);
  gsize                 mark     = pisces_backend_mark (backend);
  PiscesTensor          patches  = pisces_backend_alloc (backend, 2, n, k * k * channels);
  PiscesTensor          painted  = pisces_backend_alloc (backend, 4, decoder->n_batch,
                                                         side, side, channels);

  pisces_linear (backend, patches, states, model->paint_weight,
                 model->paint_bias, PISCES_ACT_NONE, FALSE);
  pisces_fold (backend, painted,
               pisces_tensor_reshape (patches, 4, decoder->n_batch, grid, grid,
                                      k * k * channels), k);
  pisces_copy (backend,
               pisces_tensor_columns (decoder->input,
                                      pisces_tensor_width (decoder->latent), channels),
               painted);
  pisces_backend_release (backend, mark);
}

/* The noise is counted in the order of the reference's latents,
 * [channel, y, x].  */
static void
fill_noise (Decoder *decoder,
            guint32  seed)
{
  gint64             channels = pisces_tensor_width (decoder->latent);
  gint64             n_cells  = pisces_tensor_n_rows (decoder->latent);
  g_autofree gfloat *planes   = g_new (gfloat, channels * n_cells);
  g_autofree gfloat *values   = g_new (gfloat, channels * n_cells);
  gfloat             scale    = pisces_scheduler_initial_scale (decoder->model->scheduler);
  PiscesRandom       random;

  pisces_random_init (&random, seed, STREAM_NOISE);
  pisces_random_fill_normal (&random, planes, channels * n_cells);
  for (gint64 c = 0; c < channels; c++)
    for (gint64 i = 0; i < n_cells; i++)
      values[i * channels + c] = planes[c * n_cells + i] * scale;

  pisces_upload (decoder->model->backend, decoder->latent, values);
}

static void
denoise_step (Decoder *decoder,
              gint     step,
              gdouble  guidance_scale)
{
  PiscesModel     *model     = decoder->model;
  PiscesBackend   *backend   = model->backend;
  PiscesScheduler *scheduler = model->scheduler;
  gint64           n_cells   = pisces_tensor_n_rows (decoder->latent);
  gint64           channels  = pisces_tensor_width (decoder->latent);
  PiscesTensor     latent    = pisces_tensor_reshape (decoder->latent, 2, n_cells, channels);
  PiscesTensor     output    = pisces_tensor_reshape (decoder->output, 2,
                                                      decoder->n_batch * n_cells, channels);
  PiscesTensor     guided    = pisces_tensor_reshape (decoder->guided, 2, n_cells, channels);
  PiscesTensor     rows      = decoder->input;
  gdouble          scale     = pisces_scheduler_input_scale (scheduler, step);
  gdouble          a, b;

  rows.n_dims  = 2;
  rows.dims[0] = decoder->n_batch * n_cells;
  rows.dims[1] = pisces_tensor_width (decoder->input);
  for (gint64 i = 0; i < decoder->n_batch; i++)
    pisces_combine (backend,
                    pisces_tensor_columns (pisces_tensor_rows (rows, i * n_cells, n_cells),
                                           0, channels),
                    scale, latent, 0.0, latent);

  pisces_unet_forward (model->unet, decoder->output, decoder->input,
                       pisces_scheduler_timestep (scheduler, step),
                       decoder->context);

  if (decoder->n_batch == 2)
    pisces_combine (backend, guided,
                    guidance_scale, pisces_tensor_rows (output, 0, n_cells),
                    1.0 - guidance_scale, pisces_tensor_rows (output, n_cells, n_cells));
  else
    pisces_copy (backend, guided, output);

  pisces_scheduler_step (scheduler, step, &a, &b);
  pisces_combine (backend, latent, a, latent, b, guided);
}

/* What the finished picture would be, seen from this step.  The latent has
 * already moved on; the way back is the step's own inverse.  */
static PiscesImage *
preview_of (Decoder *decoder,
            gint     step)
{
  PiscesModel  *model   = decoder->model;
  PiscesBackend *backend = model->backend;
  gsize         mark    = pisces_backend_mark (backend);
  gint64        side    = model->settings.latent_size;
  gint64        channels = pisces_tensor_width (decoder->latent);
  PiscesTensor  x0      = pisces_backend_alloc (backend, 4, (gint64) 1, side, side, channels);
  PiscesImage  *image;
  gdouble       a, b, estimate_a, estimate_b;

  pisces_scheduler_step (model->scheduler, step, &a, &b);
  pisces_scheduler_estimate (model->scheduler, step, &estimate_a, &estimate_b);
  pisces_combine (backend, x0, estimate_a / a, decoder->latent,
                  estimate_b - estimate_a * b / a, decoder->guided);
  image = develop (model, x0, NULL);
  pisces_backend_release (backend, mark);

  return image;
}

static PiscesImage *
develop (PiscesModel   *model,
         PiscesTensor   latent,
         GError       **error)
{
  const PiscesSettings   *settings = &model->settings;
  const PiscesVaeConfig  *vae      = pisces_vae_get_config (model->vae);
  PiscesBackend          *backend  = model->backend;
  gint64                  side     = settings->sample_size / settings->pixel_shuffle;
  gsize                   mark     = pisces_backend_mark (backend);
  g_autofree gfloat      *values   = NULL;
  g_autoptr (PiscesImage) image    = NULL;
  PiscesTensor            pixels, scaled;

  pixels = pisces_backend_alloc (backend, 4, (gint64) 1, side, side,
                                 (gint64) vae->out_channels);
  scaled = pisces_backend_alloc (backend, 4, (gint64) 1,
                                 (gint64) settings->latent_size,
                                 (gint64) settings->latent_size,
                                 (gint64) vae->latent_channels);
  values = g_new (gfloat, side * side * vae->out_channels);

  pisces_combine (backend, scaled, 1.0 / vae->scaling_factor, latent, 0.0, latent);
  if (model->latent_shift)
    pisces_add_weight (backend, scaled, scaled, model->latent_shift);
  pisces_vae_decode (model->vae, pixels, scaled);
  pisces_download (backend, values, pixels);
  pisces_backend_release (backend, mark);
  if (pisces_backend_is_failed (backend))
    {
      if (error)
        pisces_backend_finish (backend, error);
      return NULL;
    }

  image = pisces_image_new (settings->sample_size, settings->sample_size, error);
  if (image)
    store_pixels (model, values, image);

  return g_steal_pointer (&image);
}

static inline guint8
to_byte (gfloat value)
{
  return CLAMP (lrintf (value * 255.0f), 0, 255);
}

/* values: [side, side, channels · r · r], each pixel's channels as
 * torch.nn.PixelShuffle orders them: [channel, dy, dx].  Colours come
 * premultiplied where there is alpha.  */
static void
store_pixels (PiscesModel  *model,
              const gfloat *values,
              PiscesImage  *image)
{
  gint     r          = model->settings.pixel_shuffle;
  gint     n_channels = model->settings.alpha ? 4 : 3;
  gint     side       = image->width / r;

  for (gint y = 0; y < image->height; y++)
    for (gint x = 0; x < image->width; x++)
      {
        const gfloat *block = values + ((gsize) (y / r) * side + x / r) *
                                       n_channels * r * r;
        guint8       *pixel = image->pixels + ((gsize) y * image->width + x) * 4;
        gint          place = (y % r) * r + x % r;
        gfloat        alpha = 1.0f;

        if (n_channels == 4)
          alpha = CLAMP (block[3 * r * r + place] * 0.5f + 0.5f, 0.0f, 1.0f);
        for (gint c = 0; c < 3; c++)
          {
            gfloat value = block[c * r * r + place] * 0.5f + 0.5f;

            pixel[c] = alpha > 0.002f ? to_byte (value / alpha) : 0;
          }
        pixel[3] = to_byte (alpha);
      }
}
