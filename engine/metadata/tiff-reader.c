/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiff-reader.c: reads the directories of a TIFF, of a BigTIFF, and of the
 * EXIF and MPF blocks in other files, which have the same structure.  Every
 * number from a file is compared with the file's size before it is used.
 *
 * After the specification TIFF 6.0 (Adobe, 1992) and the BigTIFF design of
 * libtiff.
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/tiff-reader.h"

static guint64  tiff_get_index  (const PiscesTiff          *tiff,
                                 const PiscesTiffDirectory *directory,
                                 guint16                    tag);


/*  public functions  */

/**
 * pisces_tiff_open:
 * @tiff: (out caller-allocates): receives what the header says.
 * @data: (array length=n_bytes): the data, which must exist as long as @tiff
 *   is used.
 * @n_bytes: its length.
 *
 * Returns: whether @data begins like a TIFF or BigTIFF.
 */
gboolean
pisces_tiff_open (PiscesTiff   *tiff,
                  const guint8 *data,
                  gsize         n_bytes)
{
  guint16 version;

  memset (tiff, 0, sizeof *tiff);
  if (n_bytes < 8 || (memcmp (data, "II", 2) && memcmp (data, "MM", 2)))
    return FALSE;

  tiff->data       = data;
  tiff->n_bytes    = n_bytes;
  tiff->big_endian = data[0] == 'M';
  version          = pisces_get_16 (data + 2, tiff->big_endian);

  if (version == 42)
    {
      tiff->first_directory = pisces_get_32 (data + 4, tiff->big_endian);
      return TRUE;
    }

  if (version != 43 || n_bytes < 16 ||
      pisces_get_16 (data + 4, tiff->big_endian) != 8 ||
      pisces_get_16 (data + 6, tiff->big_endian) != 0)
    return FALSE;

  tiff->is_big          = TRUE;
  tiff->first_directory = pisces_get_64 (data + 8, tiff->big_endian);

  return TRUE;
}

/**
 * pisces_tiff_read_directory:
 * @tiff: an open TIFF.
 * @offset: the offset of the directory.
 * @directory: (out caller-allocates): receives where its entries are.
 *
 * Returns: whether the whole directory is inside the data.
 */
gboolean
pisces_tiff_read_directory (const PiscesTiff    *tiff,
                            guint64              offset,
                            PiscesTiffDirectory *directory)
{
  guint   count_size = tiff->is_big ? 8 : 2;
  guint   next_size  = tiff->is_big ? 8 : 4;
  guint64 room;

  memset (directory, 0, sizeof *directory);
  if (offset == 0 || offset > tiff->n_bytes ||
      tiff->n_bytes - offset < count_size + next_size)
    return FALSE;

  room                  = tiff->n_bytes - offset - count_size - next_size;
  directory->entries    = offset + count_size;
  directory->entry_size = tiff->is_big ? 20 : 12;
  directory->n_entries  =
    tiff->is_big ? pisces_get_64 (tiff->data + offset, tiff->big_endian)
                 : pisces_get_16 (tiff->data + offset, tiff->big_endian);
  if (directory->n_entries > room / directory->entry_size)
    return FALSE;

  directory->next_position =
    directory->entries + directory->n_entries * directory->entry_size;
  directory->next =
    tiff->is_big
      ? pisces_get_64 (tiff->data + directory->next_position, tiff->big_endian)
      : pisces_get_32 (tiff->data + directory->next_position, tiff->big_endian);

  return TRUE;
}

/**
 * pisces_tiff_has:
 *
 * Returns: whether there is an entry with @tag, with a valid value or not.
 */
gboolean
pisces_tiff_has (const PiscesTiff          *tiff,
                 const PiscesTiffDirectory *directory,
                 guint16                    tag)
{
  return tiff_get_index (tiff, directory, tag) < directory->n_entries;
}

