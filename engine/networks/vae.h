/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vae.h: diffusers' AutoencoderKL: converts latents to pictures, and back.
 * The latents are those of the autoencoder itself; the caller scales and
 * shifts them by the factors in the configuration.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

#define PISCES_VAE_MAX_LEVELS 8

typedef struct _PiscesVae PiscesVae;

/* Which halves are loaded.  */
typedef enum
{
  PISCES_VAE_DECODER = 1 << 0,
  PISCES_VAE_ENCODER = 1 << 1
} PiscesVaeParts;

typedef struct
{
  gint      in_channels;
  gint      out_channels;
  gint      latent_channels;
  gint      n_levels;
  gint      block_channels[PISCES_VAE_MAX_LEVELS];
  gint      layers_per_block;
  gint      norm_num_groups;
  gint      downscale;                     /* side of a picture divided by that
                                            * of its latent                  */
  gdouble   scaling_factor;
  gdouble   shift_factor;                  /* 0 if the model has none        */
  gboolean  mid_attention;
  gboolean  quant_conv;
  gboolean  post_quant_conv;
  gboolean  force_upcast;                  /* its values exceed the range of
                                            * float16: those of SDXL reach
                                            * 3e5                            */
} PiscesVaeConfig;

PiscesVae             * pisces_vae_load       (PiscesBackend      *backend,
                                               PiscesConfig       *config,
                                               PiscesWeightFiles  *files,
                                               PiscesVaeParts      parts,
                                               GError            **error);
void                    pisces_vae_free       (PiscesVae          *vae);
const PiscesVaeConfig * pisces_vae_get_config (PiscesVae          *vae);

void                    pisces_vae_set_tile   (PiscesVae          *vae,
                                               gint64              tile);
void                    pisces_vae_decode     (PiscesVae          *vae,
                                               PiscesTensor        y,
                                               PiscesTensor        z);
void                    pisces_vae_encode     (PiscesVae          *vae,
                                               PiscesTensor        z,
                                               PiscesTensor        x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesVae, pisces_vae_free)

G_END_DECLS
