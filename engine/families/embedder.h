/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * embedder.h: a model of the families `clip` and `dinov2`: a vision encoder that turns a
 * picture into one vector.  Such models only compare pictures.
 */

#pragma once

#include "engine/families/family.h"
#include "engine/model/preprocess.h"
#include "engine/model/weight-files.h"
#include "engine/networks/class-vit.h"

G_BEGIN_DECLS

typedef struct
{
  PiscesBackend     *backend;
  PiscesClassVit    *vit;
  PiscesPreprocess   preprocess;
  PiscesWeightFiles *weights;         /* NULL: no weight is still in them   */
} EmbedderModel;

gpointer embedder_load_clip            (const gchar      *folder,
                                        PiscesBackend    *backend,
                                        PiscesJob        *job,
                                        GError          **error);
gpointer embedder_load_dinov2          (const gchar      *folder,
                                        PiscesBackend    *backend,
                                        PiscesJob        *job,
                                        GError          **error);
gpointer embedder_load_clip_remarking  (const gchar      *folder,
                                        PiscesBackend    *backend,
                                        GPtrArray        *remarks,
                                        GError          **error);
gpointer embedder_load_dinov2_remarking
                                       (const gchar      *folder,
                                        PiscesBackend    *backend,
                                        GPtrArray        *remarks,
                                        GError          **error);
void     embedder_free                 (gpointer          model);
gboolean embedder_inspect              (const gchar      *folder,
                                        PiscesModelInfo  *info,
                                        GError          **error);
gboolean embedder_embed                (gpointer          model,
                                        PiscesImage      *image,
                                        PiscesJob        *job,
                                        GArray           *vector,
                                        GError          **error);

G_END_DECLS
