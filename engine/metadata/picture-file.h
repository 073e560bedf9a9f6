/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-file.h: reads a picture file's pixels.
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

PiscesImage * pisces_picture_file_load           (const gchar  *path,
                                                  GError      **error);
GdkPixbuf   * pisces_picture_file_load_thumbnail (const gchar  *path,
                                                  gint          width,
                                                  gint          height,
                                                  GError      **error);
void          pisces_picture_file_explain        (const gchar  *path,
                                                  GError      **error);
gboolean      pisces_picture_file_check_size     (const gchar  *path,
                                                  GError      **error);
gchar       * pisces_picture_file_get_format     (const gchar  *path,
                                                  gint         *width,
                                                  gint         *height);
guint         pisces_picture_file_get_orientation
                                                 (const gchar  *path);
gboolean      pisces_picture_file_has_known_name (const gchar  *name);

G_END_DECLS
