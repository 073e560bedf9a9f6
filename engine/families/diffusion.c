/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * diffusion.c: see diffusion.h.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/diffusion.h"
#include "engine/samplers/random.h"

/* Which of the streams of random numbers of one seed is used for the noise.  */
#define STREAM_NOISE 0

#define N_PREVIEWS 4


static void          fill_noise   (PiscesDiffusion *diffusion,
                                   guint32          seed);
static void          denoise_step (PiscesDiffusion *diffusion,
                                   gint             step);
static PiscesImage * preview_of   (PiscesDiffusion *diffusion,
                                   gint             step);


/*  public functions  */

/**
 * pisces_diffusion_init:
 * @diffusion: the loop to set up.  The caller sets its functions and the guidance.
 * @backend: the backend that computes.
 * @scheduler: the model's scheduler, which must outlive @diffusion.
 * @shape: the sizes of the latent and of the batch.
 *
 * Takes the tensors of the loop from the arena.
 */
void
pisces_diffusion_init (PiscesDiffusion      *diffusion,
                       PiscesBackend        *backend,
                       PiscesScheduler      *scheduler,
                       PiscesDiffusionShape  shape)
{
  const gint64 h = shape.height, w = shape.width, c = shape.n_channels;

  *diffusion = (PiscesDiffusion) {
    .backend        = backend,
    .scheduler      = scheduler,
    .shape          = shape,
    .guidance_scale = 1.0,
    .latent = pisces_backend_alloc (backend, 4, (gint64) 1, h, w, c),
    .input  = pisces_backend_alloc (backend, 4, shape.n_batch, h, w, c + shape.n_more_channels),
    .output = pisces_backend_alloc (backend, 4, shape.n_batch, h, w, c),
    .guided = pisces_backend_alloc (backend, 4, (gint64) 1, h, w, c),
    .ground = shape.ground,
  };
  if (shape.ground)
    pisces_diffusion_ground_init (diffusion);
}

/**
 * pisces_diffusion_run:
 * @diffusion: the loop, with its functions set.
 * @n_steps: the number of steps from noise to the picture.
 * @seed: the seed of the noise.
 * @want_previews: whether `on_step` is given unfinished pictures.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the picture; %NULL after a failure.
 */
PiscesImage *
pisces_diffusion_run (PiscesDiffusion  *diffusion,
                      gint              n_steps,
                      guint32           seed,
                      gboolean          want_previews,
                      GError          **error)
{
  const gint   every = MAX (1, n_steps / (N_PREVIEWS + 1));
  gint         first = 0;
  PiscesImage *image;

  pisces_scheduler_set_steps (diffusion->scheduler, n_steps);
  fill_noise (diffusion, seed);
  if (diffusion->ground)
    first = pisces_diffusion_ground_begin (diffusion);

  for (gint step = first; step < n_steps && ! pisces_backend_is_failed (diffusion->backend); step++)
    {
      PiscesImage *preview = NULL;

      if (diffusion->ground)
        pisces_diffusion_ground_put (diffusion, step);
      denoise_step (diffusion, step);
      if (want_previews && (step + 1) % every == 0 && step + 1 < n_steps)
        preview = preview_of (diffusion, step);
      diffusion->on_step (step + 1, n_steps, preview, diffusion->on_step_data);
      g_clear_pointer (&preview, pisces_image_unref);
    }

  if (diffusion->ground)
    pisces_diffusion_ground_put (diffusion, n_steps);
  image = diffusion->develop (diffusion->latent, diffusion->user_data, error);
  if (diffusion->ground)
    {
      pisces_diffusion_ground_clear (diffusion);
      if (image)
        pisces_ground_mend (diffusion->ground, image);
    }

  return image;
}

/**
 * pisces_diffusion_plan:
 * @diffusion: a loop on a backend that only plans.
 *
 * Takes the memory for a step and for a picture, and gives it back.
 */
void
pisces_diffusion_plan (PiscesDiffusion *diffusion)
{
  g_return_if_fail (diffusion->backend->is_planning);

  pisces_scheduler_set_steps (diffusion->scheduler, 1);
  if (diffusion->ground)
    {
      pisces_diffusion_ground_begin (diffusion);
      pisces_diffusion_ground_put (diffusion, 0);
      pisces_diffusion_ground_clear (diffusion);
    }
  denoise_step (diffusion, 0);
  /* This stands for the last picture and for a preview.  */
  preview_of (diffusion, 0);
}

/**
 * pisces_diffusion_check_steps:
 * @scheduler: a model's scheduler.
 * @n_steps: how many steps a user asks for; 0: as many as the model takes by itself.
 * @error: set to a sentence if it does not take as many.
 *
 * Returns: whether it does.
 */
