/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * jpeg-mpf.c: the list of further pictures that follow the first one in a JPEG
 * file: gain maps of HDR photographs, previews, the other half of a stereo
 * pair.  An MPF segment contains their offsets, relative to itself.
 *
 * After CIPA DC-007 (Multi-Picture Format).
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/jpeg-mpf.h"
#include "engine/metadata/tiff-reader.h"

#define TAG_MP_ENTRY  0xb002

/* Attributes, size, offset from the segment's own header, and two more
 * numbers.  The first picture's offset is 0, and its size includes everything
 * before the second one.
 */
#define MP_ENTRY_SIZE 16

/* @numbers: the position of the size in the file; the offset follows it.  */
typedef struct
{
  gsize  numbers;
  gint64 size;
  gint64 distance;
} MpfPicture;

static gboolean mpf_find_pictures (const guint8    *data,
                                   gsize            base,
                                   gsize            n_mpf,
                                   PiscesTiff      *tiff,
                                   PiscesTiffEntry *entry);
static gboolean mpf_get_picture   (const guint8    *data,
                                   PiscesTiff      *tiff,
                                   PiscesTiffEntry *entry,
                                   guint64          i,
                                   MpfPicture      *picture);


/*  public functions  */

/**
 * pisces_jpeg_mpf_is_cut:
 * @data: (array length=n_bytes): a whole file.
 * @n_bytes: its length.
 * @base: where the segment's own header begins; offsets are relative to this.
 * @n_mpf: the length of the segment from there on.
 *
 * A program that does not know about further pictures may have removed them
 * and kept the list.  So an entry is ignored if it begins after the end of the
 * file, or where no JPEG begins.
 *
 * Returns: whether the file ends inside one of the listed pictures.
 */
gboolean
pisces_jpeg_mpf_is_cut (const guint8 *data,
                        gsize         n_bytes,
                        gsize         base,
                        gsize         n_mpf)
{
  PiscesTiff      tiff;
  PiscesTiffEntry entry;
  MpfPicture      picture;

  if (! mpf_find_pictures (data, base, n_mpf, &tiff, &entry))
    return FALSE;

  for (guint64 i = 0; mpf_get_picture (data, &tiff, &entry, i, &picture); i++)
    {
      gint64 start = base + picture.distance;

      if (picture.distance > 0 &&
          start + 3 <= (gint64) n_bytes &&
          ! memcmp (data + start, "\377\330\377", 3) &&
          start + picture.size > (gint64) n_bytes)
        return TRUE;
    }

  return FALSE;
}

/**
 * pisces_jpeg_mpf_move:
 * @data: a file; see pisces_jpeg_mpf_is_cut() for @base and @n_mpf.
 * @base: see above.
 * @n_mpf: see above.
 * @place: where bytes will be replaced, before the picture's own data.
 * @n_removed: how many bytes are removed there.
 * @n_added: how many bytes are inserted instead.
 * @splice: the changed numbers are added to it.
 *
 * Returns: whether the list will be right afterwards.
 */
gboolean
pisces_jpeg_mpf_move (const guint8 *data,
                      gsize         base,
                      gsize         n_mpf,
                      gsize         place,
                      gsize         n_removed,
                      gsize         n_added,
                      PiscesSplice *splice)
{
  gint64          behind = place + n_removed;
  gint64          delta  = (gint64) n_added - (gint64) n_removed;
  gint64          moved  = (gint64) base >= behind ? delta : 0;
  PiscesTiff      tiff;
  PiscesTiffEntry entry;
  MpfPicture      picture;

  if (! mpf_find_pictures (data, base, n_mpf, &tiff, &entry))
    return tiff.data != NULL;

  for (guint64 i = 0; mpf_get_picture (data, &tiff, &entry, i, &picture); i++)
    {
      gint64 size     = picture.size;
      gint64 distance = picture.distance;
      guint8 numbers[8];

      if (distance == 0)
        {
          /* Some programs write no size for the last picture.  */
          if (size >= behind)
            size += delta;
        }
      else
        {
          gint64 target = base + distance;

          if (target >= (gint64) place && target < behind)
            return FALSE;
          if (target >= behind)
            distance += delta;
          distance -= moved;
        }

      if (size > G_MAXUINT32 || distance < 0 || distance > G_MAXUINT32)
        return FALSE;

      pisces_put_32 (numbers, size, tiff.big_endian);
      pisces_put_32 (numbers + 4, distance, tiff.big_endian);
      if (memcmp (numbers, data + picture.numbers, sizeof numbers) != 0)
        pisces_splice_replace (splice, picture.numbers, sizeof numbers,
                               numbers, sizeof numbers);
    }

  return TRUE;
}


/*  private functions  */

/* @tiff: has no data if the segment cannot be parsed at all.  */
static gboolean
mpf_find_pictures (const guint8    *data,
                   gsize            base,
                   gsize            n_mpf,
                   PiscesTiff      *tiff,
                   PiscesTiffEntry *entry)
{
  PiscesTiffDirectory directory;

  if (! pisces_tiff_open (tiff, data + base, n_mpf) ||
      ! pisces_tiff_read_directory (tiff, tiff->first_directory, &directory))
    {
      tiff->data = NULL;
      return FALSE;
    }

  return pisces_tiff_find (tiff, &directory, TAG_MP_ENTRY, entry);
}

static gboolean
mpf_get_picture (const guint8    *data,
                 PiscesTiff      *tiff,
                 PiscesTiffEntry *entry,
                 guint64          i,
                 MpfPicture      *picture)
{
  const guint8 *numbers;

  if (i >= entry->n_bytes / MP_ENTRY_SIZE)
    return FALSE;

  numbers           = tiff->data + entry->value + MP_ENTRY_SIZE * i + 4;
  picture->numbers  = numbers - data;
  picture->size     = pisces_get_32 (numbers, tiff->big_endian);
  picture->distance = pisces_get_32 (numbers + 4, tiff->big_endian);

  return TRUE;
}
