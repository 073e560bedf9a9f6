/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vit.h: SigLIP's vision encoder without its pooling head; optionally with a
 * stem of convolutions instead of the patch convolution (see
 * models/FORMAT.md).  Knows nothing of what its tokens are used for.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

typedef struct _PiscesVit PiscesVit;

typedef struct
{
  gint              hidden_size;
  gint              intermediate_size;
  gint              n_layers;
  gint              n_heads;
  gint              n_channels;
  gint              image_size;
  gint              patch_size;
  gint              grid_size;             /* image_size / patch_size        */
  gint              n_positions;           /* along a side, in the table     */
  gint              n_tokens;              /* grid_size squared              */
  gdouble           layer_norm_eps;
  PiscesActivation  activation;
} PiscesVitConfig;

PiscesVit             * pisces_vit_load       (PiscesBackend      *backend,
                                               PiscesConfig       *config,
                                               PiscesWeightFiles  *files,
                                               const gchar        *prefix,
                                               GError            **error);
PiscesVit             * pisces_vit_load_sized (PiscesBackend      *backend,
                                               PiscesConfig       *config,
                                               PiscesWeightFiles  *files,
                                               const gchar        *prefix,
                                               gint                input_size,
                                               GError            **error);
void                    pisces_vit_free       (PiscesVit          *vit);
const PiscesVitConfig * pisces_vit_get_config (PiscesVit          *vit);

void                    pisces_vit_forward    (PiscesVit          *vit,
                                               PiscesTensor        y,
                                               PiscesTensor        x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesVit, pisces_vit_free)

G_END_DECLS
