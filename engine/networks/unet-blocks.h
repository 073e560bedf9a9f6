/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unet-blocks.h: the parts of the UNet.  Only for the unet files.
 */

#pragma once

#include "engine/networks/canvas.h"
#include "engine/networks/unet-transformer.h"
#include "engine/networks/unet.h"

G_BEGIN_DECLS

/* Residual blocks, each perhaps followed by attention, and perhaps a change of
 * size at the end.  */
typedef struct
{
  gint               n_resnets;
  PiscesResnet      *resnets;
  gint               n_attentions;         /* as many as resnets, or fewer       */
  PiscesTransformer *attentions;
  PiscesParameters   sampler;              /* without weight: none           */
} PiscesUnetBlock;

struct _PiscesUnet
{
  PiscesBackend    *backend;
  PiscesUnetConfig  config;
  GPtrArray        *weights;               /* owns all weights               */
  gint              n_contexts;            /* number of all transformer
                                            * blocks                         */

  PiscesParameters  time_embedding[2];
  PiscesParameters  add_embedding[2];
  PiscesParameters  conv_in;
  PiscesUnetBlock   down[PISCES_UNET_MAX_LEVELS];
  PiscesUnetBlock   mid;
  PiscesUnetBlock   up[PISCES_UNET_MAX_LEVELS];  /* the deepest level first  */
  PiscesParameters  conv_norm_out;
  PiscesParameters  conv_out;
};

struct _PiscesUnetContext
{
  PiscesUnet   *unet;
  gint64        n_batch;
  PiscesTensor *keys_values;               /* for every transformer block    */
  PiscesTensor  added;                     /* [b, time_dim], or without data */
};

gint64       pisces_unet_time_dim     (const PiscesUnet   *unet);
void         pisces_unet_load_weights (PiscesUnet         *unet,
                                       PiscesWeightSource *source);
void         pisces_unet_clear_blocks (PiscesUnet         *unet);
PiscesTensor pisces_unet_embed_time   (PiscesUnetContext  *context,
                                       gdouble             timestep);

G_END_DECLS
