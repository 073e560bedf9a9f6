/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * png-container.c: the metadata blocks of a PNG.  They are separate chunks, or
 * "raw profiles", in which ImageMagick and other programs write blocks as
 * hexadecimal digits in a text chunk.
 *
 * After the PNG Specification, third edition (W3C, 2025), and XMP
 * Specification Part 3, 1.1.5.
 */

#include <string.h>

#include <gio/gio.h>
#include <zlib.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/picture-container-private.h"

#define SIGNATURE     "\x89PNG\r\n\x1a\n"
#define SIGNATURE_LEN 8

#define KEYWORD_XMP   "XML:com.adobe.xmp"
#define KEYWORD_RAW   "Raw profile type "

/* The largest text after decompression; a few bytes may expand to gigabytes. */
#define INFLATED_MAX  (16 * 1024 * 1024)

/* Length, type and checksum around a chunk's data.  */
#define CHUNK_FRAME   12

typedef struct
{
  gsize         position;
  const gchar  *type;
  const guint8 *body;
  gsize         n_body;
} PngChunk;

typedef struct
{
  gchar  *keyword;
  GBytes *text;
} PngText;

static gboolean png_is_one      (const guint8          *data,
                                 gsize                  n_bytes);
static gboolean png_read        (const guint8          *data,
                                 gsize                  n_bytes,
                                 PiscesContainerBlocks *blocks);
static gboolean png_put_xmp     (const guint8          *data,
                                 gsize                  n_bytes,
                                 GBytes                *xmp,
                                 PiscesSplice          *splice);
static gboolean png_next_chunk  (const guint8          *data,
                                 gsize                  n_bytes,
                                 gsize                 *at,
                                 PngChunk              *chunk);
static gboolean png_is_type     (const PngChunk        *chunk,
                                 const gchar           *type);
static gboolean png_read_text   (const PngChunk        *chunk,
                                 PngText               *text);
static gboolean png_has_packet  (const PngChunk        *chunk);
static void     png_take_text   (PiscesContainerBlocks *blocks,
                                 const PngChunk        *chunk);
static void     png_take_raw    (PiscesContainerBlocks *blocks,
                                 const gchar           *name,
                                 GBytes                *profile);
static GBytes * png_inflate     (const guint8          *bytes,
                                 gsize                  n_bytes);
static GBytes * png_read_raw    (GBytes                *text);
static void     png_text_clear  (PngText               *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PngText, png_text_clear)

const PiscesContainerClass pisces_png_class =
{
  png_is_one, png_read, png_put_xmp, INFLATED_MAX,
};


static gboolean
png_is_one (const guint8 *data,
            gsize         n_bytes)
{
  return n_bytes > SIGNATURE_LEN && ! memcmp (data, SIGNATURE, SIGNATURE_LEN);
}

static gboolean
png_read (const guint8          *data,
          gsize                  n_bytes,
          PiscesContainerBlocks *blocks)
{
  gsize    at = SIGNATURE_LEN;
  PngChunk chunk;

  while (png_next_chunk (data, n_bytes, &at, &chunk))
    {
      if (png_is_type (&chunk, "IEND"))
        return TRUE;

      if (png_is_type (&chunk, "eXIf"))
        pisces_blocks_take_exif (blocks, chunk.body, chunk.n_body);
      else if (png_is_type (&chunk, "caBX"))
        blocks->obstacle = PISCES_OBSTACLE_SIGNED;
      else
        png_take_text (blocks, &chunk);
    }

  return FALSE;
}

/* A new packet goes before the picture's data, so that programs find it
 * without reading these.
 */
