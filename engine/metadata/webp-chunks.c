/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * webp-chunks.c: the chunks of a WebP, which is a RIFF file.  Knows of
 * pictures how large they are, and of what else there is nothing.
 *
 * After RFC 9649 (WebP) and RFC 6386, 9.1 (VP8's frame header).
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/webp-chunks.h"


/*  public functions  */

gboolean
pisces_webp_is_one (const guint8 *data,
                    gsize         n_bytes)
{
  return n_bytes >= PISCES_WEBP_FILE_HEADER + PISCES_WEBP_CHUNK_HEADER &&
         ! memcmp (data, "RIFF", 4) && ! memcmp (data + 8, "WEBP", 4);
}

/**
 * pisces_webp_get_end:
 * @data: (array length=n_bytes): a whole file for which pisces_webp_is_one().
 * @n_bytes: of it.
 *
 * Returns: where the RIFF ends; bytes may follow that belong to nobody.  0 if
 *   the file ends before.
 */
gsize
pisces_webp_get_end (const guint8 *data,
                     gsize         n_bytes)
{
  gsize length = pisces_get_32 (data + 4, FALSE);

  return length >= 4 + PISCES_WEBP_CHUNK_HEADER &&
         length <= n_bytes - PISCES_WEBP_CHUNK_HEADER ?
         length + PISCES_WEBP_CHUNK_HEADER : 0;
}

/**
 * pisces_webp_next_chunk:
 * @data: (array length=end): a file, or a chunk that holds others.
 * @end: where the last one ends.
 * @at: (inout): where the chunk begins; is moved behind it.
 * @chunk: (out caller-allocates): what is there.
 *
 * A chunk of an odd length is followed by one byte more; the last one may lack
 * it.
 *
 * Returns: whether a whole chunk is there.
 */
gboolean
pisces_webp_next_chunk (const guint8    *data,
                        gsize            end,
                        gsize           *at,
                        PiscesWebpChunk *chunk)
{
  gsize room = end - *at;

  if (room < PISCES_WEBP_CHUNK_HEADER)
    return FALSE;

  chunk->position = *at;
  chunk->type     = (const gchar *) data + *at;
  chunk->n_body   = pisces_get_32 (data + *at + 4, FALSE);
  chunk->body     = data + *at + PISCES_WEBP_CHUNK_HEADER;
  if (chunk->n_body > room - PISCES_WEBP_CHUNK_HEADER)
    return FALSE;

  *at += PISCES_WEBP_CHUNK_HEADER + chunk->n_body;
  *at += MIN (chunk->n_body & 1, end - *at);

  return TRUE;
}

gboolean
pisces_webp_is_type (const PiscesWebpChunk *chunk,
                     const gchar           *type)
{
  return ! memcmp (chunk->type, type, 4);
}

/**
 * pisces_webp_is_picture:
 * @chunk: any.
 * @width: (out): in pixels; and @height.
 * @has_alpha: (out): whether the chunk itself says that it has.
 *
 * Returns: whether it is the pixels of a picture, and says their size.
 */
gboolean
pisces_webp_is_picture (const PiscesWebpChunk *chunk,
                        guint32               *width,
                        guint32               *height,
                        gboolean              *has_alpha)
{
  const guint8 *bytes = chunk->body;

  *has_alpha = FALSE;

  if (pisces_webp_is_type (chunk, "VP8 ") && chunk->n_body >= 10 &&
      ! memcmp (bytes + 3, "\x9d\x01\x2a", 3))
    {
      *width  = pisces_get_16 (bytes + 6, FALSE) & 0x3fff;
      *height = pisces_get_16 (bytes + 8, FALSE) & 0x3fff;
    }
  else if (pisces_webp_is_type (chunk, "VP8L") && chunk->n_body >= 5 &&
           bytes[0] == 0x2f)
    {
      guint32 bits = pisces_get_32 (bytes + 1, FALSE);

      *width     = (bits & 0x3fff) + 1;
      *height    = (bits >> 14 & 0x3fff) + 1;
      *has_alpha = (bits >> 28 & 1) != 0;
    }
  else
    {
      return FALSE;
    }

  return *width > 0 && *height > 0;
}

/* Three bytes, the lowest first.  */
guint32
pisces_webp_get_24 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}

void
pisces_webp_put_24 (guint8  *bytes,
                    guint32  value)
{
  for (guint i = 0; i < 3; i++)
    bytes[i] = value >> 8 * i;
}
