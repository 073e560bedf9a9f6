/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-damage.c: checks whether a file's picture is complete, for formats
 * in which gdk-pixbuf does not notice that something is missing.  This was
 * tested by cutting files and flipping bits: gdk-pixbuf's loaders of PNG,
 * WebP, GIF, PNM, TGA and ICNS notice damage; those of JPEG, BMP, ICO and ANI
 * do not, and of a TIFF, an animation, or a JPEG with further pictures, only
 * the first picture is read.  This file knows how each format says where its
 * pixels are, and only decodes JPEGs.
 */

#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/jpeg-damage.h"
#include "engine/metadata/picture-container.h"
#include "engine/metadata/picture-damage.h"
#include "engine/metadata/png-damage.h"
#include "engine/metadata/tiff-damage.h"
#include "engine/metadata/webp-animation.h"
#include "engine/pisces.h"

static PiscesDamage  find_damage       (const gchar   *path,
                                        FILE          *file,
                                        guint64        size);
static PiscesDamage  find_jpeg_damage  (const gchar   *path,
                                        FILE          *file);
static PiscesDamage  find_bmp_damage   (const guint8  *head,
                                        gsize          n_head,
                                        guint64        size);
static PiscesDamage  find_ico_damage   (FILE          *file,
                                        const guint8  *head,
                                        guint64        size);
static PiscesDamage  find_tiff_damage  (const gchar   *path);
static PiscesDamage  find_webp_damage  (const gchar   *path);


/*  public functions  */

/**
 * pisces_picture_damage_check:
 * @path: a picture file.
 * @error: %PISCES_ERROR_INVALID_REQUEST if it is damaged.
 *
 * Does not check for damage that gdk-pixbuf's loaders notice.
 *
 * Returns: whether no damage was found; also %TRUE if the file is in an
 *   unknown format, which the loader reports better.
 */
gboolean
pisces_picture_damage_check (const gchar  *path,
                             GError      **error)
{
  FILE         *file   = g_fopen (path, "rbe");
  PiscesDamage  damage = PISCES_DAMAGE_NONE;

  if (! file)
    return TRUE;

  if (fseeko (file, 0, SEEK_END) == 0 && ftello (file) > 0)
    damage = find_damage (path, file, ftello (file));
  fclose (file);

  if (damage == PISCES_DAMAGE_CUT)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("The picture “%s” is damaged: the file ends before the "
                   "picture does. Copy it again from where it came from."),
                 path);
  else if (damage == PISCES_DAMAGE_DATA)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("The picture “%s” is damaged: some of its data are wrong. "
                   "Copy it again from where it came from."), path);

  return damage == PISCES_DAMAGE_NONE;
}


/*  private functions  */

static PiscesDamage
find_damage (const gchar *path,
             FILE        *file,
             guint64      size)
{
  guint8 head[64] = { 0 };
  gsize  n_head;

  rewind (file);
  n_head = fread (head, 1, sizeof head, file);
  rewind (file);

  if (memcmp (head, "\377\330\377", 3) == 0)
    return find_jpeg_damage (path, file);

  if (memcmp (head, "\211PNG", 4) == 0)
    return pisces_png_find_damage (file);

  if (memcmp (head, "II", 2) == 0 || memcmp (head, "MM", 2) == 0)
    return find_tiff_damage (path);

  if (memcmp (head, "BM", 2) == 0)
    return find_bmp_damage (head, n_head, size);

  /* An icon or a cursor.  */
  if (memcmp (head, "\0\0\1\0", 4) == 0 || memcmp (head, "\0\0\2\0", 4) == 0)
    return find_ico_damage (file, head, size);

  if (pisces_webp_is_animation (head, n_head))
    return find_webp_damage (path);

  if (memcmp (head, "RIFF", 4) == 0 && 8 + (guint64) pisces_get_32 (head + 4, FALSE) > size)
    return PISCES_DAMAGE_CUT;

  return PISCES_DAMAGE_NONE;
}

