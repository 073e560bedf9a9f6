/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-check.h: checks whether a tensor of a file is what a network needs.
 * Only for weight-source.c.
 */

#pragma once

#include "engine/backend/tensor.h"

G_BEGIN_DECLS

gboolean   pisces_weight_shape_fits (const PiscesHostTensor *tensor,
                                     gint                    n_dims,
                                     const gint64           *dims);
gchar    * pisces_weight_shape_text (gint                    n_dims,
                                     const gint64           *dims);

G_END_DECLS
