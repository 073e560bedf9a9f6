/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rope-config.h: reads the frequencies of rotary positions from a
 * configuration of transformers.
 */

#pragma once

#include "engine/model/config.h"

G_BEGIN_DECLS

/* Time, rows and columns of pictures.  */
#define PISCES_ROPE_AXES 3

gdouble * pisces_rope_config_read (PiscesConfig  *config,
                                   gint           head_dim,
                                   gdouble        theta,
                                   gint          *sections);

G_END_DECLS
