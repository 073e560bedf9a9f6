/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * diffusion.h: the loop that turns noise into a picture, for every family that
 * draws by diffusion.  It has scaled inputs, classifier-free guidance, the
 * scheduler's steps, and previews.  The family provides the prediction of its
 * network, and the way from a latent to a picture; and, if it can draw into
 * another picture, the way back.
 *
 *   pisces_diffusion_init (&diffusion, backend, scheduler, shape);
 *   diffusion.predict = …;  diffusion.develop = …;
 *   picture = pisces_diffusion_run (&diffusion, 20, seed, TRUE, &error);
 *
 * The caller marks the arena before this and releases it afterwards.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/families/ground.h"
#include "engine/pisces.h"
#include "engine/samplers/scheduler.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 height, width;               /* of the latent, in cells            */
  gint64 n_channels;                  /* channels that are denoised         */
  gint64 n_more_channels;             /* more channels after them in the network's
                                       * input.  The family fills them once for all
                                       * steps.  */
  gint64 n_batch;                     /* 2 with guidance, else 1            */
  const PiscesGround *ground;         /* the picture that is drawn into; NULL: none.
                                       * It must outlive the loop.          */
} PiscesDiffusionShape;

/* In a batch, row 0 has the condition, and row 1 has none.  */
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

  /* Only if a picture is drawn into another one; see diffusion-ground.c.  */
  const PiscesGround   *ground;       /* NULL: none                         */
  PiscesTensor          known;        /* [1, h, w, c]: the ground's latent  */
  PiscesTensor          noise;        /* [1, h, w, c]: of variance 1        */
  PiscesTensor          noised;       /* [1, h, w, c]: the known part as a step
                                       * should see it                      */
  PiscesTensor          freedom;      /* [1, h, w, c]: 0 where the known part is
                                       * put back, 1 where it is not        */
  gfloat               *change;       /* [h, w]: how much each cell may change */

  /* Writes the network's prediction for @input at a time of the scheduler.  */
  void          (* predict) (PiscesTensor   output,
                             PiscesTensor   input,
                             gdouble        timestep,
                             gpointer       user_data);
  /* Changes what guidance has made of the network's outputs, before a step.  NULL:
   * nothing does.  */
  void          (* correct) (PiscesTensor   guided,
                             PiscesTensor   output,
                             PiscesTensor   input,
                             gint           step,
                             gint           n_steps,
                             gdouble        timestep,
                             gpointer       user_data);
  /* Turns a latent into a picture.  Returns (transfer full) the picture, or NULL
   * if the backend failed; then the error is set if the backend has one.  */
  PiscesImage * (* develop) (PiscesTensor   latent,
                             gpointer       user_data,
                             GError       **error);
  /* Writes the latent of the ground, as far as the model may see it.  Only called if
   * there is one.  */
  void          (* encode)  (PiscesTensor         latent,
                             const PiscesGround  *ground,
                             gpointer             user_data);
  /* Called after each step.  The last call comes before the picture is made; in
   * it, step is n_steps.  */
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
gboolean      pisces_diffusion_check_steps
                                    (const PiscesScheduler *scheduler,
                                     guint                  n_steps,
                                     GError               **error);

/*  diffusion-ground.c, for diffusion.c  */

void          pisces_diffusion_ground_init  (PiscesDiffusion *diffusion);
gint          pisces_diffusion_ground_begin (PiscesDiffusion *diffusion);
void          pisces_diffusion_ground_put   (PiscesDiffusion *diffusion,
                                             gint             step);
void          pisces_diffusion_ground_clear (PiscesDiffusion *diffusion);

G_END_DECLS
