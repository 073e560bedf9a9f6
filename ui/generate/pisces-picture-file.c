/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-file.c: a picture as a PNG file.  Its text chunks hold the
 * prompt, the seed and the model, so that any other program can show them, and
 * under "pisces" all that is needed to draw it again.  An image file from a
 * stranger may contain such PNGs, so their size is checked before they are
 * unpacked.  Needs no display.
 */

#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/image-pixbuf.h"
#include "engine/metadata/source-type.h"
#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-picture-json.h"

#define FILE_BYTES_MAX (64 * 1024 * 1024)

/* The PNG signature, and the first chunk up to the height (PNG, 11.2.1).  */
#define HEAD_LENGTH  24
#define WIDTH_PLACE  16
#define HEIGHT_PLACE 20

static GdkPixbuf   * pixbuf_from_png    (GBytes        *png,
                                         const gchar   *name,
                                         GError       **error);
static gboolean      head_is_acceptable (const guint8  *head);
static guint32       read_number        (const guint8  *bytes);

/**
 * pisces_picture_to_png:
 * @picture: a picture with its image.
 * @flags: what the file says about the picture.
 * @error: set if it could not be made.
 *
 * Returns: (transfer full) (nullable): a PNG file.
 */
GBytes *
pisces_picture_to_png (const PiscesPicture    *picture,
                       PiscesPictureFileFlags  flags,
                       GError                **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GBytes)    png    = NULL;
  g_autofree gchar     *seed   = g_strdup_printf ("%u", picture->seed);
  g_autofree gchar     *json   = pisces_picture_to_text (picture);
  gchar                *bytes  = NULL;
  gsize                 length = 0;
  const gchar          *keys[] =
  {
    "tEXt::Software", "tEXt::Description", "tEXt::Seed", "tEXt::Model",
    "tEXt::pisces", NULL
  };
  const gchar          *values[] =
  {
    "Pisces " PISCES_VERSION, picture->prompt ? picture->prompt : "", seed,
    picture->model_name ? picture->model_name : "", json, NULL
  };

  g_return_val_if_fail (picture->image != NULL, NULL);

  if (! (flags & PISCES_PICTURE_FILE_WORDS))
    keys[1] = values[1] = NULL;

  pixbuf = pisces_image_to_pixbuf (picture->image);

  if (! gdk_pixbuf_save_to_bufferv (pixbuf, &bytes, &length, "png",
                                    (gchar **) keys, (gchar **) values,
                                    error))
    return NULL;

  png = g_bytes_new_take (bytes, length);

  return flags & PISCES_PICTURE_FILE_MARK ?
         pisces_source_type_put_in_png (png, error) : g_steal_pointer (&png);
}

/**
 * pisces_picture_from_png:
 * @png: what pisces_picture_to_png() made with %PISCES_PICTURE_FILE_WORDS, or
 *   any other bytes.
 * @name: the name of its source, for @error.
 * @error: set if it is damaged, too large, or does not say what it was made
 *   from.
 *
 * Returns: (transfer full) (nullable): the picture with its image.
 */
PiscesPicture *
pisces_picture_from_png (GBytes       *png,
                         const gchar  *name,
                         GError      **error)
{
  g_autoptr (GdkPixbuf)      pixbuf  = pixbuf_from_png (png, name, error);
  g_autoptr (PiscesPicture)  picture = NULL;
  const gchar               *json;

  if (! pixbuf)
    return NULL;

  json = gdk_pixbuf_get_option (pixbuf, "tEXt::pisces");
  if (! json)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("%s does not say what it was made from."), name);
      return NULL;
    }

  picture = pisces_picture_from_text (json, error);
  if (! picture)
    return NULL;

  picture->image = pisces_image_from_pixbuf (pixbuf, error);

  return picture->image ? g_steal_pointer (&picture) : NULL;
}

/**
 * pisces_image_from_png:
 * @png: as for pisces_picture_from_png(); it need not say what it was made
 *   from.
 *
 * Returns: (transfer full) (nullable): the pixels.
 */
PiscesImage *
pisces_image_from_png (GBytes       *png,
                       const gchar  *name,
                       GError      **error)
{
  g_autoptr (GdkPixbuf) pixbuf = pixbuf_from_png (png, name, error);

  return pixbuf ? pisces_image_from_pixbuf (pixbuf, error) : NULL;
}

