/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * encoder-layer.h: a layer of an encoder with LayerNorm before each half, as CLIP's
 * encoders, SigLIP's and DINOv2's have it.
 */

#pragma once

#include "engine/model/config.h"
#include "engine/networks/weight-source.h"

G_BEGIN_DECLS

typedef struct
{
  PiscesParameters layer_norm1;
  PiscesParameters qkv;
  PiscesParameters out_proj;
  PiscesParameters layer_norm2;
  PiscesParameters fc1;
  PiscesParameters fc2;
  const PiscesWeight *scales[2];      /* TABLE of one row, that what attention
                                       * and what the feed-forward part add
                                       * are multiplied with; NULL: none     */
} PiscesEncoderLayer;

/* The names of a layer's tensors in a checkpoint.  */
typedef struct
{
  const gchar *layer_norm1;
  const gchar *qkv[4];                /* and NULL at the end                */
  const gchar *out_proj;
  const gchar *layer_norm2;
  const gchar *fc1;
  const gchar *fc2;
  const gchar *scales[2];             /* NULL: it has none                  */
} PiscesEncoderNames;

typedef struct
{
  gint64           width;
  gint64           inner;             /* width of the feed-forward part     */
  gint             n_heads;
  gdouble          epsilon;
  PiscesActivation activation;
  gboolean         causal;            /* a row sees no later ones           */
  const PiscesEncoderNames
                  *names;             /* NULL: those of CLIP and SigLIP     */
} PiscesEncoderShape;

void             pisces_encoder_layer_load      (PiscesEncoderLayer       *layer,
                                                 PiscesWeightSource       *source,
                                                 const PiscesEncoderShape *shape);
void             pisces_encoder_layer_forward   (PiscesBackend            *backend,
                                                 const PiscesEncoderLayer *layer,
                                                 const PiscesEncoderShape *shape,
                                                 gint                      n_batch,
                                                 PiscesTensor              x);
PiscesActivation pisces_encoder_read_activation (PiscesConfig             *config,
                                                 const gchar              *fallback);

G_END_DECLS