gboolean
pisces_diffusion_check_steps (const PiscesScheduler  *scheduler,
                              guint                   n_steps,
                              GError                **error)
{
  const gint most = pisces_scheduler_max_steps (scheduler);

  if (n_steps <= (guint) most)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               g_dngettext (GETTEXT_PACKAGE,
                            "%u step was asked for; this model takes at most %d.",
                            "%u steps were asked for; this model takes at most %d.",
                            n_steps), n_steps, most);

  return FALSE;
}


/*  private functions  */

/* The random numbers go to the latent in the order of the reference's latents,
 * [channel, y, x], so that a seed gives the same noise here and there.  */
static void
fill_noise (PiscesDiffusion *diffusion,
            guint32          seed)
{
  gint64             channels = pisces_tensor_width (diffusion->latent);
  gint64             n_cells  = pisces_tensor_n_rows (diffusion->latent);
  g_autofree gfloat *planes   = g_new (gfloat, channels * n_cells);
  g_autofree gfloat *values   = g_new (gfloat, channels * n_cells);
  gfloat             scale    = pisces_scheduler_initial_scale (diffusion->scheduler);
  PiscesRandom       random;

  pisces_random_init (&random, seed, STREAM_NOISE);
  pisces_random_fill_normal (&random, planes, channels * n_cells);
  for (gint64 c = 0; c < channels; c++)
    for (gint64 i = 0; i < n_cells; i++)
      values[i * channels + c] = planes[c * n_cells + i];

  if (diffusion->ground)
    pisces_upload (diffusion->backend, diffusion->noise, values);
  for (gint64 i = 0; i < n_cells * channels; i++)
    values[i] *= scale;
  pisces_upload (diffusion->backend, diffusion->latent, values);
}

static void
denoise_step (PiscesDiffusion *diffusion,
              gint             step)
{
  PiscesBackend   *backend   = diffusion->backend;
  PiscesScheduler *scheduler = diffusion->scheduler;
  const gdouble    guidance  = diffusion->guidance_scale;
  gint64           n_cells   = pisces_tensor_n_rows (diffusion->latent);
  gint64           channels  = pisces_tensor_width (diffusion->latent);
  PiscesTensor     latent    = pisces_tensor_reshape (diffusion->latent, 2, n_cells, channels);
  PiscesTensor     output    = pisces_tensor_reshape (diffusion->output, 2,
                                                      diffusion->shape.n_batch * n_cells, channels);
  PiscesTensor     guided    = pisces_tensor_reshape (diffusion->guided, 2, n_cells, channels);
  PiscesTensor     rows      = pisces_tensor_reshape (diffusion->input, 2,
                                                      diffusion->shape.n_batch * n_cells,
                                                      pisces_tensor_width (diffusion->input));
  gdouble          scale     = pisces_scheduler_input_scale (scheduler, step);
  gdouble          a, b;

  for (gint64 i = 0; i < diffusion->shape.n_batch; i++)
    pisces_combine (backend,
                    pisces_tensor_columns (pisces_tensor_rows (rows, i * n_cells, n_cells),
                                           0, channels),
                    scale, latent, 0.0, latent);

  diffusion->predict (diffusion->output, diffusion->input,
                      pisces_scheduler_timestep (scheduler, step), diffusion->user_data);

  if (diffusion->shape.n_batch == 2)
    pisces_combine (backend, guided,
                    guidance, pisces_tensor_rows (output, 0, n_cells),
                    1.0 - guidance, pisces_tensor_rows (output, n_cells, n_cells));
  else
    pisces_copy (backend, guided, output);
  if (diffusion->correct)
    diffusion->correct (diffusion->guided, diffusion->output, diffusion->input, step,
                        pisces_scheduler_n_steps (scheduler),
                        pisces_scheduler_timestep (scheduler, step), diffusion->user_data);

  pisces_scheduler_step (scheduler, step, &a, &b);
  pisces_combine (backend, latent, a, latent, b, guided);
}

/* Makes a preview: the finished picture as this step predicts it.  The latent has
 * already moved on to the next step, so the step is inverted first.  */
static PiscesImage *
preview_of (PiscesDiffusion *diffusion,
            gint             step)
{
  PiscesBackend              *backend = diffusion->backend;
  const PiscesDiffusionShape *shape   = &diffusion->shape;
  gsize                       mark    = pisces_backend_mark (backend);
  PiscesTensor                x0      = pisces_backend_alloc (backend, 4, (gint64) 1, shape->height,
                                                              shape->width, shape->n_channels);
  PiscesImage                *image;
  gdouble                     a, b, estimate_a, estimate_b;

  pisces_scheduler_step (diffusion->scheduler, step, &a, &b);
  pisces_scheduler_estimate (diffusion->scheduler, step, &estimate_a, &estimate_b);
  pisces_combine (backend, x0, estimate_a / a, diffusion->latent,
                  estimate_b - estimate_a * b / a, diffusion->guided);
  image = diffusion->develop (x0, diffusion->user_data, NULL);
  if (diffusion->ground && image)
    pisces_ground_mend (diffusion->ground, image);
  pisces_backend_release (backend, mark);

  return image;
}
