/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * jpeg-container.c: the metadata blocks of a JPEG, which are segments before
 * the picture's own data.  An MPF segment contains the offsets of further
 * pictures in the file; these are corrected when bytes are inserted before
 * them.
 *
 * After ITU-T T.81, annex B; XMP Specification Part 3, 1.1.3.
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/jpeg-mpf.h"
#include "engine/metadata/picture-container-private.h"

#define MARKER_SOI   0xd8
#define MARKER_EOI   0xd9
#define MARKER_SOS   0xda
#define MARKER_APP0  0xe0
#define MARKER_APP1  0xe1
#define MARKER_APP2  0xe2
#define MARKER_APP11 0xeb
#define MARKER_APP13 0xed

/* Each name ends in a zero byte, which sizeof includes.  */
static const gchar name_exif[]      = "Exif\0";
static const gchar name_xmp[]       = "http://ns.adobe.com/xap/1.0/";
static const gchar name_more[]      = "http://ns.adobe.com/xmp/extension/";
static const gchar name_mpf[]       = "MPF";
static const gchar name_photoshop[] = "Photoshop 3.0";

/* A packet that is too long for one segment is split.  Before each part come a
 * digest, the total length, and the offset of the part.
 */
#define MORE_DIGEST 32
#define MORE_HEADER (MORE_DIGEST + 8)

/* Real packets are smaller than this.  */
#define MORE_MAX    (16 * 1024 * 1024)

/* The segment begins at the 0xff of its marker; @body is what follows the
 * length.  */
typedef struct
{
  gsize   position;
  guint8  marker;
  gsize   body;
  gsize   n_body;
} JpegSegment;

static gboolean jpeg_is_one       (const guint8          *data,
                                   gsize                  n_bytes);
static gboolean jpeg_read         (const guint8          *data,
                                   gsize                  n_bytes,
                                   PiscesContainerBlocks *blocks);
static gboolean jpeg_put_xmp      (const guint8          *data,
                                   gsize                  n_bytes,
                                   GBytes                *xmp,
                                   PiscesSplice          *splice);
static gboolean jpeg_next_segment (const guint8          *data,
                                   gsize                  n_bytes,
                                   gsize                 *at,
                                   JpegSegment           *segment);
static gboolean jpeg_is_named     (const guint8          *data,
                                   const JpegSegment     *segment,
                                   guint8                 marker,
                                   const gchar           *name,
                                   gsize                  n_name);
static void     jpeg_take_more    (PiscesContainerBlocks *blocks,
                                   GByteArray            *more,
                                   const guint8          *part,
                                   gsize                  n_part);
static gboolean jpeg_is_signature (const guint8          *data,
                                   const JpegSegment     *segment);
static gboolean jpeg_has_trailer  (const guint8          *data,
                                   gsize                  n_bytes);

#define IS_NAMED(data, segment, marker, name) \
  jpeg_is_named (data, segment, marker, name, sizeof (name))

const PiscesContainerClass pisces_jpeg_class =
{
  jpeg_is_one, jpeg_read, jpeg_put_xmp,
  /* The length of a segment has 16 bits and includes itself.  */
  65535 - 2 - sizeof (name_xmp),
};


static gboolean
jpeg_is_one (const guint8 *data,
             gsize         n_bytes)
{
  return n_bytes >= 4 && data[0] == 0xff && data[1] == MARKER_SOI &&
         data[2] == 0xff;
}

static gboolean
jpeg_read (const guint8          *data,
           gsize                  n_bytes,
           PiscesContainerBlocks *blocks)
{
  g_autoptr (GByteArray) more      = g_byte_array_new ();
  g_autoptr (GByteArray) photoshop = g_byte_array_new ();
  JpegSegment            segment;
  gsize                  at        = 2;

  while (jpeg_next_segment (data, n_bytes, &at, &segment) &&
         segment.marker != MARKER_SOS)
    {
      const guint8 *body   = data + segment.body;
      gsize         n_body = segment.n_body;

      if (IS_NAMED (data, &segment, MARKER_APP1, name_xmp))
        pisces_blocks_take_xmp (blocks, body + sizeof name_xmp,
                                n_body - sizeof name_xmp);
      else if (IS_NAMED (data, &segment, MARKER_APP1, name_more))
        jpeg_take_more (blocks, more, body + sizeof name_more,
                        n_body - sizeof name_more);
      else if (IS_NAMED (data, &segment, MARKER_APP1, name_exif))
        pisces_blocks_take_exif (blocks, body, n_body);
      else if (IS_NAMED (data, &segment, MARKER_APP13, name_photoshop))
        g_byte_array_append (photoshop, body + sizeof name_photoshop,
                             n_body - sizeof name_photoshop);
      else if (jpeg_is_signature (data, &segment))
        blocks->obstacle = PISCES_OBSTACLE_SIGNED;
    }

  if (segment.marker != MARKER_SOS || pisces_jpeg_ends_early (data, n_bytes))
    return FALSE;

  pisces_blocks_take_photoshop (blocks, photoshop->data, photoshop->len);
  if (more->len > 0)
    blocks->more_xmp = g_bytes_new (more->data, more->len);
  if (jpeg_has_trailer (data, n_bytes))
    blocks->obstacle = PISCES_OBSTACLE_OFFSETS;

  return TRUE;
}

/* Returns whether the file ends inside one of the further pictures that it
 * lists.  */