static gboolean
png_put_xmp (const guint8 *data,
             gsize         n_bytes,
             GBytes       *xmp,
             PiscesSplice *splice)
{
  g_autoptr (GByteArray)  new_chunk = g_byte_array_new ();
  gsize                   n_xmp;
  const guint8           *packet    = g_bytes_get_data (xmp, &n_xmp);
  /* Not compressed, no language, no translated keyword.  */
  static const guint8     fields[]  = KEYWORD_XMP "\0\0\0\0";
  guint8                  number[4];
  gsize                   place     = 0;
  gsize                   n_removed = 0;
  gsize                   at        = SIGNATURE_LEN;
  PngChunk                chunk;

  while (png_next_chunk (data, n_bytes, &at, &chunk))
    {
      if (png_has_packet (&chunk))
        {
          place     = chunk.position;
          n_removed = at - chunk.position;
          break;
        }
      if (! place && (png_is_type (&chunk, "IDAT") ||
                      png_is_type (&chunk, "IEND")))
        place = chunk.position;
    }

  if (! place)
    return FALSE;

  pisces_put_32 (number, sizeof fields + n_xmp, TRUE);
  g_byte_array_append (new_chunk, number, sizeof number);
  g_byte_array_append (new_chunk, (const guint8 *) "iTXt", 4);
  g_byte_array_append (new_chunk, fields, sizeof fields);
  g_byte_array_append (new_chunk, packet, n_xmp);
  pisces_put_32 (number, crc32 (crc32 (0, NULL, 0), new_chunk->data + 4,
                                new_chunk->len - 4), TRUE);
  g_byte_array_append (new_chunk, number, sizeof number);

  pisces_splice_replace (splice, place, n_removed,
                         new_chunk->data, new_chunk->len);

  return TRUE;
}

static gboolean
png_next_chunk (const guint8 *data,
                gsize         n_bytes,
                gsize        *at,
                PngChunk     *chunk)
{
  if (n_bytes - *at < CHUNK_FRAME)
    return FALSE;

  chunk->position = *at;
  chunk->n_body   = pisces_get_32 (data + *at, TRUE);
  chunk->type     = (const gchar *) data + *at + 4;
  chunk->body     = data + *at + 8;
  if (chunk->n_body > n_bytes - *at - CHUNK_FRAME)
    return FALSE;

  *at += CHUNK_FRAME + chunk->n_body;

  return TRUE;
}

static gboolean
png_is_type (const PngChunk *chunk,
             const gchar    *type)
{
  return ! memcmp (chunk->type, type, 4);
}

/* tEXt: keyword 0 text.  zTXt: keyword 0 method compressed text.  iTXt:
 * keyword 0 compressed? method language 0 translated keyword 0 text.
 */
static gboolean
png_read_text (const PngChunk *chunk,
               PngText        *text)
{
  const guint8 *at         = chunk->body;
  const guint8 *end        = at + chunk->n_body;
  const guint8 *zero       = memchr (at, 0, chunk->n_body);
  gboolean      compressed = png_is_type (chunk, "zTXt");

  if (zero == NULL || ! (compressed || png_is_type (chunk, "tEXt") ||
                         png_is_type (chunk, "iTXt")))
    return FALSE;

  text->keyword = g_strdup ((const gchar *) at);
  at            = zero + 1;

  if (png_is_type (chunk, "iTXt"))
    {
      if (end - at < 2)
        return FALSE;
      compressed = at[0] != 0;
      at        += 2;
      for (guint i = 0; i < 2; i++)
        {
          zero = memchr (at, 0, end - at);
          if (zero == NULL)
            return FALSE;
          at = zero + 1;
        }
    }
  else if (compressed)
    {
      if (at == end)
        return FALSE;
      at++;
    }

  text->text = compressed ? png_inflate (at, end - at)
                          : g_bytes_new (at, end - at);

  return text->text != NULL;
}

static gboolean
png_has_packet (const PngChunk *chunk)
{
  g_auto (PngText) text = { NULL };

  return png_read_text (chunk, &text) &&
         (! strcmp (text.keyword, KEYWORD_XMP) ||
          ! strcmp (text.keyword, KEYWORD_RAW "xmp"));
}

