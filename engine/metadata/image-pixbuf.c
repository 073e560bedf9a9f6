/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * image-pixbuf.c: converts the engine's pictures to gdk-pixbuf's, and back.
 * Both are sRGB with straight alpha and 8 bits for each channel.
 */

#include <string.h>

#include "engine/metadata/image-pixbuf.h"

static void unref_image (guchar   *pixels,
                         gpointer  image);


/*  public functions  */

/**
 * pisces_image_to_pixbuf:
 * @image: a picture.
 *
 * Returns: (transfer full): a pixbuf that shares the pixels, which must not be
 *   changed; it keeps a reference to @image.
 */
GdkPixbuf *
pisces_image_to_pixbuf (PiscesImage *image)
{
  return gdk_pixbuf_new_from_data (image->pixels, GDK_COLORSPACE_RGB, TRUE, 8,
                                   image->width, image->height, image->width * 4,
                                   unref_image, pisces_image_ref (image));
}

/**
 * pisces_image_from_pixbuf:
 * @pixbuf: a picture, with or without alpha.
 * @error: set if there is not enough memory.
 *
 * Returns: (transfer full) (nullable): a copy of the picture.
 */
PiscesImage *
pisces_image_from_pixbuf (GdkPixbuf  *pixbuf,
                          GError    **error)
{
  g_autoptr (GdkPixbuf)  with_alpha = NULL;
  gint                   width      = gdk_pixbuf_get_width (pixbuf);
  gint                   height     = gdk_pixbuf_get_height (pixbuf);
  PiscesImage           *image;

  with_alpha = gdk_pixbuf_get_has_alpha (pixbuf) ?
               g_object_ref (pixbuf) : gdk_pixbuf_add_alpha (pixbuf, FALSE, 0, 0, 0);
  if (with_alpha == NULL)
    {
      pisces_image_set_no_memory (error, width, height);
      return NULL;
    }

  image = pisces_image_new (width, height, error);
  for (gint y = 0; image && y < height; y++)
    memcpy (image->pixels + (gsize) y * width * 4,
            gdk_pixbuf_read_pixels (with_alpha) +
            (gsize) y * gdk_pixbuf_get_rowstride (with_alpha),
            (gsize) width * 4);

  return image;
}


/*  private functions  */

static void
unref_image (guchar   *pixels,
             gpointer  image)
{
  pisces_image_unref (image);
}

/**
 * pisces_image_scale:
 * @image: an image.
 * @width: the new width.
 * @height: the new height.
 *
 * Returns: (transfer full) (nullable): the image in that size, or itself; %NULL if there
 *   is too little memory.
 */
PiscesImage *
pisces_image_scale (PiscesImage *image,
                    gint         width,
                    gint         height)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GdkPixbuf) scaled = NULL;

  if (image->width == width && image->height == height)
    return pisces_image_ref (image);

  pixbuf = pisces_image_to_pixbuf (image);
  scaled = gdk_pixbuf_scale_simple (pixbuf, width, height, GDK_INTERP_BILINEAR);

  return scaled ? pisces_image_from_pixbuf (scaled, NULL) : NULL;
}
