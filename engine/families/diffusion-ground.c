/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * diffusion-ground.c: how the loop draws into a given picture.  Before each step,
 * the known part of the latent is put back, with as much noise as the step expects
 * (Lugmayr et al., RePaint, arXiv 2201.09865, without going back in time).  How
 * much a cell may change says when it becomes free: at the strength 0.4, in the
 * last 40 % of the steps (Levin and Fried, Differential Diffusion, arXiv
 * 2306.00950).  So one rule serves hard masks, soft ones, and a whole picture that
 * is drawn anew with some strength; the noise is the same in all steps.
 */

#include "engine/families/diffusion.h"

/* A cell becomes free over this part of the steps, not at once: the edge of a soft
 * mask moves, and leaves no line.  */
#define RAMP 0.1f


static gfloat  freedom_of (gfloat change,
                           gfloat level);


/**
 * pisces_diffusion_ground_init:
 * @diffusion: a loop with a ground.
 *
 * Takes the tensors from the arena.
 */
void
pisces_diffusion_ground_init (PiscesDiffusion *diffusion)
{
  const PiscesDiffusionShape *shape  = &diffusion->shape;
  PiscesTensor               *tensors[] = { &diffusion->known, &diffusion->noise,
                                            &diffusion->noised, &diffusion->freedom };

  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    *tensors[i] = pisces_backend_alloc (diffusion->backend, 4, (gint64) 1, shape->height,
                                        shape->width, shape->n_channels);
}

/**
 * pisces_diffusion_ground_begin:
 * @diffusion: the loop, with its steps set and its noise drawn.
 *
 * Returns: the step to begin with: the first one in which any cell is free.
 */
gint
pisces_diffusion_ground_begin (PiscesDiffusion *diffusion)
{
  const PiscesDiffusionShape *shape   = &diffusion->shape;
  const gint                  n_steps = pisces_scheduler_n_steps (diffusion->scheduler);
  const gint64                n_cells = shape->height * shape->width;
  const gint64                channels = shape->n_channels;
  gfloat                      most    = 0.0f;
  gint                        first   = 0;

  diffusion->change = g_new (gfloat, n_cells);
  pisces_ground_most (diffusion->ground, shape->width, shape->height, diffusion->change);
  for (gint64 i = 0; i < n_cells; i++)
    {
      diffusion->change[i] *= diffusion->ground->strength;
      most = MAX (most, diffusion->change[i]);
    }

  diffusion->encode (diffusion->known, diffusion->ground, diffusion->user_data);

  while (first < n_steps && freedom_of (most, 1.0f - (gfloat) first / n_steps) <= 0.0f)
    first++;

  /* Nothing comes from pure noise.  */
  if (first > 0)
    {
      gdouble a, b;

      pisces_scheduler_noise (diffusion->scheduler, first, &a, &b);
      pisces_combine (diffusion->backend, pisces_tensor_reshape (diffusion->latent, 2, n_cells, channels),
                      a, pisces_tensor_reshape (diffusion->known, 2, n_cells, channels),
                      b, pisces_tensor_reshape (diffusion->noise, 2, n_cells, channels));
    }

  return first;
}

/**
 * pisces_diffusion_ground_put:
 * @diffusion: the loop.
 * @step: the step that comes next; the number of steps: there is none.
 *
 * Puts the known part back.
 */
void
pisces_diffusion_ground_put (PiscesDiffusion *diffusion,
                             gint             step)
{
  PiscesBackend     *backend  = diffusion->backend;
  const gint         n_steps  = pisces_scheduler_n_steps (diffusion->scheduler);
  const gint64       channels = diffusion->shape.n_channels;
  const gint64       n_cells  = diffusion->shape.height * diffusion->shape.width;
  const gfloat       level    = 1.0f - (gfloat) step / n_steps;
  PiscesTensor       latent   = pisces_tensor_reshape (diffusion->latent, 2, n_cells, channels);
  PiscesTensor       known    = pisces_tensor_reshape (diffusion->known, 2, n_cells, channels);
  PiscesTensor       noise    = pisces_tensor_reshape (diffusion->noise, 2, n_cells, channels);
  PiscesTensor       noised   = pisces_tensor_reshape (diffusion->noised, 2, n_cells, channels);
  PiscesTensor       freedom  = pisces_tensor_reshape (diffusion->freedom, 2, n_cells, channels);
  g_autofree gfloat *values   = g_new (gfloat, n_cells * channels);
  gdouble            a, b;

  for (gint64 i = 0; i < n_cells; i++)
    for (gint64 c = 0; c < channels; c++)
      values[i * channels + c] = freedom_of (diffusion->change[i], level);
  pisces_upload (backend, diffusion->freedom, values);

  /* latent = noised + freedom (latent - noised)  */
  pisces_scheduler_noise (diffusion->scheduler, step, &a, &b);
  pisces_combine (backend, noised, a, known, b, noise);
  pisces_combine (backend, latent, 1.0, latent, -1.0, noised);
  pisces_glu (backend, latent, freedom, latent, PISCES_ACT_NONE);
  pisces_combine (backend, latent, 1.0, latent, 1.0, noised);
}

void
pisces_diffusion_ground_clear (PiscesDiffusion *diffusion)
{
  g_clear_pointer (&diffusion->change, g_free);
}


/*  private functions  */

/* How free a cell is in a step, 0 to 1.  The level goes from 1, which is pure
 * noise, down to 0 after the last step.  */
static gfloat
freedom_of (gfloat change,
            gfloat level)
{
  if (change <= 0.0f || change >= 1.0f)
    return change <= 0.0f ? 0.0f : 1.0f;

  return CLAMP ((change - level) / RAMP + 0.5f, 0.0f, 1.0f);
}
