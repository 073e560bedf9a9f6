/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * class-vit.h: a vision encoder that sums a picture up in one row, the class token:
 * that of CLIP, as transformers' CLIPVisionModelWithProjection, and DINOv2, as its
 * Dinov2Model.  Knows nothing of what the vector is used for.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

typedef struct _PiscesClassVit PiscesClassVit;

typedef enum
{
  PISCES_CLASS_VIT_CLIP,
  PISCES_CLASS_VIT_DINOV2
} PiscesClassVitKind;

typedef struct
{
  PiscesClassVitKind kind;
  gint               hidden_size;
  gint               n_layers;
  gint               patch_size;
  gint               input_size;      /* side of its pictures, in pixels    */
  gint               grid_size;       /* patches along a side               */
  gint               n_positions;     /* along a side, in the file's table  */
  gint               vector_size;     /* numbers that a picture becomes     */
} PiscesClassVitConfig;

PiscesClassVit             * pisces_class_vit_load       (PiscesBackend       *backend,
                                                          PiscesClassVitKind   kind,
                                                          PiscesConfig        *config,
                                                          PiscesWeightFiles   *files,
                                                          gint                 projection_size,
                                                          gint                 input_size,
                                                          GError             **error);
void                         pisces_class_vit_free       (PiscesClassVit      *vit);
const PiscesClassVitConfig * pisces_class_vit_get_config (PiscesClassVit      *vit);
void                         pisces_class_vit_forward    (PiscesClassVit      *vit,
                                                          PiscesTensor         vector,
                                                          PiscesTensor         x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesClassVit, pisces_class_vit_free)

G_END_DECLS
