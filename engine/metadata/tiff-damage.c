/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiff-damage.c: checks whether all pages of a TIFF are complete. libtiff
 * reads one page at a time and skips what it does not need, so it does not
 * notice if the end of a file is missing.  This file walks through the
 * directories of all pages, and checks that everything they point at is inside
 * the file.  It decodes nothing, and does not follow the directories of EXIF
 * and of raw files.
 */

#include "engine/metadata/byte-order.h"
#include "engine/metadata/tiff-damage.h"
#include "engine/metadata/tiff-reader.h"

/* Limits, because the chain of pages may lead back into itself, and pages may
 * share what they point at.
 */
#define PAGES_MAX   65536
#define LOOKS_MAX   (16 * 1024 * 1024)

#define TAG_STRIP_OFFSETS      273
#define TAG_STRIP_BYTE_COUNTS  279
#define TAG_TILE_OFFSETS       324
#define TAG_TILE_BYTE_COUNTS   325

static gboolean  check_values  (const PiscesTiff          *tiff,
                                const PiscesTiffDirectory *page,
                                guint                     *n_looks);
static gboolean  check_strips  (const PiscesTiff          *tiff,
                                const PiscesTiffDirectory *page,
                                guint16                    tag_of_offsets,
                                guint16                    tag_of_counts,
                                guint                     *n_looks);
static guint64   get_number    (const PiscesTiff          *tiff,
                                const PiscesTiffEntry     *entry,
                                guint64                    i);


/*  public functions  */

/**
 * pisces_tiff_find_damage:
 * @data: (array length=n_bytes): a whole file that begins as TIFFs do.
 * @n_bytes: its length.
 *
 * Returns: %PISCES_DAMAGE_CUT if a directory, a value or a strip of any page
 *   is beyond the end.
 */
PiscesDamage
pisces_tiff_find_damage (const guint8 *data,
                         gsize         n_bytes)
{
  PiscesTiff          tiff;
  PiscesTiffDirectory page;
  guint64             next;
  guint               n_looks = 0;

  if (! pisces_tiff_open (&tiff, data, n_bytes))
    return PISCES_DAMAGE_NONE;

  next = tiff.first_directory;
  for (guint i = 0; next != 0 && i < PAGES_MAX && n_looks < LOOKS_MAX; i++)
    {
      if (! pisces_tiff_read_directory (&tiff, next, &page) ||
          ! check_values (&tiff, &page, &n_looks) ||
          ! check_strips (&tiff, &page, TAG_STRIP_OFFSETS,
                          TAG_STRIP_BYTE_COUNTS, &n_looks) ||
          ! check_strips (&tiff, &page, TAG_TILE_OFFSETS,
                          TAG_TILE_BYTE_COUNTS, &n_looks))
        return PISCES_DAMAGE_CUT;

      next = page.next;
    }

  return PISCES_DAMAGE_NONE;
}


/*  private functions  */

static gboolean
check_values (const PiscesTiff          *tiff,
              const PiscesTiffDirectory *page,
              guint                     *n_looks)
{
  PiscesTiffEntry entry;

  for (guint64 i = 0; i < page->n_entries && *n_looks < LOOKS_MAX; i++)
    {
      ++*n_looks;
      if (! pisces_tiff_read_entry (tiff, page, i, &entry) &&
          entry.n_bytes > 0)
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_strips (const PiscesTiff          *tiff,
              const PiscesTiffDirectory *page,
              guint16                    tag_of_offsets,
              guint16                    tag_of_counts,
              guint                     *n_looks)
{
  PiscesTiffEntry offsets, counts;

  if (! pisces_tiff_find (tiff, page, tag_of_offsets, &offsets) ||
      ! pisces_tiff_find (tiff, page, tag_of_counts, &counts))
    return TRUE;

  for (guint64 i = 0; i < MIN (offsets.count, counts.count) &&
                      *n_looks < LOOKS_MAX; i++)
    {
      guint64 start   = get_number (tiff, &offsets, i);
      guint64 n_bytes = get_number (tiff, &counts, i);

      ++*n_looks;
      if (start > tiff->n_bytes || n_bytes > tiff->n_bytes - start)
        return FALSE;
    }

  return TRUE;
}

/* Returns 0 if the value does not have a suitable type.  */
static guint64
get_number (const PiscesTiff      *tiff,
            const PiscesTiffEntry *entry,
            guint64                i)
{
  guint         size  = entry->n_bytes / MAX (entry->count, 1);
  const guint8 *bytes = tiff->data + entry->value + i * size;

  switch (size)
    {
    case 2:
      return pisces_get_16 (bytes, tiff->big_endian);

    case 4:
      return pisces_get_32 (bytes, tiff->big_endian);

    case 8:
      return pisces_get_64 (bytes, tiff->big_endian);

    default:
      return 0;
    }
}
