/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * safetensors.h: opens and checks one safetensors file.  Only for
 * weight-files.c; other code uses weight-files.h.
 */

#pragma once

#include "engine/backend/tensor.h"

G_BEGIN_DECLS

typedef struct _PiscesSafetensors PiscesSafetensors;

/* One tensor of a file. begin and end are relative to the file's data
 * section.  */
typedef struct
{
  gchar          *name;
  const gchar    *dtype_name;        /* as in the file */
  gboolean        readable;          /* whether tensor below may be used */
  guint64         n_elements;
  guint64         begin;
  guint64         end;
  gint            n_dims;            /* may be more than PISCES_MAX_DIMS */
  PiscesHostTensor
                  tensor;            /* without its data */
  PiscesSafetensors
                 *file;              /* the file that has it */
} PiscesSafetensorsEntry;

PiscesSafetensors            * pisces_safetensors_open          (const gchar             *path,
                                                                 GError                 **error);
void                           pisces_safetensors_free          (PiscesSafetensors       *file);
const PiscesSafetensorsEntry * pisces_safetensors_get_entries   (const PiscesSafetensors *file,
                                                                 guint                   *n_entries);
const PiscesSafetensorsEntry * pisces_safetensors_find          (const PiscesSafetensors *file,
                                                                 const gchar             *name);
const gchar                  * pisces_safetensors_get_path      (const PiscesSafetensors *file);
gboolean                       pisces_safetensors_read          (const PiscesSafetensors *file,
                                                                 const PiscesSafetensorsEntry
                                                                                         *entry,
                                                                 guint64                  first,
                                                                 gpointer                 data,
                                                                 gsize                    n_bytes,
                                                                 GError                 **error);
const guint8                 * pisces_safetensors_map           (const PiscesSafetensors *file,
                                                                 const PiscesSafetensorsEntry
                                                                                         *entry);
gboolean                       pisces_safetensors_check         (const PiscesSafetensors *file,
                                                                 GError                 **error);
gboolean                       pisces_safetensors_digest_update (const PiscesSafetensors *file,
                                                                 GChecksum               *checksum,
                                                                 GError                 **error);

gboolean                       pisces_safetensors_read_header   (const gchar             *path,
                                                                 const gchar             *json,
                                                                 gsize                    n_json,
                                                                 guint64                  n_data,
                                                                 GArray                  *entries,
                                                                 GError                 **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesSafetensors, pisces_safetensors_free)

G_END_DECLS
