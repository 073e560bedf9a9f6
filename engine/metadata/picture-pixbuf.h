/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-pixbuf.h: decodes a picture file with gdk-pixbuf.
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

GdkPixbuf * pisces_picture_pixbuf_new      (const gchar  *path,
                                            gint          width,
                                            gint          height,
                                            GError      **error);
gboolean    pisces_picture_pixbuf_read_png (const gchar  *path,
                                            gint         *width,
                                            gint         *height);

G_END_DECLS
