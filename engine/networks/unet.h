/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unet.h: diffusers' UNet2DConditionModel for SDXL and related models.  What
 * is the same for all steps of a picture (the keys and values of
 * cross-attention, the embedding of the picture's size) is computed once, in
 * the context:
 *
 *   context = pisces_unet_context_new (unet, 2, states, pooled, time_ids, 6);
 *   for each step
 *     pisces_unet_forward (unet, y, x, timestep, context);
 *   pisces_unet_context_free (context);
 *
 * Knows nothing of samplers and guidance.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

#define PISCES_UNET_MAX_LEVELS 8

typedef struct _PiscesUnet        PiscesUnet;
typedef struct _PiscesUnetContext PiscesUnetContext;

typedef struct
{
  gint      in_channels;
  gint      out_channels;
  gint      sample_size;                           /* 0: not given           */
  gint      n_levels;
  gint      block_channels[PISCES_UNET_MAX_LEVELS];
  gint      n_heads[PISCES_UNET_MAX_LEVELS];
  gint      n_transformers[PISCES_UNET_MAX_LEVELS];  /* blocks per attention */
  gboolean  down_attention[PISCES_UNET_MAX_LEVELS];
  gboolean  up_attention[PISCES_UNET_MAX_LEVELS];  /* the deepest level first */
  gint      layers_per_block;
  gint      cross_attention_dim;
  gboolean  use_linear_projection;
  gint      norm_num_groups;
  gdouble   norm_eps;
  gboolean  flip_sin_to_cos;
  gdouble   freq_shift;
  gboolean  text_time;                             /* addition_embed_type    */
  gint      addition_time_embed_dim;
  gint      projection_input_dim;                  /* pooled + time ids      */
} PiscesUnetConfig;

gboolean                 pisces_unet_config_read  (PiscesUnetConfig   *unet_config,
                                                   PiscesConfig       *config,
                                                   GError            **error);

PiscesUnet             * pisces_unet_load         (PiscesBackend      *backend,
                                                   PiscesConfig       *config,
                                                   PiscesWeightFiles  *files,
                                                   const gchar        *prefix,
                                                   GError            **error);
void                     pisces_unet_free         (PiscesUnet         *unet);
const PiscesUnetConfig * pisces_unet_get_config   (PiscesUnet         *unet);

/* the context: its tensors belong to the arena, its struct to the caller */

PiscesUnetContext      * pisces_unet_context_new  (PiscesUnet         *unet,
                                                   gint64              n_batch,
                                                   PiscesTensor        states,
                                                   PiscesTensor        pooled,
                                                   const gfloat       *time_ids,
                                                   gint                n_time_ids);
void                     pisces_unet_context_free (PiscesUnetContext  *context);

void                     pisces_unet_forward      (PiscesUnet         *unet,
                                                   PiscesTensor        y,
                                                   PiscesTensor        x,
                                                   gdouble             timestep,
                                                   PiscesUnetContext  *context);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesUnet,        pisces_unet_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesUnetContext, pisces_unet_context_free)

G_END_DECLS
