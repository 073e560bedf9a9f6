/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * names.h: arguments of procedures whose value is one of a few names.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

/**
 * PiscesName:
 * @name: the name that a script uses; %NULL ends the array.
 * @id: the number that it stands for.
 */
typedef struct
{
  const gchar *name;
  gint         id;
} PiscesName;

void     pisces_names_add  (GimpProcedure        *procedure,
                           const gchar          *name,
                           const gchar          *nick,
                           const gchar          *blurb,
                           const gchar          *value);
gboolean pisces_names_get  (GimpProcedureConfig  *config,
                           const gchar          *name,
                           const PiscesName     *names,
                           gint                 *id,
                           GError              **error);
gint     pisces_names_find (const PiscesName     *names,
                           const gchar          *name);

G_END_DECLS
