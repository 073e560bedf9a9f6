/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope-config.h: reads the frequencies of rotary positions from a
 * configuration of transformers.
 */

#pragma once

#include "engine/model/config.h"

G_BEGIN_DECLS

gdouble * pisces_rope_config_read (PiscesConfig  *config,
                                   gint           head_dim);

G_END_DECLS
