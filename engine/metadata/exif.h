/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * exif.h: reads what is needed from a picture's EXIF and IPTC blocks.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint    pisces_exif_get_orientation  (const guint8 *tiff,
                                       gsize         n_bytes);
gboolean pisces_exif_has_description  (const guint8 *tiff,
                                       gsize         n_bytes);
gboolean pisces_iptc_has_caption      (const guint8 *iim,
                                       gsize         n_bytes);
gchar ** pisces_iptc_get_keywords     (const guint8 *iim,
                                       gsize         n_bytes);

G_END_DECLS
