/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-check.h: is a tensor of a file what a network needs?  For
 * weight-source.c alone.
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
