/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unet-transformer.h: the attention of the UNet.  Only for unet.c.
 */

#pragma once

#include "engine/networks/weight-source.h"

G_BEGIN_DECLS

/* diffusers' BasicTransformerBlock.  */
typedef struct
{
  PiscesParameters norm1;
  PiscesParameters self_qkv;
  PiscesParameters self_out;
  PiscesParameters norm2;
  PiscesParameters cross_q;
  PiscesParameters cross_kv;
  PiscesParameters cross_out;
  PiscesParameters norm3;
  PiscesParameters ff_in;                  /* value and gate, side by side   */
  PiscesParameters ff_out;
} PiscesTransformerBlock;

/* diffusers' Transformer2DModel.  */
typedef struct
{
  gint                    width;           /* channels                       */
  gint                    n_heads;
  gint                    n_groups;
  gint                    n_blocks;
  PiscesTransformerBlock *blocks;
  gint                    first_context;   /* index of the keys and values of
                                            * its first block among those of
                                            * the UNet */
  PiscesParameters        norm;
  PiscesParameters        proj_in;
  PiscesParameters        proj_out;
} PiscesTransformer;

void pisces_transformer_load    (PiscesTransformer       *transformer,
                                 PiscesWeightSource      *source,
                                 gint                     cross_dim);
void pisces_transformer_clear   (PiscesTransformer       *transformer);
void pisces_transformer_context (PiscesBackend           *backend,
                                 const PiscesTransformer *transformer,
                                 PiscesTensor            *keys_values,
                                 PiscesTensor             states);
void pisces_transformer_forward (PiscesBackend           *backend,
                                 const PiscesTransformer *transformer,
                                 const PiscesTensor      *keys_values,
                                 PiscesTensor             x);

G_END_DECLS
