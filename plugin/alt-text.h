/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * alt-text.h: the texts for those who do not see an image, in its metadata.
 */

#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

gboolean pisces_alt_text_write (GimpImage    *image,
                                const gchar  *short_text,
                                const gchar  *long_text,
                                GError      **error);
void     pisces_alt_text_read  (GimpImage    *image,
                                gchar       **short_text,
                                gchar       **long_text);

G_END_DECLS
