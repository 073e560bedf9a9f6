/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * exif.c: reads what is needed from a picture's EXIF and IPTC blocks: the
 * orientation, whether a person has described the picture there, and
 * keywords.
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

/* Datasets of IPTC-IIM's record 2.  */
#define DATASET_KEYWORD   25
#define DATASET_CAPTION   120

#define KEYWORDS_MAX      4096

static gboolean iptc_next      (const guint8              *iim,
                                gsize                      n_bytes,
                                gsize                     *at,
                                guint8                     dataset,
                                const guint8             **value,
                                gsize                     *length);
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
  const guint8 *value;
  gsize         length;
  gsize         at = 0;

  while (iptc_next (iim, n_bytes, &at, DATASET_CAPTION, &value, &length))
    if (has_words (value, length))
      return TRUE;

  return FALSE;
}

/**
 * pisces_iptc_get_keywords:
 * @iim: (array length=n_bytes): IPTC-IIM datasets.
 * @n_bytes: their length.
 *
 * Many programs do not say which encoding they use.  What is not UTF-8 is read as
 * ISO 8859-1, in which all bytes mean something.
 *
 * Returns: (transfer full): the keywords (datasets 2:25), at most 4096.
 */
gchar **
pisces_iptc_get_keywords (const guint8 *iim,
                          gsize         n_bytes)
{
  g_autoptr (GStrvBuilder) keywords = g_strv_builder_new ();
  const guint8            *value;
  gsize                    length;
  gsize                    at = 0;

  for (guint n = 0; n < KEYWORDS_MAX &&
                    iptc_next (iim, n_bytes, &at, DATASET_KEYWORD, &value, &length); n++)
    {
      g_autofree gchar *bytes = g_strndup ((const gchar *) value, length);
      g_autofree gchar *text  = NULL;

      text = g_utf8_validate (bytes, -1, NULL)
               ? g_strdup (bytes)
               : g_convert (bytes, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
      if (text && *g_strstrip (text))
        g_strv_builder_add (keywords, text);
    }

  return g_strv_builder_end (keywords);
}


/*  private functions  */

/* Finds the next dataset 2:@dataset at or after @at, which is moved behind it.
 * Longer datasets, which IIM allows, are neither captions nor keywords, and end the
 * search.  */
static gboolean
iptc_next (const guint8  *iim,
           gsize          n_bytes,
           gsize         *at,
           guint8         dataset,
           const guint8 **value,
           gsize         *length)
{
  while (n_bytes - *at >= 5 && iim[*at] == 0x1c)
    {
      const guint8 *head = iim + *at;

      *length = pisces_get_16 (head + 3, TRUE);
      if (*length & 0x8000 || *length > n_bytes - *at - 5)
        return FALSE;
      *at += 5 + *length;
      if (head[1] == 2 && head[2] == dataset)
        {
          *value = head + 5;
          return TRUE;
        }
    }

  return FALSE;
}

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
