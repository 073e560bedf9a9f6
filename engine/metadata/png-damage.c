/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * png-damage.c: checks whether all frames of an animated PNG are complete.
 * libpng only reads the first picture.  For it the others are unknown chunks,
 * whose checksums it does not check.  Decodes nothing.
 *
 * After the PNG Specification, third edition (W3C, 2025).
 */

#include <string.h>

#include <zlib.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/png-damage.h"

#define SIGNATURE_LEN 8

/* The length and the type, and the checksum after the data.  */
#define HEAD_LEN      8
#define SUM_LEN       4

static gboolean  is_of_animation  (const guint8  *type);
static gboolean  is_whole         (FILE          *file,
                                   const guint8  *type,
                                   guint32        n_bytes);


/*  public functions  */

/**
 * pisces_png_find_damage:
 * @file: a PNG file, opened at its first byte.
 *
 * Chunks that do not belong to frames are skipped: libpng checks those of the
 * first picture, and wrong checksums in others do no harm. libpng also notices
 * if the file ends too early.
 *
 * Returns: %PISCES_DAMAGE_DATA if a chunk of the animation does not match its
 *   checksum.
 */
PiscesDamage
pisces_png_find_damage (FILE *file)
{
  guint8 head[HEAD_LEN];

  if (fseeko (file, SIGNATURE_LEN, SEEK_SET) != 0)
    return PISCES_DAMAGE_NONE;

  while (fread (head, sizeof head, 1, file) == 1 &&
         memcmp (head + 4, "IEND", 4) != 0)
    {
      guint32 n_bytes = pisces_get_32 (head, TRUE);

      if (! is_of_animation (head + 4))
        {
          if (fseeko (file, (off_t) n_bytes + SUM_LEN, SEEK_CUR) != 0)
            return PISCES_DAMAGE_NONE;
        }
      else if (! is_whole (file, head + 4, n_bytes))
        return PISCES_DAMAGE_DATA;
    }

  return PISCES_DAMAGE_NONE;
}


/*  private functions  */

static gboolean
is_of_animation (const guint8 *type)
{
  return memcmp (type, "acTL", 4) == 0 || memcmp (type, "fcTL", 4) == 0 ||
         memcmp (type, "fdAT", 4) == 0;
}

static gboolean
is_whole (FILE         *file,
          const guint8 *type,
          guint32       n_bytes)
{
  guint8 bytes[16 * 1024];
  guint8 sum[SUM_LEN];
  uLong  found = crc32 (crc32 (0, NULL, 0), type, 4);

  while (n_bytes > 0)
    {
      gsize n = MIN (n_bytes, sizeof bytes);

      if (fread (bytes, n, 1, file) != 1)
        return FALSE;
      found    = crc32 (found, bytes, n);
      n_bytes -= n;
    }

  return fread (sum, sizeof sum, 1, file) == 1 &&
         pisces_get_32 (sum, TRUE) == found;
}
