/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * webp-container.c: the metadata blocks of a WebP, which are chunks of a RIFF
 * file.  A file in the simple layout cannot have any; it gets VP8X, the header
 * chunk of the extended layout.
 *
 * After RFC 9649 (WebP).
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/picture-container-private.h"
#include "engine/metadata/webp-chunks.h"

#define FILE_HEADER  PISCES_WEBP_FILE_HEADER
#define CHUNK_HEADER PISCES_WEBP_CHUNK_HEADER

#define FLAG_XMP     0x04
#define FLAG_ALPHA   0x10

/* RIFF has 32-bit lengths; real packets are smaller than this.  */
#define XMP_MAX      (16 * 1024 * 1024)

static gboolean webp_read        (const guint8          *data,
                                  gsize                  n_bytes,
                                  PiscesContainerBlocks *blocks);
static gboolean webp_put_xmp     (const guint8          *data,
                                  gsize                  n_bytes,
                                  GBytes                *xmp,
                                  PiscesSplice          *splice);
static gboolean webp_make_header (const PiscesWebpChunk *picture,
                                  guint8                *body);

const PiscesContainerClass pisces_webp_class =
{
  pisces_webp_is_one, webp_read, webp_put_xmp, XMP_MAX,
};


static gboolean
webp_read (const guint8          *data,
           gsize                  n_bytes,
           PiscesContainerBlocks *blocks)
{
  gsize     end = pisces_webp_get_end (data, n_bytes);
  gsize     at  = FILE_HEADER;
  PiscesWebpChunk chunk;

  while (at < end)
    {
      if (! pisces_webp_next_chunk (data, end, &at, &chunk))
        return FALSE;

      if (pisces_webp_is_type (&chunk, "XMP "))
        pisces_blocks_take_xmp (blocks, chunk.body, chunk.n_body);
      else if (pisces_webp_is_type (&chunk, "EXIF"))
        pisces_blocks_take_exif (blocks, chunk.body, chunk.n_body);
      else if (pisces_webp_is_type (&chunk, "C2PA"))
        blocks->obstacle = PISCES_OBSTACLE_SIGNED;
    }

  return end > 0;
}

static gboolean
webp_put_xmp (const guint8 *data,
              gsize         n_bytes,
              GBytes       *xmp,
              PiscesSplice *splice)
{
  gsize                   end       = pisces_webp_get_end (data, n_bytes);
  g_autoptr (GByteArray)  new_chunk = g_byte_array_new ();
  gsize                   n_xmp;
  const guint8           *packet    = g_bytes_get_data (xmp, &n_xmp);
  guint8                  header[CHUNK_HEADER + 10] = "VP8X\12";
  guint8                  number[4];
  gsize                   n_header  = 0;
  gsize                   place     = end;
  gsize                   n_removed = 0;
  gsize                   at        = FILE_HEADER;
  guint64                 length;
  PiscesWebpChunk         chunk;

  pisces_put_32 (number, n_xmp, FALSE);
  g_byte_array_append (new_chunk, (const guint8 *) "XMP ", 4);
  g_byte_array_append (new_chunk, number, sizeof number);
  g_byte_array_append (new_chunk, packet, n_xmp);
  if (n_xmp & 1)
    g_byte_array_append (new_chunk, (const guint8 *) "", 1);

  while (at < end && pisces_webp_next_chunk (data, end, &at, &chunk))
    {
      if (chunk.position == FILE_HEADER && pisces_webp_is_type (&chunk, "VP8X"))
        {
          guint8 flags;

          if (chunk.n_body < 10)
            return FALSE;
          flags = chunk.body[0] | FLAG_XMP;
          if (flags != chunk.body[0])
            pisces_splice_replace (splice, chunk.body - data, 1, &flags, 1);
        }
      else if (chunk.position == FILE_HEADER)
        {
          if (! webp_make_header (&chunk, header + CHUNK_HEADER))
            return FALSE;
          n_header = sizeof header;
          pisces_splice_replace (splice, FILE_HEADER, 0, header, n_header);
        }
      else if (pisces_webp_is_type (&chunk, "XMP "))
        {
          place     = chunk.position;
          n_removed = at - chunk.position;
        }
    }

  pisces_splice_replace (splice, place, n_removed,
                         new_chunk->data, new_chunk->len);

  length = (guint64) end - CHUNK_HEADER + n_header + new_chunk->len - n_removed;
  if (length > G_MAXUINT32 - 1)
    return FALSE;
  pisces_put_32 (number, length, FALSE);
  pisces_splice_replace (splice, 4, sizeof number, number, sizeof number);

  return TRUE;
}

/* Flags, three reserved bytes, then width - 1 and height - 1 in 24 bits
 * each.  */
static gboolean
webp_make_header (const PiscesWebpChunk *picture,
                  guint8                *body)
{
  guint32  width;
  guint32  height;
  gboolean has_alpha;

  if (! pisces_webp_is_picture (picture, &width, &height, &has_alpha))
    return FALSE;

  memset (body, 0, 10);
  body[0] = FLAG_XMP | (has_alpha ? FLAG_ALPHA : 0);
  pisces_webp_put_24 (body + 4, width - 1);
  pisces_webp_put_24 (body + 7, height - 1);

  return TRUE;
}