gboolean
pisces_jpeg_ends_early (const guint8 *data,
                        gsize         n_bytes)
{
  gsize       at = 2;
  JpegSegment segment;

  while (jpeg_next_segment (data, n_bytes, &at, &segment) &&
         segment.marker != MARKER_SOS)
    if (IS_NAMED (data, &segment, MARKER_APP2, name_mpf) &&
        pisces_jpeg_mpf_is_cut (data, n_bytes, segment.body + sizeof name_mpf,
                                segment.n_body - sizeof name_mpf))
      return TRUE;

  return FALSE;
}

/* A new packet goes after the EXIF block, or where that would be, because
 * programs look for JFIF first, then EXIF, then XMP.
 */
static gboolean
jpeg_put_xmp (const guint8 *data,
              gsize         n_bytes,
              GBytes       *xmp,
              PiscesSplice *splice)
{
  g_autoptr (GByteArray)  new_segment = g_byte_array_new ();
  g_autoptr (GArray)      mpfs        = NULL;
  gsize                   n_xmp;
  const guint8           *packet      = g_bytes_get_data (xmp, &n_xmp);
  guint8                  head[4]     = { 0xff, MARKER_APP1 };
  gsize                   place       = 2;
  gsize                   n_removed   = 0;
  gboolean                found       = FALSE;
  gsize                   at          = 2;
  JpegSegment             segment;

  mpfs = g_array_new (FALSE, FALSE, sizeof (JpegSegment));
  while (jpeg_next_segment (data, n_bytes, &at, &segment) &&
         segment.marker != MARKER_SOS)
    {
      if (IS_NAMED (data, &segment, MARKER_APP1, name_xmp))
        {
          place     = segment.position;
          n_removed = at - segment.position;
          found     = TRUE;
        }
      else if (! found && (segment.marker == MARKER_APP0 ||
                           IS_NAMED (data, &segment, MARKER_APP1, name_exif)))
        place = at;
      else if (IS_NAMED (data, &segment, MARKER_APP2, name_mpf))
        g_array_append_val (mpfs, segment);
    }

  pisces_put_16 (head + 2, 2 + sizeof name_xmp + n_xmp, TRUE);
  g_byte_array_append (new_segment, head, sizeof head);
  g_byte_array_append (new_segment, (const guint8 *) name_xmp, sizeof name_xmp);
  g_byte_array_append (new_segment, packet, n_xmp);
  pisces_splice_replace (splice, place, n_removed,
                         new_segment->data, new_segment->len);

  for (guint i = 0; i < mpfs->len; i++)
    {
      const JpegSegment *mpf = &g_array_index (mpfs, JpegSegment, i);

      if (! pisces_jpeg_mpf_move (data, mpf->body + sizeof name_mpf,
                                  mpf->n_body - sizeof name_mpf, place,
                                  n_removed, new_segment->len, splice))
        return FALSE;
    }

  return TRUE;
}

/* Reads the segment at @at, and moves @at behind it.  Before a marker there
 * may be any number of 0xff bytes.
 */
static gboolean
jpeg_next_segment (const guint8 *data,
                   gsize         n_bytes,
                   gsize        *at,
                   JpegSegment  *segment)
{
  gsize i = *at;

  segment->marker = 0;
  if (i >= n_bytes || data[i] != 0xff)
    return FALSE;
  while (i < n_bytes && data[i] == 0xff)
    i++;
  if (n_bytes - i < 3 || data[i] == MARKER_EOI || data[i] == MARKER_SOI)
    return FALSE;

  segment->position = *at;
  segment->body     = i + 3;
  segment->n_body   = pisces_get_16 (data + i + 1, TRUE);
  if (segment->n_body < 2 || segment->n_body - 2 > n_bytes - segment->body)
    return FALSE;

  segment->n_body -= 2;
  segment->marker  = data[i];
  *at              = segment->body + segment->n_body;

  return TRUE;
}

static gboolean
jpeg_is_named (const guint8      *data,
               const JpegSegment *segment,
               guint8             marker,
               const gchar       *name,
               gsize              n_name)
{
  return segment->marker == marker && segment->n_body >= n_name &&
         ! memcmp (data + segment->body, name, n_name);
}

/* The parts may come in any order; only those with the digest of the first one
 * are used.  */
static void
jpeg_take_more (PiscesContainerBlocks *blocks,
                GByteArray            *more,
                const guint8          *part,
                gsize                  n_part)
{
  guint32 whole;
  guint32 offset;

  if (n_part < MORE_HEADER)
    return;

  whole   = pisces_get_32 (part + MORE_DIGEST, TRUE);
  offset  = pisces_get_32 (part + MORE_DIGEST + 4, TRUE);
  part   += MORE_HEADER;
  n_part -= MORE_HEADER;

  if (whole > MORE_MAX || offset > whole || n_part > whole - offset)
    return;
  if (more->len == 0)
    {
      g_byte_array_set_size (more, whole);
      if (whole)
        memset (more->data, ' ', whole);
    }
  if (more->len == whole && n_part)
    memcpy (more->data + offset, part, n_part);
}

/* Content Credentials (C2PA) consist of JUMBF boxes.  */
static gboolean
jpeg_is_signature (const guint8      *data,
                   const JpegSegment *segment)
{
  const guint8 *body = data + segment->body;

  return segment->marker == MARKER_APP11 && segment->n_body >= 16 &&
         ! memcmp (body, "JP", 2) && ! memcmp (body + 12, "jumb", 4) &&
         memmem (body + 16, segment->n_body - 16, "c2pa", 4) != NULL;
}

/* AFCP, at the end of the file, contains offsets from its beginning.  */
static gboolean
jpeg_has_trailer (const guint8 *data,
                  gsize         n_bytes)
{
  return n_bytes > 12 && (! memcmp (data + n_bytes - 12, "AXS!", 4) ||
                          ! memcmp (data + n_bytes - 12, "AXS*", 4));
}
