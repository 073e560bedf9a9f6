/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * spread.h: fills gaps in a grid of values smoothly from what surrounds them.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void pisces_spread (gfloat *values,
                    gfloat *weights,
                    gint    width,
                    gint    height,
                    gint    n_channels);

G_END_DECLS
