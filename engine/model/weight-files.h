/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-files.h: the weights of one network on disk, found by name: one
 * safetensors file, or an index and its shards.  Everything in the headers is
 * checked when they are opened; the values of a tensor are read, and checked
 * to be finite, when it is loaded.  Knows nothing of networks and devices.
 *
 *   files = pisces_weight_files_open (folder, "model", &error);
 *   if (pisces_weight_files_find (files, "lm_head.weight", &tensor) &&
 *       pisces_host_tensor_load (&tensor, &loaded, &memory, &error)) ...
 */

#pragma once

#include "engine/backend/tensor.h"

G_BEGIN_DECLS

typedef struct _PiscesWeightFiles PiscesWeightFiles;

PiscesWeightFiles   * pisces_weight_files_open          (const gchar              *folder,
                                                         const gchar              *stem,
                                                         GError                  **error);
void                  pisces_weight_files_free          (PiscesWeightFiles        *files);

gboolean              pisces_weight_files_find          (const PiscesWeightFiles  *files,
                                                         const gchar              *name,
                                                         PiscesHostTensor         *tensor);
gboolean              pisces_weight_files_has           (const PiscesWeightFiles  *files,
                                                         const gchar              *name);
gchar               * pisces_weight_files_explain       (const PiscesWeightFiles  *files,
                                                         const gchar              *name);
const gchar * const * pisces_weight_files_get_names     (const PiscesWeightFiles  *files,
                                                         guint                    *n_names);
const gchar         * pisces_weight_files_get_path      (const PiscesWeightFiles  *files);
guint64               pisces_weight_files_n_bytes       (const PiscesWeightFiles  *files);
guint64               pisces_weight_files_loaded_bytes  (const PiscesWeightFiles  *files,
                                                         const gchar              *name,
                                                         gboolean                  is_large);
guint64               pisces_weight_files_n_parameters  (const PiscesWeightFiles  *files);
gboolean              pisces_weight_files_digest_update (const PiscesWeightFiles  *files,
                                                         GChecksum                *checksum,
                                                         GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesWeightFiles, pisces_weight_files_free)

G_END_DECLS
