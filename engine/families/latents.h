/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * latents.h: how the latents of a diffusion model stand for pictures, and the way
 * there and back through its autoencoder, with the factors of its configuration.
 */

#pragma once

#include "engine/families/family.h"
#include "engine/families/ground.h"
#include "engine/networks/vae.h"
#include "engine/networks/weight-source.h"

G_BEGIN_DECLS

typedef struct
{
  PiscesBackend      *backend;
  PiscesVae          *vae;
  const PiscesWeight *shift;          /* [1, channels]; NULL: 0             */
  gint                pixel_shuffle;  /* r: the autoencoder's pixels are
                                       * blocks of r × r; 1: they are not   */
  gboolean            alpha;          /* the pictures have transparency     */
} PiscesLatents;

const PiscesWeight * pisces_latents_load_shift  (PiscesVae            *vae,
                                                 PiscesWeightSource   *source);
PiscesImage        * pisces_latents_develop     (const PiscesLatents  *latents,
                                                 PiscesTensor          latent,
                                                 GError              **error);
void                 pisces_latents_encode      (const PiscesLatents  *latents,
                                                 PiscesTensor          latent,
                                                 const gfloat         *values);
gfloat             * pisces_latents_load_pixels (const PiscesLatents  *latents,
                                                 const PiscesGround   *ground);

/* Plans the memory for a job whose pictures are decoded in tiles of this size; 0: as a
 * whole.  The size stays set afterwards.  Returns how many bytes it takes.  */
typedef gsize     (* PiscesTilePlanFunc)        (gint64                tile,
                                                 gpointer              user_data);

void                 pisces_latents_reserve     (PiscesBackend        *backend,
                                                 gint64                longer,
                                                 PiscesTilePlanFunc    plan,
                                                 gpointer              user_data,
                                                 PiscesJob            *job);

G_END_DECLS
