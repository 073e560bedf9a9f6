/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * byte-resize.h: resizes pictures in bytes, with the same bytes as Pillow.  For
 * letterbox.c, middle.c and tiles.c.
 */

#pragma once

#include "engine/model/resize.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_BYTE_CHANNELS 3       /* red, green and blue */

gboolean  pisces_byte_resize       (const guint8    *in,
                                    gint             in_width,
                                    gint             in_height,
                                    gint             width,
                                    gint             height,
                                    PiscesResample   filter,
                                    guint8          *out,
                                    GError         **error);
gboolean  pisces_byte_resize_image (PiscesImage     *image,
                                    const guint8    *under,
                                    gint             width,
                                    gint             height,
                                    PiscesResample   filter,
                                    guint8          *out,
                                    gsize            row_step,
                                    GError         **error);

gboolean  pisces_byte_resize_part  (PiscesImage     *image,
                                    const guint8    *under,
                                    gint             width,
                                    gint             height,
                                    PiscesResample   filter,
                                    const gint      *part,
                                    guint8          *out,
                                    gsize            row_step,
                                    GError         **error);

G_END_DECLS
