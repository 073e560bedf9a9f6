/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * show-picture FILE: prints how a picture file is loaded: a line for the
 * picture that the engine gets and a line for its thumbnail, each
 *
 *   WIDTH HEIGHT  then the colours #RRGGBB near the four corners: top left, top
 *   right, bottom left, bottom right
 */

#include "engine/metadata/picture-file.h"

static void
show (gint          width,
      gint          height,
      const guint8 *pixels,
      gsize         rowstride,
      gint          n_channels)
{
  g_print ("%d %d", width, height);
  for (gint i = 0; i < 4; i++)
    {
      gint          x     = i % 2 ? width - 1 - width / 8 : width / 8;
      gint          y     = i / 2 ? height - 1 - height / 8 : height / 8;
      const guint8 *pixel = pixels + y * rowstride + x * n_channels;

      g_print (" #%02x%02x%02x", pixel[0], pixel[1], pixel[2]);
    }
  g_print ("\n");
}

gint
main (gint    argc,
      gchar **argv)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PiscesImage) image = pisces_picture_file_load (argv[1], &error);
  g_autoptr (GdkPixbuf)   small = NULL;

  if (image)
    small = pisces_picture_file_load_thumbnail (argv[1], 40, 40, &error);
  if (small == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  show (image->width, image->height, image->pixels,
        (gsize) image->width * 4, 4);
  show (gdk_pixbuf_get_width (small), gdk_pixbuf_get_height (small),
        gdk_pixbuf_read_pixels (small), gdk_pixbuf_get_rowstride (small),
        gdk_pixbuf_get_n_channels (small));

  return 0;
}
