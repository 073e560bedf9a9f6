/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * exif.c: reads what is needed from a picture's EXIF and IPTC blocks: the
 * orientation, and whether a person has described the picture there.
 *
 * exiv2 is not used for this, because it would also read the file's XMP, and
 * it keeps the namespaces from there for all later files (0.28.5).
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/exif.h"
#include "engine/metadata/tiff-reader.h"

/* Tags of EXIF 2.32 and of Windows Explorer.  */
#define TAG_DESCRIPTION   0x010e
#define TAG_ORIENTATION   0x0112
#define TAG_EXIF          0x8769
#define TAG_USER_COMMENT  0x9286
#define TAG_XP_COMMENT    0x9c9c

/* Length of the name of the character set, with which a comment begins.  */
#define CHARACTER_SET     8

static gboolean exif_has_words (const PiscesTiff          *tiff,
                                const PiscesTiffDirectory *directory,
                                guint16                    tag,
                                guint64                    skip);
static gboolean has_words      (const guint8              *bytes,
                                guint64                    n_bytes);


/**
 * pisces_exif_get_orientation:
 * @tiff: (array length=n_bytes): an EXIF block, starting with its TIFF header,
 *   or a TIFF file.
 * @n_bytes: its length.
 *
 * Returns: how the pixels must be rotated, 1 to 8 as in EXIF; 1 if it is not
 *   given.
 */
guint
pisces_exif_get_orientation (const guint8 *tiff,
                             gsize         n_bytes)
{
  PiscesTiff          reader;
  PiscesTiffDirectory directory;
  guint64             orientation;

  if (pisces_tiff_open (&reader, tiff, n_bytes) &&
      pisces_tiff_read_directory (&reader, reader.first_directory,
                                  &directory) &&
      pisces_tiff_find_number (&reader, &directory, TAG_ORIENTATION,
                               &orientation) &&
      orientation >= 1 && orientation <= 8)
    return orientation;

  return 1;
}

/**
 * pisces_exif_has_description:
 * @tiff: (array length=n_bytes): as for pisces_exif_get_orientation().
 * @n_bytes: its length.
 *
 * Cameras may write their own names there.  These cannot be told from a
 * person's words, so they count as words.
 *
 * Returns: whether its description or one of its comments has words.
 */
gboolean
pisces_exif_has_description (const guint8 *tiff,
                             gsize         n_bytes)
{
  PiscesTiff          reader;
  PiscesTiffDirectory directory;
  PiscesTiffDirectory exif;
  guint64             offset;

  if (! pisces_tiff_open (&reader, tiff, n_bytes) ||
      ! pisces_tiff_read_directory (&reader, reader.first_directory,
                                    &directory))
    return FALSE;

  if (exif_has_words (&reader, &directory, TAG_DESCRIPTION, 0) ||
      exif_has_words (&reader, &directory, TAG_XP_COMMENT, 0))
    return TRUE;

  return pisces_tiff_find_number (&reader, &directory, TAG_EXIF, &offset) &&
         pisces_tiff_read_directory (&reader, offset, &exif) &&
         exif_has_words (&reader, &exif, TAG_USER_COMMENT, CHARACTER_SET);
}

/**
 * pisces_iptc_has_caption:
 * @iim: (array length=n_bytes): IPTC-IIM datasets.
 * @n_bytes: their length.
 *
 * Returns: whether there is a caption (dataset 2:120) that has words.
 */
gboolean
pisces_iptc_has_caption (const guint8 *iim,
                         gsize         n_bytes)
{
  gsize at = 0;

  while (n_bytes - at >= 5 && iim[at] == 0x1c)
    {
      gsize length = pisces_get_16 (iim + at + 3, TRUE);

      /* Longer datasets, which IIM allows, are not captions.  */
      if (length & 0x8000 || length > n_bytes - at - 5)
        return FALSE;
      if (iim[at + 1] == 2 && iim[at + 2] == 120 &&
          has_words (iim + at + 5, length))
        return TRUE;
      at += 5 + length;
    }

  return FALSE;
}


/*  private functions  */

static gboolean
exif_has_words (const PiscesTiff          *tiff,
                const PiscesTiffDirectory *directory,
                guint16                    tag,
                guint64                    skip)
{
  PiscesTiffEntry entry;

  return pisces_tiff_find (tiff, directory, tag, &entry) &&
         entry.n_bytes > skip &&
         has_words (tiff->data + entry.value + skip, entry.n_bytes - skip);
}

static gboolean
has_words (const guint8 *bytes,
           guint64       n_bytes)
{
  for (guint64 i = 0; i < n_bytes; i++)
    if (bytes[i] > ' ')
      return TRUE;

  return FALSE;
}
