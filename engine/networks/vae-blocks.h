/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vae-blocks.h: the parts of the autoencoder.  Only for the vae files.
 */

#pragma once

#include "engine/networks/canvas.h"
#include "engine/networks/vae.h"

G_BEGIN_DECLS

#define PISCES_VAE_EPSILON 1e-6

/* Residual blocks, and perhaps a change of size at the end.  */
typedef struct
{
  gint              n_resnets;
  PiscesResnet     *resnets;
  PiscesParameters  sampler;               /* without weight: none           */
} PiscesVaeBlock;

/* Over all pixels, with one head.  */
typedef struct
{
  PiscesParameters  group_norm;
  PiscesParameters  qkv;                   /* without weight: none           */
  PiscesParameters  out;
} PiscesVaeAttention;

typedef struct
{
  PiscesResnet        resnets[2];
  PiscesVaeAttention  attention;           /* between them                   */
} PiscesVaeMiddle;

/* The encoder or the decoder.  */
typedef struct
{
  PiscesParameters  conv_in;
  PiscesVaeBlock    blocks[PISCES_VAE_MAX_LEVELS];
  PiscesVaeMiddle   middle;
  PiscesParameters  conv_norm_out;
  PiscesParameters  conv_out;
} PiscesVaeHalf;

gboolean pisces_vae_config_read   (PiscesVaeConfig       *vae_config,
                                   PiscesConfig          *config,
                                   GError               **error);
void     pisces_vae_load_encoder  (PiscesVaeHalf         *half,
                                   PiscesWeightSource    *source,
                                   const PiscesVaeConfig *config);
void     pisces_vae_load_decoder  (PiscesVaeHalf         *half,
                                   PiscesWeightSource    *source,
                                   const PiscesVaeConfig *config);
void     pisces_vae_half_clear    (PiscesVaeHalf         *half);
void     pisces_vae_load_attention
                                  (PiscesVaeAttention    *attention,
                                   PiscesWeightSource    *source,
                                   gint64                 width);
void     pisces_vae_attend        (PiscesBackend         *backend,
                                   const PiscesVaeAttention
                                                         *attention,
                                   gint                   n_groups,
                                   PiscesTensor           x);
void     pisces_vae_middle        (PiscesCanvas          *canvas,
                                   const PiscesVaeMiddle *middle,
                                   gint                   n_groups);

G_END_DECLS