/**
 * pisces_tiff_find:
 * @tiff: an open TIFF.
 * @directory: one of its directories.
 * @tag: the number of a field.
 * @entry: (out caller-allocates): the first entry with that tag.
 *
 * Returns: whether there is such an entry whose whole value is inside the
 *   data.
 */
gboolean
pisces_tiff_find (const PiscesTiff          *tiff,
                  const PiscesTiffDirectory *directory,
                  guint16                    tag,
                  PiscesTiffEntry           *entry)
{
  guint64 i = tiff_get_index (tiff, directory, tag);

  return i < directory->n_entries &&
         pisces_tiff_read_entry (tiff, directory, i, entry);
}

/**
 * pisces_tiff_read_entry:
 * @tiff: an open TIFF.
 * @directory: one of its directories.
 * @i: the index of an entry.
 * @entry: (out caller-allocates): receives the entry; its @n_bytes are 0 if
 *   its type is unknown, as there may be new types.
 *
 * Returns: whether its type is known and its whole value is inside the data.
 */
gboolean
pisces_tiff_read_entry (const PiscesTiff          *tiff,
                        const PiscesTiffDirectory *directory,
                        guint64                    i,
                        PiscesTiffEntry           *entry)
{
  /* The size of one value in bytes, for each type.  */
  static const guint8  sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4,
                                   0, 0, 8, 8, 8 };
  guint                count_size = tiff->is_big ? 8 : 4;
  const guint8        *bytes;
  guint                size;

  entry->position = directory->entries + i * directory->entry_size;
  bytes           = tiff->data + entry->position;
  entry->tag      = pisces_get_16 (bytes, tiff->big_endian);
  entry->type     = pisces_get_16 (bytes + 2, tiff->big_endian);
  entry->count    = tiff->is_big ? pisces_get_64 (bytes + 4, tiff->big_endian)
                                 : pisces_get_32 (bytes + 4, tiff->big_endian);
  size            = entry->type < G_N_ELEMENTS (sizes) ? sizes[entry->type] : 0;
  entry->n_bytes  = size == 0 ? 0 : MIN (entry->count, G_MAXUINT64 / size) * size;
  if (size == 0 || entry->count > tiff->n_bytes / size)
    return FALSE;

  entry->value = entry->position + 4 + count_size;
  if (entry->n_bytes > count_size)
    entry->value =
      tiff->is_big ? pisces_get_64 (tiff->data + entry->value, tiff->big_endian)
                   : pisces_get_32 (tiff->data + entry->value, tiff->big_endian);

  return entry->value <= tiff->n_bytes &&
         entry->n_bytes <= tiff->n_bytes - entry->value;
}

/**
 * pisces_tiff_find_number:
 * @tiff: an open TIFF.
 * @directory: one of its directories.
 * @tag: the number of a field that contains one SHORT or LONG.
 * @number: (out): its value.
 *
 * Returns: whether there is such a field.
 */
gboolean
pisces_tiff_find_number (const PiscesTiff          *tiff,
                         const PiscesTiffDirectory *directory,
                         guint16                    tag,
                         guint64                   *number)
{
  PiscesTiffEntry entry;

  if (! pisces_tiff_find (tiff, directory, tag, &entry) || entry.count < 1)
    return FALSE;

  if (entry.type == PISCES_TIFF_SHORT)
    *number = pisces_get_16 (tiff->data + entry.value, tiff->big_endian);
  else if (entry.type == PISCES_TIFF_LONG || entry.type == 13)
    *number = pisces_get_32 (tiff->data + entry.value, tiff->big_endian);
  else
    return FALSE;

  return TRUE;
}


/*  private functions  */

/* Returns the number of entries if there is none with this tag.  */
static guint64
tiff_get_index (const PiscesTiff          *tiff,
                const PiscesTiffDirectory *directory,
                guint16                    tag)
{
  guint64 i = 0;

  while (i < directory->n_entries &&
         pisces_get_16 (tiff->data + directory->entries +
                          i * directory->entry_size,
                        tiff->big_endian) != tag)
    i++;

  return i;
}
