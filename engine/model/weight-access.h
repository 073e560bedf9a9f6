/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-access.h: the members of PiscesWeightFiles, for weight-files.c, which
 * finds tensors, and weight-access.c, which reads and maps their values.
 */

#pragma once

#include "engine/model/safetensors.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

struct _PiscesWeightFiles
{
  gchar      *path;                  /* of the file, or of the index */
  GPtrArray  *shards;                /* PiscesSafetensors, sorted by name */
  GPtrArray  *entries;               /* PiscesSafetensorsEntry, sorted by name */
  GPtrArray  *names;                 /* those of entries, NULL-terminated */
};

extern const PiscesTensorAccess  pisces_weight_access;

const PiscesSafetensorsEntry * pisces_weight_files_entry (const PiscesWeightFiles *files,
                                                          const gchar             *name);

G_END_DECLS
