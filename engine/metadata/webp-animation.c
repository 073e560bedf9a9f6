/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * webp-animation.c: the frames of an animated WebP.  Each frame is a chunk
 * that contains the chunks of a still picture, so the first one can be made a
 * separate file.  This is needed because gdk-pixbuf's loader
 * (webp-pixbuf-loader 0.2.7), if it cannot decode an animation, prints a
 * warning and returns no error.  Decodes nothing.
 *
 * After RFC 9649 (WebP).
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/webp-animation.h"
#include "engine/metadata/webp-chunks.h"

#define FLAG_ANIMATION 0x02
#define FLAG_ALPHA     0x10

/* Before the chunks of a frame: x / 2, y / 2, width - 1, height - 1 and
 * duration in 24 bits each, and a byte of flags.
 */
#define FRAME_HEADER   16

/* Flags, three reserved bytes, and width - 1 and height - 1 in 24 bits each. */
#define EXTENDED_BODY  10

typedef struct
{
  PiscesWebpChunk alpha;        /* without a type if there is none */
  PiscesWebpChunk picture;
} WebpFrameChunks;

static gboolean webp_read_frame (const PiscesWebpChunk *chunk,
                                 PiscesWebpFrame       *frame,
                                 WebpFrameChunks       *chunks);
static GBytes * webp_make_still (const PiscesWebpFrame *frame,
                                 const WebpFrameChunks *chunks);
static void     webp_add_chunk  (GByteArray            *file,
                                 const gchar           *type,
                                 const guint8          *body,
                                 gsize                  n_body);


/*  public functions  */

/**
 * pisces_webp_is_animation:
 * @data: (array length=n_bytes): the beginning of a file, at least 32 bytes if
 *   it has that many.
 * @n_bytes: its length.
 *
 * Returns: whether its header says that it is an animated WebP.
 */
gboolean
pisces_webp_is_animation (const guint8 *data,
                          gsize         n_bytes)
{
  const guint8 *header = data + PISCES_WEBP_FILE_HEADER;

  return pisces_webp_is_one (data, n_bytes) &&
         n_bytes >= PISCES_WEBP_FILE_HEADER + PISCES_WEBP_CHUNK_HEADER + EXTENDED_BODY &&
         ! memcmp (header, "VP8X", 4) &&
         pisces_get_32 (header + 4, FALSE) >= EXTENDED_BODY &&
         header[PISCES_WEBP_CHUNK_HEADER] & FLAG_ANIMATION;
}

/**
 * pisces_webp_find_damage:
 * @data: (array length=n_bytes): a whole file for which
 *   pisces_webp_is_animation() is %TRUE.
 * @n_bytes: its length.
 *
 * Damage inside the pixels of a frame is not noticed, because a WebP has no
 * checksums.
 *
 * Returns: %PISCES_DAMAGE_CUT if the file ends before its frames do,
 *   %PISCES_DAMAGE_DATA if one is not a picture of the size in its header.
 */
PiscesDamage
pisces_webp_find_damage (const guint8 *data,
                         gsize         n_bytes)
{
  gsize           end      = pisces_webp_get_end (data, n_bytes);
  gsize           at       = PISCES_WEBP_FILE_HEADER;
  guint           n_frames = 0;
  PiscesWebpFrame frame    = { 0 };
  PiscesWebpChunk chunk;
  WebpFrameChunks chunks;

  if (end == 0)
    return PISCES_DAMAGE_CUT;

  /* If fewer bytes than this are left, they are not a chunk; decoders ignore
   * them.  */
  while (end - at >= PISCES_WEBP_CHUNK_HEADER)
    {
      if (! pisces_webp_next_chunk (data, end, &at, &chunk))
        return PISCES_DAMAGE_DATA;

      if (pisces_webp_is_type (&chunk, "VP8X") && chunk.n_body >= EXTENDED_BODY)
        {
          frame.canvas_width  = pisces_webp_get_24 (chunk.body + 4) + 1;
          frame.canvas_height = pisces_webp_get_24 (chunk.body + 7) + 1;
        }
      else if (pisces_webp_is_type (&chunk, "ANMF"))
        {
          if (! webp_read_frame (&chunk, &frame, &chunks))
            return PISCES_DAMAGE_DATA;
          n_frames++;
        }
    }

  return n_frames > 0 ? PISCES_DAMAGE_NONE : PISCES_DAMAGE_DATA;
}