static void
png_take_text (PiscesContainerBlocks *blocks,
               const PngChunk        *chunk)
{
  g_auto (PngText)  text = { NULL };
  const guint8     *bytes;
  gsize             n_bytes;

  if (! png_read_text (chunk, &text))
    return;

  bytes = g_bytes_get_data (text.text, &n_bytes);
  if (! strcmp (text.keyword, KEYWORD_XMP))
    {
      pisces_blocks_take_xmp (blocks, bytes, n_bytes);
    }
  else if (! strcmp (text.keyword, "Description"))
    {
      blocks->has_text |= n_bytes > 0;
    }
  else if (g_str_has_prefix (text.keyword, KEYWORD_RAW))
    {
      g_autoptr (GBytes) profile = png_read_raw (text.text);

      if (profile)
        png_take_raw (blocks, text.keyword + strlen (KEYWORD_RAW), profile);
    }
}

/* Older programs use the name "APP1" for both kinds of profiles.  */
static void
png_take_raw (PiscesContainerBlocks *blocks,
              const gchar           *name,
              GBytes                *profile)
{
  gsize         n_bytes;
  const guint8 *bytes = g_bytes_get_data (profile, &n_bytes);

  if (! strcmp (name, "xmp"))
    pisces_blocks_take_xmp (blocks, bytes, n_bytes);
  else if (! strcmp (name, "exif") ||
           (! strcmp (name, "APP1") && n_bytes > 4 && ! memcmp (bytes, "Exif", 4)))
    pisces_blocks_take_exif (blocks, bytes, n_bytes);
  else if (! strcmp (name, "APP1"))
    blocks->obstacle = PISCES_OBSTACLE_TWO_PACKETS;
  else if (! strcmp (name, "iptc") && n_bytes > 4 && ! memcmp (bytes, "8BIM", 4))
    pisces_blocks_take_photoshop (blocks, bytes, n_bytes);
  else if (! strcmp (name, "iptc") && ! blocks->iptc)
    blocks->iptc = g_bytes_ref (profile);
}

static GBytes *
png_inflate (const guint8 *bytes,
             gsize         n_bytes)
{
  g_autoptr (GConverter)  inflater = NULL;
  g_autoptr (GByteArray)  inflated = g_byte_array_new ();
  GConverterResult        result   = G_CONVERTER_CONVERTED;

  inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));

  while (result != G_CONVERTER_FINISHED)
    {
      guint8 buffer[16 * 1024];
      gsize  n_read;
      gsize  n_written;

      result = g_converter_convert (inflater, bytes, n_bytes,
                                    buffer, sizeof buffer,
                                    G_CONVERTER_INPUT_AT_END,
                                    &n_read, &n_written, NULL);
      if (result == G_CONVERTER_ERROR || inflated->len + n_written > INFLATED_MAX)
        return NULL;

      g_byte_array_append (inflated, buffer, n_written);
      bytes   += n_read;
      n_bytes -= n_read;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&inflated));
}

/* The format is a line with the profile's name, a line with its length, and
 * then lines of hexadecimal digits.
 */
static GBytes *
png_read_raw (GBytes *text)
{
  gsize                  n_text;
  const gchar           *at      = g_bytes_get_data (text, &n_text);
  const gchar           *end;
  g_autoptr (GByteArray) profile = g_byte_array_new ();
  gint                   high    = -1;

  if (n_text == 0)
    return NULL;
  end = at + n_text;

  for (guint line = 0; line < 3; line++)
    {
      at = memchr (at, '\n', end - at);
      if (at == NULL)
        return NULL;
      at++;
    }

  for (; at < end; at++)
    {
      gint digit = g_ascii_xdigit_value (*at);

      if (digit < 0)
        continue;
      if (high < 0)
        {
          high = digit;
        }
      else
        {
          guint8 byte = high << 4 | digit;

          g_byte_array_append (profile, &byte, 1);
          high = -1;
        }
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&profile));
}

static void
png_text_clear (PngText *text)
{
  g_clear_pointer (&text->keyword, g_free);
  g_clear_pointer (&text->text, g_bytes_unref);
}
