/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vq.h: Janus' VQ autoencoder (LlamaGen's VQ-16, arXiv 2406.06525): a grid of codes
 * into a picture, and back.  Knows nothing of how the codes were chosen.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

#define PISCES_VQ_MAX_LEVELS 8

typedef struct _PiscesVq        PiscesVq;
typedef struct _PiscesVqEncoder PiscesVqEncoder;

typedef struct
{
  gint  n_codes;                           /* of the codebook                */
  gint  code_size;                         /* numbers of each                */
  gint  latent_channels;
  gint  out_channels;
  gint  n_levels;
  gint  level_channels[PISCES_VQ_MAX_LEVELS];  /* the finest first           */
  gint  n_resnets;                         /* of a level                     */
  gint  downscale;                         /* picture side / grid side       */
} PiscesVqConfig;

PiscesVq             * pisces_vq_load       (PiscesBackend      *backend,
                                             PiscesConfig       *config,
                                             PiscesWeightFiles  *files,
                                             const gchar        *prefix,
                                             GError            **error);
void                   pisces_vq_free       (PiscesVq           *vq);
const PiscesVqConfig * pisces_vq_get_config (PiscesVq           *vq);

void                   pisces_vq_decode     (PiscesVq           *vq,
                                             PiscesTensor        y,
                                             const gint32       *codes,
                                             gint64              height,
                                             gint64              width);

PiscesVqEncoder      * pisces_vq_encoder_load
                                            (PiscesBackend      *backend,
                                             PiscesConfig       *config,
                                             PiscesWeightFiles  *files,
                                             const gchar        *prefix,
                                             GError            **error);
void                   pisces_vq_encoder_free
                                            (PiscesVqEncoder    *encoder);

gboolean               pisces_vq_encode     (PiscesVqEncoder    *encoder,
                                             gint32             *codes,
                                             PiscesTensor        x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesVq, pisces_vq_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesVqEncoder, pisces_vq_encoder_free)

G_END_DECLS
