/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * known-settings.h: settings of model files that no part of the program reads,
 * and that it can safely ignore.
 */

#pragma once

#include "engine/model/config.h"

G_BEGIN_DECLS

/* One object of settings in a model's files.  */
typedef struct
{
  const gchar  *kind;           /* as in the table of known-settings.c        */
  PiscesConfig *config;         /* NULL: this model does not have it          */
} PiscesKnownSettings;

void   pisces_known_settings_remark (const PiscesKnownSettings *objects,
                                     guint                      n_objects,
                                     GPtrArray                 *remarks);

G_END_DECLS
