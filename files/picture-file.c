/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-file.c: a picture file's pixels, as the engine takes them.
 */

#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "files/picture-file.h"

/**
 * pisces_picture_file_load:
 * @path: of a file in any format that gdk-pixbuf reads.
 * @error: %PISCES_ERROR_INVALID_REQUEST if it cannot be read.
 *
 * Returns: (transfer full) (nullable): the picture, turned upright.
 */
PiscesImage *
pisces_picture_file_load (const gchar  *path,
                          GError      **error)
{
  g_autoptr (GError)     reason = NULL;
  g_autoptr (GdkPixbuf)  file   = gdk_pixbuf_new_from_file (path, &reason);
  g_autoptr (GdkPixbuf)  turned = NULL;
  g_autoptr (GdkPixbuf)  pixbuf = NULL;
  PiscesImage           *image;

  if (file == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   "The picture “%s” could not be read: %s", path, reason->message);
      return NULL;
    }

  turned = gdk_pixbuf_apply_embedded_orientation (file);
  if (turned)
    pixbuf = gdk_pixbuf_get_has_alpha (turned) ?
             g_object_ref (turned) : gdk_pixbuf_add_alpha (turned, FALSE, 0, 0, 0);
  if (pixbuf == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is not enough memory for the picture “%s”.", path);
      return NULL;
    }

  image = pisces_image_new (gdk_pixbuf_get_width (pixbuf),
                            gdk_pixbuf_get_height (pixbuf), error);
  for (gint y = 0; image && y < image->height; y++)
    memcpy (image->pixels + (gsize) y * image->width * 4,
            gdk_pixbuf_read_pixels (pixbuf) + (gsize) y * gdk_pixbuf_get_rowstride (pixbuf),
            (gsize) image->width * 4);

  return image;
}
