/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A caption that another program has written into a picture's IPTC or EXIF
 * block is found wherever it is, and nothing else is mistaken for one.  The
 * same is tested for the orientation of the picture.
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/exif.h"

static void
test_iptc (void)
{
  static const struct
  {
    const gchar *bytes;
    gsize        n_bytes;
    gboolean     has_caption;
  } cases[] =
  {
    { "", 0, FALSE },
    { "\x1c\2\170\0\4Text", 9, TRUE },
    { "\x1c\2\31\0\3key\x1c\2\170\0\4Text", 17, TRUE },
    { "\x1c\1\132\0\3\x1b%G\x1c\2\31\0\2ky\x1c\2\170\0\1T", 21, TRUE },
    { "\x1c\2\31\0\3key", 8, FALSE },
    /* Empty, only spaces, in another record, in another dataset.  */
    { "\x1c\2\170\0\0", 5, FALSE },
    { "\x1c\2\170\0\3 \n\t", 8, FALSE },
    { "\x1c\1\170\0\4Text", 9, FALSE },
    { "\x1c\2\171\0\4Text", 9, FALSE },
    /* Beyond the end, with an extended length, after something else.  */
    { "\x1c\2\170\0\5Text", 9, FALSE },
    { "\x1c\2\170\x80\4\0\0\0\4Text", 13, FALSE },
    { "x\x1c\2\170\0\4Text", 10, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (pisces_iptc_has_caption ((const guint8 *) cases[i].bytes, cases[i].n_bytes),
                     ==, cases[i].has_caption);
}

/* An EXIF block with one entry.  */
static guint8 *
exif_with (gboolean     big_endian,
           guint16      tag,
           guint16      type,
           guint32      count,
           const gchar *value,
           gsize       *n_bytes)
{
  const gsize n_value = type == 3 ? 2 : count;
  guint8     *exif    = g_malloc0 (26 + MAX (n_value, 4));

  memcpy (exif, big_endian ? "MM" : "II", 2);
  pisces_put_16 (exif + 2, 42, big_endian);
  pisces_put_32 (exif + 4, 8, big_endian);
  pisces_put_16 (exif + 8, 1, big_endian);
  pisces_put_16 (exif + 10, tag, big_endian);
  pisces_put_16 (exif + 12, type, big_endian);
  pisces_put_32 (exif + 14, count, big_endian);
  if (type == 3)
    {
      pisces_put_16 (exif + 18, *value, big_endian);
    }
  else if (n_value <= 4)
    {
      memcpy (exif + 18, value, n_value);
    }
  else
    {
      pisces_put_32 (exif + 18, 26, big_endian);
      memcpy (exif + 26, value, n_value);
    }
  *n_bytes = n_value > 4 ? 26 + n_value : 26;

  return exif;
}

static void
test_exif (void)
{
  for (gint big_endian = 0; big_endian < 2; big_endian++)
    {
      static const struct
      {
        guint16      tag;
        const gchar *value;
        gboolean     has_description;
      } cases[] =
      {
        { 0x010e, "A dog in the snow", TRUE },
        { 0x010e, "dog", TRUE },
        { 0x010e, "                 ", FALSE },
        { 0x010f, "Canon Incorporated", FALSE },
        { 0x9c9c, "A\0 \0d\0o\0g", TRUE },
      };

      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          gsize              n_bytes;
          g_autofree guint8 *exif = exif_with (big_endian, cases[i].tag, 2,
                                               strlen (cases[i].value) + 1,
                                               cases[i].value, &n_bytes);

          g_assert_cmpint (pisces_exif_has_description (exif, n_bytes), ==,
                           cases[i].has_description);
        }

      for (gchar turned = 0; turned <= 9; turned++)
        {
          gsize              n_bytes;
          g_autofree guint8 *exif = exif_with (big_endian, 0x0112, 3, 1, &turned, &n_bytes);

          g_assert_cmpuint (pisces_exif_get_orientation (exif, n_bytes), ==,
                            turned >= 1 && turned <= 8 ? turned : 1);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/captions/iptc", test_iptc);
  g_test_add_func ("/captions/exif", test_exif);

  return g_test_run ();
}
