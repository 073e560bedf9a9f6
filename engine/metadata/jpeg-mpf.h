/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * jpeg-mpf.h: the list of further pictures in a JPEG file.
 */

#pragma once

#include "engine/metadata/splice.h"

G_BEGIN_DECLS

gboolean pisces_jpeg_mpf_is_cut (const guint8 *data,
                                 gsize         n_bytes,
                                 gsize         base,
                                 gsize         n_mpf);
gboolean pisces_jpeg_mpf_move   (const guint8 *data,
                                 gsize         base,
                                 gsize         n_mpf,
                                 gsize         place,
                                 gsize         n_removed,
                                 gsize         n_added,
                                 PiscesSplice *splice);

G_END_DECLS
