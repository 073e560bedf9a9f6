/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * webp-chunks.h: the chunks of a WebP.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PISCES_WEBP_FILE_HEADER  12     /* "RIFF", a length, "WEBP" */
#define PISCES_WEBP_CHUNK_HEADER 8      /* a type, a length */

/**
 * PiscesWebpChunk:
 * @position: the position of its header in the data.
 * @type: four characters.
 * @body: (array length=n_body): its contents.
 */
typedef struct
{
  gsize         position;
  const gchar  *type;
  const guint8 *body;
  gsize         n_body;
} PiscesWebpChunk;

gboolean pisces_webp_is_one     (const guint8          *data,
                                 gsize                  n_bytes);
gsize    pisces_webp_get_end    (const guint8          *data,
                                 gsize                  n_bytes);
gboolean pisces_webp_next_chunk (const guint8          *data,
                                 gsize                  end,
                                 gsize                 *at,
                                 PiscesWebpChunk       *chunk);
gboolean pisces_webp_is_type    (const PiscesWebpChunk *chunk,
                                 const gchar           *type);
gboolean pisces_webp_is_picture (const PiscesWebpChunk *chunk,
                                 guint32               *width,
                                 guint32               *height,
                                 gboolean              *has_alpha);
guint32  pisces_webp_get_24     (const guint8          *bytes);
void     pisces_webp_put_24     (guint8                *bytes,
                                 guint32                value);

G_END_DECLS