static PiscesDamage
find_jpeg_damage (const gchar *path,
                  FILE        *file)
{
  PiscesDamage      damage = pisces_jpeg_find_damage (file);
  g_autofree gchar *data   = NULL;
  gsize             n_bytes;

  if (damage == PISCES_DAMAGE_NONE &&
      g_file_get_contents (path, &data, &n_bytes, NULL) &&
      pisces_container_ends_early ((const guint8 *) data, n_bytes))
    return PISCES_DAMAGE_CUT;

  return damage;
}

/* The length in the file's header is ignored, because many programs write 0 or
 * a wrong number.
 */
static PiscesDamage
find_bmp_damage (const guint8 *head,
                 gsize         n_head,
                 guint64       size)
{
  enum { RGB, RLE8, RLE4, BIT_FIELDS, ALPHA_BIT_FIELDS = 6 };
  guint64 start       = pisces_get_32 (head + 10, FALSE);
  guint32 head_size   = pisces_get_32 (head + 14, FALSE);
  guint32 compression = RGB;
  guint64 width, height, row, n_bits, n_bytes = 0;

  if (n_head < 26)
    return PISCES_DAMAGE_CUT;

  if (head_size == 12)
    {
      width  = pisces_get_16 (head + 18, FALSE);
      height = pisces_get_16 (head + 20, FALSE);
      n_bits = pisces_get_16 (head + 24, FALSE);
    }
  else if (n_head < 54)
    {
      return PISCES_DAMAGE_CUT;
    }
  else if (head_size >= 40)
    {
      /* A negative height means that the rows go from top to bottom.  */
      gint64 signed_height = (gint32) pisces_get_32 (head + 22, FALSE);

      width       = pisces_get_32 (head + 18, FALSE);
      height      = ABS (signed_height);
      n_bits      = pisces_get_16 (head + 28, FALSE);
      compression = pisces_get_32 (head + 30, FALSE);
      n_bytes     = pisces_get_32 (head + 34, FALSE);
    }
  else
    return PISCES_DAMAGE_NONE;

  /* The size may be 0 if the picture is not compressed.  The padding of the
   * last row may be missing.
   */
  row = (width * n_bits + 31) / 32 * 4;
  if (compression == RGB || compression == BIT_FIELDS ||
      compression == ALPHA_BIT_FIELDS)
    n_bytes = height == 0 ? 0 : (height - 1) * row + (width * n_bits + 7) / 8;

  return start + n_bytes > size ? PISCES_DAMAGE_CUT : PISCES_DAMAGE_NONE;
}

static PiscesDamage
find_ico_damage (FILE         *file,
                 const guint8 *head,
                 guint64       size)
{
  guint n_pictures = pisces_get_16 (head + 4, FALSE);

  if (fseeko (file, 6, SEEK_SET) != 0)
    return PISCES_DAMAGE_NONE;

  for (guint i = 0; i < n_pictures; i++)
    {
      guint8 entry[16];

      if (fread (entry, sizeof entry, 1, file) != 1 ||
          (guint64) pisces_get_32 (entry + 8, FALSE) + pisces_get_32 (entry + 12, FALSE) > size)
        return PISCES_DAMAGE_CUT;
    }

  return PISCES_DAMAGE_NONE;
}

/* What a TIFF points at may be anywhere in the file.  */
static PiscesDamage
find_tiff_damage (const gchar *path)
{
  g_autofree gchar *data = NULL;
  gsize             n_bytes;

  if (! g_file_get_contents (path, &data, &n_bytes, NULL))
    return PISCES_DAMAGE_NONE;

  return pisces_tiff_find_damage ((const guint8 *) data, n_bytes);
}

/* For an animation.  */
static PiscesDamage
find_webp_damage (const gchar *path)
{
  g_autofree gchar *data = NULL;
  gsize             n_bytes;

  if (! g_file_get_contents (path, &data, &n_bytes, NULL) ||
      ! pisces_webp_is_animation ((const guint8 *) data, n_bytes))
    return PISCES_DAMAGE_NONE;

  return pisces_webp_find_damage ((const guint8 *) data, n_bytes);
}
