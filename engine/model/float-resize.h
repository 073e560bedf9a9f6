/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * float-resize.h: resizes a grid of numbers, with the weights of resize.h.
 */

#pragma once

#include "engine/model/resize.h"

G_BEGIN_DECLS

gboolean pisces_float_resize (const gfloat    *values,
                              gint             width,
                              gint             height,
                              gint             n_channels,
                              PiscesResample   filter,
                              gint             to_width,
                              gint             to_height,
                              gfloat          *out);

G_END_DECLS
