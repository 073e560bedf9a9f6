/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vq-blocks.h: what both halves of the VQ autoencoder are built of.  Only for the
 * vq files.
 */

#pragma once

#include "engine/networks/vae-blocks.h"
#include "engine/networks/vq.h"

G_BEGIN_DECLS

/* The class has these as constants.  */
#define PISCES_VQ_GROUPS  32
#define PISCES_VQ_EPSILON PISCES_VAE_EPSILON

/* Blocks at one size of the image, and perhaps a change of size at the end.  */
typedef struct
{
  gint                n_resnets;
  PiscesResnet       *resnets;
  PiscesVaeAttention *attentions;          /* behind each of them; NULL: none */
  PiscesParameters    sampler;             /* without weight: none           */
} PiscesVqLevel;

gboolean pisces_vq_config_read  (PiscesVqConfig       *vq_config,
                                 PiscesConfig         *config,
                                 GError              **error);
gfloat * pisces_vq_load_codes   (const PiscesVqConfig *config,
                                 PiscesWeightSource   *source);
void     pisces_vq_load_middle  (PiscesVaeMiddle      *middle,
                                 PiscesWeightSource   *source,
                                 gint64                width);
void     pisces_vq_load_level   (PiscesVqLevel        *level,
                                 PiscesWeightSource   *source,
                                 gint                  n_resnets,
                                 gint64                n_in,
                                 gint64                n_out,
                                 gboolean              attends,
                                 const gchar          *sampler);
void     pisces_vq_level_clear  (PiscesVqLevel        *level);
void     pisces_vq_level_run    (const PiscesVqLevel  *level,
                                 PiscesCanvas         *canvas);
gint64   pisces_vq_canvas_size  (const PiscesVqConfig *config,
                                 gint64                height,
                                 gint64                width);

G_END_DECLS
