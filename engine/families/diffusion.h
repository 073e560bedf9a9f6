/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * diffusion.h: the loop from noise to a picture, for every family that draws
 * by diffusion: scaled inputs, classifier-free guidance, the scheduler's
 * steps, and previews on the way.  The family says what its network predicts
 * and how a latent becomes a picture.
 *
 *   pisces_diffusion_init (&diffusion, backend, scheduler, shape);
 *   diffusion.predict = …;  diffusion.develop = …;
 *   picture = pisces_diffusion_run (&diffusion, 20, seed, TRUE, &error);
 *
 * The caller marks the arena before and releases it after.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/pisces.h"
#include "engine/samplers/scheduler.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 height, width;               /* of the latent, in cells            */
  gint64 n_channels;                  /* that are denoised                  */
  gint64 n_more_channels;             /* behind them in the network's input,
                                       * filled by the family, the same for
                                       * all steps                          */
  gint64 n_batch;                     /* 2 with guidance, else 1            */
} PiscesDiffusionShape;

/* Row 0 of a batch is the condition, row 1 its absence.  */
typedef struct
{
  PiscesBackend        *backend;
  PiscesScheduler      *scheduler;
  PiscesDiffusionShape  shape;
  gdouble               guidance_scale;

  PiscesTensor          latent;       /* [1, h, w, c]                       */
  PiscesTensor          input;        /* [n_batch, h, w, c + more]          */
  PiscesTensor          output;       /* [n_batch, h, w, c]                 */
  PiscesTensor          guided;       /* [1, h, w, c]                       */

  /* What the network makes of `input` at a time of the scheduler.  */
  void          (* predict) (PiscesTensor   output,
                             PiscesTensor   input,
                             gdouble        timestep,
                             gpointer       user_data);
  /* A latent as a picture; NULL with the error set (where there is one) if
   * the backend failed.  */
  PiscesImage * (* develop) (PiscesTensor   latent,
                             gpointer       user_data,
                             GError       **error);
  /* Called after each step; step == n_steps before the picture is made.  */
  void          (* on_step) (gint           step,
                             gint           n_steps,
                             PiscesImage   *preview,
                             gpointer       on_step_data);
  gpointer              user_data;    /* for predict and develop            */
  gpointer              on_step_data;
} PiscesDiffusion;

void          pisces_diffusion_init (PiscesDiffusion       *diffusion,
                                     PiscesBackend         *backend,
                                     PiscesScheduler       *scheduler,
                                     PiscesDiffusionShape   shape);
PiscesImage * pisces_diffusion_run  (PiscesDiffusion       *diffusion,
                                     gint                   n_steps,
                                     guint32                seed,
                                     gboolean               want_previews,
                                     GError               **error);
void          pisces_diffusion_plan (PiscesDiffusion       *diffusion);

G_END_DECLS
