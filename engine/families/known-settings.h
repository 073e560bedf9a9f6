/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * known-settings.h: settings of model files that no part of the program reads,
 * and that it can safely ignore.
 */

#pragma once

#include "engine/model/config.h"

G_BEGIN_DECLS

void   pisces_known_settings_remark (PiscesConfig *config,
                                     const gchar  *kind,
                                     GPtrArray    *remarks);

G_END_DECLS
