/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmdit.h: the diffusion transformer of Stable Diffusion 3 and 3.5, as diffusers'
 * SD3Transformer2DModel: the patches of a latent and the rows of a text go through
 * one attention, each with weights of its own.  Knows nothing of what the rows mean.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

#define PISCES_MMDIT_MAX_LAYERS 128

typedef struct _PiscesMmdit        PiscesMmdit;
typedef struct _PiscesMmditContext PiscesMmditContext;

typedef struct
{
  gint      in_channels;
  gint      out_channels;
  gint      patch_size;
  gint      sample_size;              /* of the training's latents: a side  */
  gint      n_layers;
  gint      n_heads;
  gint      head_dim;
  gint      width;                    /* n_heads * head_dim                 */
  gint      context_size;             /* of a row of the text               */
  gint      pooled_size;
  gint      n_places;                 /* along a side of the table of places */
  gboolean  qk_norm;
  gboolean  is_dual[PISCES_MMDIT_MAX_LAYERS];
                                      /* the picture also attends to itself
                                       * alone                              */
} PiscesMmditConfig;

PiscesMmdit             * pisces_mmdit_load         (PiscesBackend       *backend,
                                                     PiscesConfig        *config,
                                                     PiscesWeightFiles   *files,
                                                     gint                 most_patches,
                                                     GError             **error);
void                      pisces_mmdit_free         (PiscesMmdit         *mmdit);
const PiscesMmditConfig * pisces_mmdit_get_config   (PiscesMmdit         *mmdit);
gboolean                  pisces_mmdit_config_read  (PiscesMmditConfig   *mmdit_config,
                                                     PiscesConfig        *config,
                                                     GError             **error);

PiscesMmditContext      * pisces_mmdit_context_new  (PiscesMmdit         *mmdit,
                                                     gint64               n_batch,
                                                     gint64               height,
                                                     gint64               width,
                                                     PiscesTensor         states,
                                                     PiscesTensor         pooled);
void                      pisces_mmdit_context_free (PiscesMmditContext  *context);
void                      pisces_mmdit_forward      (PiscesMmdit         *mmdit,
                                                     PiscesTensor         y,
                                                     PiscesTensor         x,
                                                     gdouble              timestep,
                                                     PiscesMmditContext  *context,
                                                     const gboolean      *skipped);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesMmdit, pisces_mmdit_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesMmditContext, pisces_mmdit_context_free)

G_END_DECLS
