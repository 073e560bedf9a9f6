/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * image-texts.h: the texts for those who do not see an image, in its
 * metadata, wherever that metadata is kept.
 */

#pragma once

#include <gexiv2/gexiv2.h>

#include "files/lang-alt.h"

G_BEGIN_DECLS

/* The fields that hold texts, %NULL-terminated.  */
extern const gchar * const pisces_image_texts_tags[];

gchar  ** pisces_image_texts_list_languages (GExiv2Metadata  *metadata);
void      pisces_image_texts_read           (GExiv2Metadata  *metadata,
                                             const gchar     *language,
                                             gchar          **short_text,
                                             gchar          **long_text);
gboolean  pisces_image_texts_write          (GExiv2Metadata  *metadata,
                                             const gchar     *language,
                                             const gchar     *short_text,
                                             const gchar     *long_text,
                                             GError         **error);

gboolean  pisces_image_texts_get_decorative (GExiv2Metadata  *metadata);
gboolean  pisces_image_texts_set_decorative (GExiv2Metadata  *metadata,
                                             gboolean         decorative,
                                             GError         **error);

G_END_DECLS
