/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unread-kind.c: tells pictures that are whole and cannot be read from damaged ones.
 * Of some kinds of TIFF and JPEG, gdk-pixbuf says only that loading has failed, as it
 * says of damaged ones.  This looks at what their headers say.  Decodes nothing.
 */

#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "engine/metadata/jpeg-damage.h"
#include "engine/metadata/tiff-damage.h"
#include "engine/metadata/tiff-reader.h"
#include "engine/metadata/unread-kind.h"

#define TAG_BITS_PER_SAMPLE   258
#define TAG_COMPRESSION       259
#define TAG_PHOTOMETRIC       262
#define TAG_SAMPLE_FORMAT     339

#define PHOTOMETRIC_SEPARATED 5        /* CMYK */
#define PHOTOMETRIC_LAB       8
#define FORMAT_FLOAT          3

static gboolean is_unread_tiff (const guint8 *data,
                                gsize         n_bytes);
static gboolean is_unread_jpeg (const gchar  *path);


/**
 * pisces_picture_is_of_unread_kind:
 * @path: a picture that gdk-pixbuf could not load, and in which nothing was found to
 *   be missing (pisces_picture_damage_check()).
 *
 * Returns: whether that is so because it is of a kind that cannot be read; %FALSE
 *   also if this cannot be known.
 */
gboolean
pisces_picture_is_of_unread_kind (const gchar *path)
{
  g_autofree gchar *data = NULL;
  gsize             n_bytes;

  if (! g_file_get_contents (path, &data, &n_bytes, NULL) || n_bytes < 8)
    return FALSE;

  if (memcmp (data, "II", 2) == 0 || memcmp (data, "MM", 2) == 0)
    return is_unread_tiff ((const guint8 *) data, n_bytes);

  return memcmp (data, "\377\330\377", 3) == 0 && is_unread_jpeg (path);
}


/*  private functions  */

/* What libtiff's TIFFReadRGBAImage(), which gdk-pixbuf calls, does not read: numbers
 * that are not whole or have more than 16 bits, CMYK and L*a*b* of more than 8 bits,
 * raw pictures of cameras, and rare compressions.
 */
static gboolean
is_unread_tiff (const guint8 *data,
                gsize         n_bytes)
{
  static const guint64 compressions[] = { 1, 2, 3, 4, 5, 7, 8, 32773, 32946 };
  PiscesTiff           tiff;
  PiscesTiffDirectory  page;
  guint64              n_bits = 1, format = 1, photometric = 1, compression = 1;
  gboolean             is_common = FALSE;

  if (! pisces_tiff_open (&tiff, data, n_bytes) ||
      ! pisces_tiff_read_directory (&tiff, tiff.first_directory, &page) ||
      pisces_tiff_find_damage (data, n_bytes) != PISCES_DAMAGE_NONE)
    return FALSE;

  pisces_tiff_find_number (&tiff, &page, TAG_BITS_PER_SAMPLE, &n_bits);
  pisces_tiff_find_number (&tiff, &page, TAG_SAMPLE_FORMAT, &format);
  pisces_tiff_find_number (&tiff, &page, TAG_PHOTOMETRIC, &photometric);
  pisces_tiff_find_number (&tiff, &page, TAG_COMPRESSION, &compression);
  for (guint i = 0; i < G_N_ELEMENTS (compressions); i++)
    is_common |= compression == compressions[i];

  return ! is_common || format == FORMAT_FLOAT || photometric > PHOTOMETRIC_LAB ||
         (n_bits != 1 && n_bits != 2 && n_bits != 4 && n_bits != 8 && n_bits != 16) ||
         (photometric >= PHOTOMETRIC_SEPARATED && n_bits != 8);
}

/* Damage has already been looked for by libjpeg, so the other library that failed
 * does not read this kind: for example one with 12 bits, as X-rays have.  */
static gboolean
is_unread_jpeg (const gchar *path)
{
  FILE         *file = g_fopen (path, "rbe");
  PiscesDamage  damage;

  if (! file)
    return FALSE;
  damage = pisces_jpeg_find_damage (file);
  fclose (file);

  return damage == PISCES_DAMAGE_NONE;
}