/**
 * pisces_webp_get_first_frame:
 * @data: (array length=n_bytes): a whole file for which
 *   pisces_webp_is_animation() is %TRUE.
 * @n_bytes: its length.
 * @frame: (out caller-allocates): the first frame.
 *
 * Returns: whether there is a frame.
 */
gboolean
pisces_webp_get_first_frame (const guint8    *data,
                             gsize            n_bytes,
                             PiscesWebpFrame *frame)
{
  const guint8    *header = data + PISCES_WEBP_FILE_HEADER + PISCES_WEBP_CHUNK_HEADER;
  gsize            at     = PISCES_WEBP_FILE_HEADER;
  PiscesWebpChunk  chunk;
  WebpFrameChunks  chunks;

  memset (frame, 0, sizeof *frame);
  frame->canvas_width  = pisces_webp_get_24 (header + 4) + 1;
  frame->canvas_height = pisces_webp_get_24 (header + 7) + 1;

  /* This also works for a file that is cut after the first frame, for its
   * thumbnail.  */
  while (pisces_webp_next_chunk (data, n_bytes, &at, &chunk))
    if (pisces_webp_is_type (&chunk, "ANMF"))
      {
        if (! webp_read_frame (&chunk, frame, &chunks))
          return FALSE;
        frame->still = webp_make_still (frame, &chunks);
        return TRUE;
      }

  return FALSE;
}


/*  private functions  */

/* Returns whether the frame is inside the canvas and contains a picture of its
 * size.  */
static gboolean
webp_read_frame (const PiscesWebpChunk *chunk,
                 PiscesWebpFrame       *frame,
                 WebpFrameChunks       *chunks)
{
  const guint8    *body = chunk->body;
  gsize            at   = FRAME_HEADER;
  PiscesWebpChunk  part;
  guint32          width;
  guint32          height;
  gboolean         has_alpha;

  if (chunk->n_body < FRAME_HEADER)
    return FALSE;

  frame->x      = pisces_webp_get_24 (body) * 2;
  frame->y      = pisces_webp_get_24 (body + 3) * 2;
  frame->width  = pisces_webp_get_24 (body + 6) + 1;
  frame->height = pisces_webp_get_24 (body + 9) + 1;
  if (frame->width > frame->canvas_width || frame->height > frame->canvas_height ||
      frame->x > frame->canvas_width - frame->width ||
      frame->y > frame->canvas_height - frame->height)
    return FALSE;

  memset (chunks, 0, sizeof *chunks);
  while (pisces_webp_next_chunk (body, chunk->n_body, &at, &part))
    if (pisces_webp_is_type (&part, "ALPH"))
      {
        chunks->alpha = part;
      }
    else if (pisces_webp_is_type (&part, "VP8 ") || pisces_webp_is_type (&part, "VP8L"))
      {
        chunks->picture = part;
        return pisces_webp_is_picture (&part, &width, &height, &has_alpha) &&
               width == frame->width && height == frame->height;
      }

  return FALSE;
}

static GBytes *
webp_make_still (const PiscesWebpFrame *frame,
                 const WebpFrameChunks *chunks)
{
  GByteArray *file                = g_byte_array_new ();
  guint8      body[EXTENDED_BODY] = { 0 };

  g_byte_array_append (file, (const guint8 *) "RIFF----WEBP", PISCES_WEBP_FILE_HEADER);

  if (chunks->alpha.type)
    {
      body[0] = FLAG_ALPHA;
      pisces_webp_put_24 (body + 4, frame->width - 1);
      pisces_webp_put_24 (body + 7, frame->height - 1);
      webp_add_chunk (file, "VP8X", body, sizeof body);
      webp_add_chunk (file, "ALPH", chunks->alpha.body, chunks->alpha.n_body);
    }
  webp_add_chunk (file, chunks->picture.type, chunks->picture.body,
                  chunks->picture.n_body);
  pisces_put_32 (file->data + 4, file->len - 8, FALSE);

  return g_byte_array_free_to_bytes (file);
}

static void
webp_add_chunk (GByteArray   *file,
                const gchar  *type,
                const guint8 *body,
                gsize         n_body)
{
  guint8 number[4];

  pisces_put_32 (number, n_body, FALSE);
  g_byte_array_append (file, (const guint8 *) type, 4);
  g_byte_array_append (file, number, sizeof number);
  g_byte_array_append (file, body, n_body);
  if (n_body & 1)
    g_byte_array_append (file, (const guint8 *) "", 1);
}