/**
 * pisces_picture_save:
 * @picture: a picture with its image.
 * @flags: what the file says about the picture.
 * @path: the file.  An existing one is replaced only when the new one is
 *   complete.
 * @error: set if it could not be written.
 *
 * Returns: %TRUE if it was written.
 */
gboolean
pisces_picture_save (const PiscesPicture    *picture,
                     PiscesPictureFileFlags  flags,
                     const gchar            *path,
                     GError                **error)
{
  g_autoptr (GBytes)  png    = pisces_picture_to_png (picture, flags, error);
  gsize               length = 0;
  const gchar        *bytes;

  if (! png)
    return FALSE;

  bytes = g_bytes_get_data (png, &length);

  return g_file_set_contents (path, bytes, length, error);
}

/**
 * pisces_picture_load:
 * @path: a PNG file that pisces_picture_save() wrote with
 *   %PISCES_PICTURE_FILE_WORDS.
 * @error: set if it does not exist, is damaged, or was not written by this
 *   program.
 *
 * Returns: (transfer full) (nullable): the picture with its image.
 */
PiscesPicture *
pisces_picture_load (const gchar  *path,
                     GError      **error)
{
  gchar              *bytes  = NULL;
  gsize               length = 0;
  g_autoptr (GBytes)  png    = NULL;

  if (! g_file_get_contents (path, &bytes, &length, error))
    return NULL;

  png = g_bytes_new_take (bytes, length);

  return pisces_picture_from_png (png, path, error);
}

/**
 * pisces_image_compute_digest:
 * @image: an image.
 *
 * Returns: (transfer full): the SHA-256 of the width and the height, as
 *   little-endian 32-bit numbers, and the pixels; in hexadecimal.
 */
gchar *
pisces_image_compute_digest (const PiscesImage *image)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gint32                size[2]  = { GINT32_TO_LE (image->width),
                                     GINT32_TO_LE (image->height) };

  g_checksum_update (checksum, (const guchar *) size, sizeof size);
  g_checksum_update (checksum, image->pixels,
                     (gsize) image->width * image->height * 4);

  return g_strdup (g_checksum_get_string (checksum));
}

/* Uses only gdk-pixbuf's PNG loader.  The system's other loaders must not see
 * data from a stranger, whatever they might recognise in it.
 */
static GdkPixbuf *
pixbuf_from_png (GBytes       *png,
                 const gchar  *name,
                 GError      **error)
{
  g_autoptr (GdkPixbufLoader) loader = NULL;
  gsize                       length = 0;
  const guint8               *bytes  = g_bytes_get_data (png, &length);
  GdkPixbuf                  *pixbuf = NULL;

  if (length < HEAD_LENGTH || length > FILE_BYTES_MAX ||
      ! head_is_acceptable (bytes))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("%s is no PNG file, or too large to be read."), name);
      return NULL;
    }

  loader = gdk_pixbuf_loader_new_with_type ("png", error);
  if (! loader)
    return NULL;

  /* A loader must always be closed before it is freed, also after an error.  */
  if (gdk_pixbuf_loader_write (loader, bytes, length, error))
    {
      if (gdk_pixbuf_loader_close (loader, error))
        pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
    }
  else
    {
      gdk_pixbuf_loader_close (loader, NULL);
      return NULL;
    }

  if (! pixbuf && (! error || ! *error))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                 _("%s is damaged."), name);

  return pixbuf ? g_object_ref (pixbuf) : NULL;
}

static gboolean
head_is_acceptable (const guint8 *head)
{
  static const guint8 signature[] = "\211PNG\r\n\032\n\0\0\0\rIHDR";
  guint64             width       = read_number (head + WIDTH_PLACE);
  guint64             height      = read_number (head + HEIGHT_PLACE);

  return memcmp (head, signature, WIDTH_PLACE) == 0 &&
         width > 0 && height > 0 &&
         width * height <= PISCES_PICTURE_PIXELS_MAX;
}

static guint32
read_number (const guint8 *bytes)
{
  guint32 number;

  memcpy (&number, bytes, sizeof number);

  return GUINT32_FROM_BE (number);
}
