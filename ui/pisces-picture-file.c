/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-file.c: a picture as a PNG file.  Its text chunks hold the
 * prompt, seed and model for whoever looks with any other program, and under
 * "pisces" all that is needed to draw it again.  No display is needed.
 */

#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-file.h"
#include "ui/pisces-picture-json.h"

static PiscesImage * image_from_pixbuf (GdkPixbuf  *pixbuf,
                                        GError    **error);

/**
 * pisces_picture_save:
 * @picture: a picture with its image.
 * @path: a file; one that is there is replaced when the new one is complete.
 * @error: set if it could not be written.
 *
 * Returns: %TRUE if it was.
 */
gboolean
pisces_picture_save (const PiscesPicture  *picture,
                     const gchar          *path,
                     GError              **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autofree gchar     *seed   = g_strdup_printf ("%u", picture->seed);
  g_autofree gchar     *json   = pisces_picture_to_text (picture);
  g_autofree gchar     *bytes  = NULL;
  gsize                 length = 0;
  const gchar          *keys[] =
  {
    "tEXt::Description", "tEXt::Software", "tEXt::Seed", "tEXt::Model",
    "tEXt::pisces", NULL
  };
  const gchar          *values[] =
  {
    picture->prompt ? picture->prompt : "", "Pisces " PISCES_VERSION, seed,
    picture->model_name ? picture->model_name : "", json, NULL
  };

  g_return_val_if_fail (picture->image != NULL, FALSE);

  pixbuf = gdk_pixbuf_new_from_data (picture->image->pixels,
                                     GDK_COLORSPACE_RGB, TRUE, 8,
                                     picture->image->width,
                                     picture->image->height,
                                     picture->image->width * 4, NULL, NULL);

  return gdk_pixbuf_save_to_bufferv (pixbuf, &bytes, &length, "png",
                                     (gchar **) keys, (gchar **) values,
                                     error) &&
         g_file_set_contents (path, bytes, length, error);
}

/**
 * pisces_picture_load:
 * @path: a PNG file that pisces_picture_save() wrote.
 * @error: set if it is not there, damaged, or not one of ours.
 *
 * Returns: (transfer full) (nullable): the picture with its image.
 */
PiscesPicture *
pisces_picture_load (const gchar  *path,
                     GError      **error)
{
  g_autoptr (GdkPixbuf)     pixbuf  = gdk_pixbuf_new_from_file (path, error);
  g_autoptr (PiscesPicture) picture = NULL;
  const gchar              *json;

  if (! pixbuf)
    return NULL;

  json = gdk_pixbuf_get_option (pixbuf, "tEXt::pisces");
  if (! json)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("%s does not say what it was made from."), path);
      return NULL;
    }

  picture = pisces_picture_from_text (json, error);
  if (! picture)
    return NULL;

  picture->image = image_from_pixbuf (pixbuf, error);

  return picture->image ? g_steal_pointer (&picture) : NULL;
}

/**
 * pisces_image_compute_digest:
 * @image: an image.
 *
 * Returns: (transfer full): SHA-256 over width and height, as little-endian
 *   32 bit numbers, and the pixels, in hexadecimal.
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

static PiscesImage *
image_from_pixbuf (GdkPixbuf  *pixbuf,
                   GError    **error)
{
  g_autoptr (GdkPixbuf)  opaque = NULL;
  PiscesImage           *image;

  if (! gdk_pixbuf_get_has_alpha (pixbuf))
    pixbuf = opaque = gdk_pixbuf_add_alpha (pixbuf, FALSE, 0, 0, 0);

  image = pisces_image_new (gdk_pixbuf_get_width (pixbuf),
                            gdk_pixbuf_get_height (pixbuf), error);

  for (gint y = 0; image && y < image->height; y++)
    memcpy (image->pixels + (gsize) y * image->width * 4,
            gdk_pixbuf_read_pixels (pixbuf) +
            (gsize) y * gdk_pixbuf_get_rowstride (pixbuf),
            (gsize) image->width * 4);

  return image;
}
