/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * known-settings.h: settings that no part asks for, and may do without.
 */

#pragma once

#include "engine/model/config.h"

G_BEGIN_DECLS

void   pisces_known_settings_remark (PiscesConfig *config,
                                     const gchar  *kind,
                                     GPtrArray    *remarks);

G_END_DECLS
