/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mrope.h: where the rows of a text with a picture are, on the three axes of a
 * decoder's positions: time, rows and columns (MRoPE, arXiv 2409.12191, section 2.1).
 */

#pragma once

#include <glib.h>

#include "engine/networks/rope-config.h"

G_BEGIN_DECLS

gint64 pisces_mrope_positions (const gint32 *rows,
                               guint         n_rows,
                               gint32        image_row,
                               gint          n_columns,
                               gfloat       *positions);

G_END_DECLS
