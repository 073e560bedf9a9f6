/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * webp-container.c: the metadata blocks of a WebP: chunks of a RIFF file.  A
 * file in the simple layout has room for none; it gets the header chunk of
 * the extended layout, VP8X.
 *
 * After RFC 9649 (WebP) and RFC 6386, 9.1 (VP8's frame header).
 */

#include <string.h>

#include "files/byte-order.h"
#include "files/picture-container-private.h"

#define FILE_HEADER  12         /* "RIFF", a length, "WEBP" */
#define CHUNK_HEADER 8

#define FLAG_XMP     0x04
#define FLAG_ALPHA   0x10

/* RIFF counts in 32 bits; nobody's packet is larger than this.  */
#define XMP_MAX      (16 * 1024 * 1024)

typedef struct
{
  gsize         position;
  const gchar  *type;
  const guint8 *body;
  gsize         n_body;
} WebpChunk;

static gboolean webp_is_one      (const guint8          *data,
                                  gsize                  n_bytes);
static gboolean webp_read        (const guint8          *data,
                                  gsize                  n_bytes,
                                  PiscesContainerBlocks *blocks);
static gboolean webp_put_xmp     (const guint8          *data,
                                  gsize                  n_bytes,
                                  GBytes                *xmp,
                                  PiscesSplice          *splice);
static gsize    webp_get_end     (const guint8          *data,
                                  gsize                  n_bytes);
static gboolean webp_next_chunk  (const guint8          *data,
                                  gsize                  end,
                                  gsize                 *at,
                                  WebpChunk             *chunk);
static gboolean webp_is_type     (const WebpChunk       *chunk,
                                  const gchar           *type);
static gboolean webp_make_header (const WebpChunk       *picture,
                                  guint8                *body);

const PiscesContainerClass pisces_webp_class =
{
  webp_is_one, webp_read, webp_put_xmp, XMP_MAX,
};


static gboolean
webp_is_one (const guint8 *data,
             gsize         n_bytes)
{
  return n_bytes >= FILE_HEADER + CHUNK_HEADER &&
         ! memcmp (data, "RIFF", 4) && ! memcmp (data + 8, "WEBP", 4);
}

static gboolean
webp_read (const guint8          *data,
           gsize                  n_bytes,
           PiscesContainerBlocks *blocks)
{
  gsize     end = webp_get_end (data, n_bytes);
  gsize     at  = FILE_HEADER;
  WebpChunk chunk;

  while (at < end)
    {
      if (! webp_next_chunk (data, end, &at, &chunk))
        return FALSE;

      if (webp_is_type (&chunk, "XMP "))
        pisces_blocks_take_xmp (blocks, chunk.body, chunk.n_body);
      else if (webp_is_type (&chunk, "EXIF"))
        pisces_blocks_take_exif (blocks, chunk.body, chunk.n_body);
      else if (webp_is_type (&chunk, "C2PA"))
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
  gsize                   end       = webp_get_end (data, n_bytes);
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
  WebpChunk               chunk;

  pisces_put_32 (number, n_xmp, FALSE);
  g_byte_array_append (new_chunk, (const guint8 *) "XMP ", 4);
  g_byte_array_append (new_chunk, number, sizeof number);
  g_byte_array_append (new_chunk, packet, n_xmp);
  if (n_xmp & 1)
    g_byte_array_append (new_chunk, (const guint8 *) "", 1);

  while (at < end && webp_next_chunk (data, end, &at, &chunk))
    {
      if (chunk.position == FILE_HEADER && webp_is_type (&chunk, "VP8X"))
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
      else if (webp_is_type (&chunk, "XMP "))
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

/* Where the RIFF ends; bytes may follow that belong to nobody.  0 if the file
 * ends before.
 */
static gsize
webp_get_end (const guint8 *data,
              gsize         n_bytes)
{
  gsize length = pisces_get_32 (data + 4, FALSE);

  return length >= 4 + CHUNK_HEADER && length <= n_bytes - CHUNK_HEADER ?
         length + CHUNK_HEADER : 0;
}

/* A chunk of an odd length is followed by one byte more; the last one may
 * lack it.
 */
static gboolean
webp_next_chunk (const guint8 *data,
                 gsize         end,
                 gsize        *at,
                 WebpChunk    *chunk)
{
  gsize room = end - *at;

  if (room < CHUNK_HEADER)
    return FALSE;

  chunk->position = *at;
  chunk->type     = (const gchar *) data + *at;
  chunk->n_body   = pisces_get_32 (data + *at + 4, FALSE);
  chunk->body     = data + *at + CHUNK_HEADER;
  if (chunk->n_body > room - CHUNK_HEADER)
    return FALSE;

  *at += CHUNK_HEADER + chunk->n_body;
  *at += MIN (chunk->n_body & 1, end - *at);

  return TRUE;
}

static gboolean
webp_is_type (const WebpChunk *chunk,
              const gchar     *type)
{
  return ! memcmp (chunk->type, type, 4);
}

/* Flags, three bytes of nothing, then width and height, each less one, in 24
 * bits.
 */
static gboolean
webp_make_header (const WebpChunk *picture,
                  guint8          *body)
{
  const guint8 *bytes = picture->body;
  guint32       width;
  guint32       height;

  memset (body, 0, 10);
  body[0] = FLAG_XMP;

  if (webp_is_type (picture, "VP8 ") && picture->n_body >= 10 &&
      ! memcmp (bytes + 3, "\x9d\x01\x2a", 3))
    {
      width  = pisces_get_16 (bytes + 6, FALSE) & 0x3fff;
      height = pisces_get_16 (bytes + 8, FALSE) & 0x3fff;
    }
  else if (webp_is_type (picture, "VP8L") && picture->n_body >= 5 &&
           bytes[0] == 0x2f)
    {
      guint32 bits = pisces_get_32 (bytes + 1, FALSE);

      width  = (bits & 0x3fff) + 1;
      height = (bits >> 14 & 0x3fff) + 1;
      if (bits >> 28 & 1)
        body[0] |= FLAG_ALPHA;
    }
  else
    {
      return FALSE;
    }

  if (width == 0 || height == 0)
    return FALSE;

  width--;
  height--;
  for (guint i = 0; i < 3; i++)
    {
      body[4 + i] = width  >> 8 * i;
      body[7 + i] = height >> 8 * i;
    }

  return TRUE;
}
