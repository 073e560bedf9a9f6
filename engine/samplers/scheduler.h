/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scheduler.h: the steps from noise to a latent, as numbers.  Every step of
 * these samplers is x <- a x + b model_output, so the caller can compute it on
 * the device that has the latent.  Knows nothing of tensors.
 *
 *   scheduler = pisces_scheduler_load (path, &error);
 *   pisces_scheduler_set_steps (scheduler, 20);
 *   x = noise * pisces_scheduler_initial_scale (scheduler);
 *   for (i = 0; i < pisces_scheduler_n_steps (scheduler); i++)
 *     {
 *       output = unet (x * pisces_scheduler_input_scale (scheduler, i),
 *                      pisces_scheduler_timestep (scheduler, i));
 *       pisces_scheduler_step (scheduler, i, &a, &b);
 *       x = a * x + b * output;
 *     }
 */

#pragma once

#include "engine/model/config.h"

G_BEGIN_DECLS

typedef struct _PiscesScheduler PiscesScheduler;

PiscesScheduler * pisces_scheduler_load          (const gchar            *path,
                                                  GError                **error);
PiscesScheduler * pisces_scheduler_read          (PiscesConfig           *config,
                                                  GError                **error);
void              pisces_scheduler_free          (PiscesScheduler        *scheduler);

void              pisces_scheduler_set_steps     (PiscesScheduler        *scheduler,
                                                  gint                    n_steps);
gint              pisces_scheduler_n_steps       (const PiscesScheduler  *scheduler);
gint              pisces_scheduler_max_steps     (const PiscesScheduler  *scheduler);

gdouble           pisces_scheduler_initial_scale (const PiscesScheduler  *scheduler);
gdouble           pisces_scheduler_timestep      (const PiscesScheduler  *scheduler,
                                                  gint                    step);
gdouble           pisces_scheduler_input_scale   (const PiscesScheduler  *scheduler,
                                                  gint                    step);
void              pisces_scheduler_step          (const PiscesScheduler  *scheduler,
                                                  gint                    step,
                                                  gdouble                *a,
                                                  gdouble                *b);
void              pisces_scheduler_estimate      (const PiscesScheduler  *scheduler,
                                                  gint                    step,
                                                  gdouble                *a,
                                                  gdouble                *b);
void              pisces_scheduler_noise         (const PiscesScheduler  *scheduler,
                                                  gint                    step,
                                                  gdouble                *a,
                                                  gdouble                *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesScheduler, pisces_scheduler_free)

G_END_DECLS
