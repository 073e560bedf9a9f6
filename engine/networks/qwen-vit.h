/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * qwen-vit.h: the vision encoder of Qwen2.5-VL, with the merger that makes rows of a
 * text from its patches.  It takes pictures of any proportions.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

typedef struct _PiscesQwenVit PiscesQwenVit;

typedef struct
{
  gint      hidden_size;
  gint      intermediate_size;
  gint      n_layers;
  gint      n_heads;
  gint      out_size;                /* width of a row of the text              */
  gint      patch_size;              /* in pixels                               */
  gint      temporal_patch_size;     /* pictures in a patch of a film           */
  gint      merge_size;              /* patches along the side of a unit, which
                                      * becomes one row                         */
  gint      window_size;             /* units along the side of a window        */
  gboolean *sees_all;                /* [n_layers]: whether a layer sees the
                                      * whole picture, and not one window       */
} PiscesQwenVitConfig;

PiscesQwenVit             * pisces_qwen_vit_load       (PiscesBackend      *backend,
                                                        PiscesConfig       *config,
                                                        PiscesWeightFiles  *files,
                                                        const gchar        *prefix,
                                                        GError            **error);
void                        pisces_qwen_vit_free       (PiscesQwenVit      *vit);
const PiscesQwenVitConfig * pisces_qwen_vit_get_config (PiscesQwenVit      *vit);
void                        pisces_qwen_vit_forward    (PiscesQwenVit      *vit,
                                                        PiscesTensor        y,
                                                        PiscesTensor        x,
                                                        gint                n_rows,
                                                        gint                n_columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesQwenVit, pisces_qwen_vit_free)

G_END_DECLS
