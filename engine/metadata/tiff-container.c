/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiff-container.c: the metadata blocks of a TIFF, which are fields of its
 * first directory.  Only the program that wrote a TIFF knows all its offsets,
 * so nothing is moved: a packet that does not fit into its old place goes to
 * the end of the file, and a directory without a field for the packet is
 * written there again, with that field.  All pages, and hidden data between
 * them, stay where they are.
 *
 * After the specification TIFF 6.0 (Adobe, 1992), the BigTIFF design of
 * libtiff, and XMP Specification Part 3, 3.3.
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/picture-container-private.h"
#include "engine/metadata/tiff-reader.h"

#define TAG_XMP       0x02bc
#define TAG_IPTC      0x83bb
#define TAG_PHOTOSHOP 0x8649
#define TAG_DNG       0xc612
#define TAG_C2PA      0xcd41

#define XMP_MAX       (16 * 1024 * 1024)

static gboolean tiff_is_one       (const guint8              *data,
                                   gsize                      n_bytes);
static gboolean tiff_read         (const guint8              *data,
                                   gsize                      n_bytes,
                                   PiscesContainerBlocks     *blocks);
static gboolean tiff_put_xmp      (const guint8              *data,
                                   gsize                      n_bytes,
                                   GBytes                    *xmp,
                                   PiscesSplice              *splice);
static gboolean tiff_open         (PiscesTiff                *tiff,
                                   PiscesTiffDirectory       *directory,
                                   const guint8              *data,
                                   gsize                      n_bytes);
static void     tiff_make_entry   (const PiscesTiff          *tiff,
                                   guint8                    *bytes,
                                   gsize                      n_xmp,
                                   guint64                    position);
static void     tiff_add_entry    (const PiscesTiff          *tiff,
                                   const PiscesTiffDirectory *directory,
                                   GByteArray                *end,
                                   const guint8              *entry);

const PiscesContainerClass pisces_tiff_class =
{
  tiff_is_one, tiff_read, tiff_put_xmp, XMP_MAX,
};


static gboolean
tiff_is_one (const guint8 *data,
             gsize         n_bytes)
{
  PiscesTiff tiff;

  return pisces_tiff_open (&tiff, data, n_bytes);
}

static gboolean
tiff_read (const guint8          *data,
           gsize                  n_bytes,
           PiscesContainerBlocks *blocks)
{
  PiscesTiff          tiff;
  PiscesTiffDirectory directory;
  PiscesTiffEntry     entry;

  if (! tiff_open (&tiff, &directory, data, n_bytes))
    return FALSE;

  blocks->exif = g_bytes_new_static (data, n_bytes);
  if (pisces_tiff_find (&tiff, &directory, TAG_XMP, &entry))
    pisces_blocks_take_xmp (blocks, data + entry.value, entry.n_bytes);
  else if (pisces_tiff_has (&tiff, &directory, TAG_XMP))
    return FALSE;
  if (pisces_tiff_find (&tiff, &directory, TAG_PHOTOSHOP, &entry))
    pisces_blocks_take_photoshop (blocks, data + entry.value, entry.n_bytes);
  if (pisces_tiff_find (&tiff, &directory, TAG_IPTC, &entry))
    {
      g_clear_pointer (&blocks->iptc, g_bytes_unref);
      blocks->iptc = g_bytes_new (data + entry.value, entry.n_bytes);
    }

  if (pisces_tiff_find (&tiff, &directory, TAG_C2PA, &entry))
    blocks->obstacle = PISCES_OBSTACLE_SIGNED;
  if (pisces_tiff_find (&tiff, &directory, TAG_DNG, &entry) ||
      ! memcmp (data + 8, "CR", 2))
    blocks->obstacle = PISCES_OBSTACLE_RAW;

  return TRUE;
}

