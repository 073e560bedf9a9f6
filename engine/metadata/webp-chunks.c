/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * webp-chunks.c: the chunks of a WebP, which is a RIFF file.  It reads the
 * size of a picture, but does not decode anything.
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
 * @data: (array length=n_bytes): a whole file for which pisces_webp_is_one()
 *   is %TRUE.
 * @n_bytes: its length.
 *
 * Returns: where the RIFF ends; other bytes may follow. 0 if the file ends
 *   before that.
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
 * @data: (array length=end): a file, or a chunk that contains others.
 * @end: where the last chunk ends.
 * @at: (inout): where the chunk begins; it is moved to the next one.
 * @chunk: (out caller-allocates): the chunk.
 *
 * A chunk of odd length is followed by a padding byte, which may be missing
 * after the last chunk.
 *
 * Returns: whether there is a complete chunk.
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
 * @chunk: any chunk.
 * @width: (out): in pixels.
 * @height: (out): in pixels.
 * @has_alpha: (out): whether the chunk itself says that it has alpha.
 *
 * Returns: whether it contains the pixels of a picture, with their size.
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

/* Reads three bytes, the lowest first.  */
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