static gboolean
tiff_put_xmp (const guint8 *data,
              gsize         n_bytes,
              GBytes       *xmp,
              PiscesSplice *splice)
{
  g_autoptr (GByteArray)  end     = g_byte_array_new ();
  gsize                   n_xmp;
  const guint8           *packet  = g_bytes_get_data (xmp, &n_xmp);
  guint8                  bytes[20];
  PiscesTiff              tiff;
  PiscesTiffDirectory     directory;
  PiscesTiffEntry         entry;
  gboolean                has_one;

  if (! tiff_open (&tiff, &directory, data, n_bytes))
    return FALSE;

  has_one = pisces_tiff_find (&tiff, &directory, TAG_XMP, &entry);
  if (has_one && entry.n_bytes == n_xmp)
    {
      pisces_splice_replace (splice, entry.value, n_xmp, packet, n_xmp);
      return TRUE;
    }

  /* Values and directories must begin at even offsets.  */
  if (n_bytes & 1)
    g_byte_array_append (end, (const guint8 *) "", 1);
  tiff_make_entry (&tiff, bytes, n_xmp, n_bytes + end->len);
  g_byte_array_append (end, packet, n_xmp);
  if ((end->len + n_bytes) & 1)
    g_byte_array_append (end, (const guint8 *) "", 1);

  if (has_one)
    {
      pisces_splice_replace (splice, entry.position, directory.entry_size,
                             bytes, directory.entry_size);
    }
  else
    {
      guint64 place = n_bytes + end->len;
      guint8  first[8];

      tiff_add_entry (&tiff, &directory, end, bytes);
      if (tiff.is_big)
        pisces_put_64 (first, place, tiff.big_endian);
      else
        pisces_put_32 (first, place, tiff.big_endian);
      pisces_splice_replace (splice, tiff.is_big ? 8 : 4, tiff.is_big ? 8 : 4,
                             first, tiff.is_big ? 8 : 4);
    }

  pisces_splice_replace (splice, n_bytes, 0, end->data, end->len);

  /* A TIFF has 32-bit offsets, and a directory a 16-bit number of entries.  */
  return tiff.is_big || ((guint64) n_bytes + end->len <= G_MAXUINT32 &&
                         directory.n_entries < G_MAXUINT16);
}

static gboolean
tiff_open (PiscesTiff          *tiff,
           PiscesTiffDirectory *directory,
           const guint8        *data,
           gsize                n_bytes)
{
  return pisces_tiff_open (tiff, data, n_bytes) && n_bytes >= 10 &&
         pisces_tiff_read_directory (tiff, tiff->first_directory, directory);
}

static void
tiff_make_entry (const PiscesTiff *tiff,
                 guint8           *bytes,
                 gsize             n_xmp,
                 guint64           position)
{
  pisces_put_16 (bytes, TAG_XMP, tiff->big_endian);
  pisces_put_16 (bytes + 2, PISCES_TIFF_BYTE, tiff->big_endian);

  if (tiff->is_big)
    {
      pisces_put_64 (bytes + 4, n_xmp, tiff->big_endian);
      pisces_put_64 (bytes + 12, position, tiff->big_endian);
    }
  else
    {
      pisces_put_32 (bytes + 4, n_xmp, tiff->big_endian);
      pisces_put_32 (bytes + 8, position, tiff->big_endian);
    }
}

/* Entries must be sorted by their tags.  */
static void
tiff_add_entry (const PiscesTiff          *tiff,
                const PiscesTiffDirectory *directory,
                GByteArray                *end,
                const guint8              *entry)
{
  const guint8 *entries = tiff->data + directory->entries;
  guint         size    = directory->entry_size;
  guint64       before  = 0;
  guint8        count[8];

  while (before < directory->n_entries &&
         pisces_get_16 (entries + before * size, tiff->big_endian) < TAG_XMP)
    before++;

  if (tiff->is_big)
    pisces_put_64 (count, directory->n_entries + 1, tiff->big_endian);
  else
    pisces_put_16 (count, directory->n_entries + 1, tiff->big_endian);

  g_byte_array_append (end, count, tiff->is_big ? 8 : 2);
  g_byte_array_append (end, entries, before * size);
  g_byte_array_append (end, entry, size);
  /* The remaining entries, and the offset of the next directory.  */
  g_byte_array_append (end, entries + before * size,
                       (directory->n_entries - before) * size +
                         (tiff->is_big ? 8 : 4));
}
