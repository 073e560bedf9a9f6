/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The thumbnail of a file with a rotated picture is upright and within the
 * requested size, whichever its longer side is then.
 */

#include <glib/gstdio.h>

#include "engine/metadata/picture-file.h"

/* EXIF with one field: orientation 6, to be rotated to the right.  */
static const guint8 turned[] =
{
  0xff, 0xe1, 0x00, 0x22, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
  0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
};

/* A file of 300 × 100 pixels that is stored in this orientation.  */
static gchar *
make_picture (gboolean is_turned)
{
  g_autoptr (GdkPixbuf)  pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 300, 100);
  g_autoptr (GByteArray) bytes  = g_byte_array_new ();
  g_autofree gchar      *data   = NULL;
  gchar                 *path   = NULL;
  gsize                  size   = 0;
  gint                   handle;

  gdk_pixbuf_fill (pixbuf, 0xc02020ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, "jpeg", NULL, NULL));
  g_byte_array_append (bytes, (guint8 *) data, 2);
  if (is_turned)
    g_byte_array_append (bytes, turned, sizeof turned);
  g_byte_array_append (bytes, (guint8 *) data + 2, size - 2);

  handle = g_file_open_tmp ("pisces-XXXXXX.jpg", &path, NULL);
  g_assert_true (g_close (handle, NULL));
  g_assert_true (g_file_set_contents (path, (gchar *) bytes->data, bytes->len, NULL));

  return path;
}

static void
assert_size (gboolean is_turned,
             gint     width,
             gint     height,
             gint     wanted_width,
             gint     wanted_height)
{
  g_autofree gchar      *path  = make_picture (is_turned);
  g_autoptr (GError)     error = NULL;
  g_autoptr (GdkPixbuf)  small = NULL;

  small = pisces_picture_file_load_thumbnail (path, width, height, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (small), ==, wanted_width);
  g_assert_cmpint (gdk_pixbuf_get_height (small), ==, wanted_height);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_sizes (void)
{
  assert_size (FALSE, 72, 48, 72, 24);
  assert_size (TRUE, 72, 48, 16, 48);
  assert_size (TRUE, 144, 96, 32, 96);
  assert_size (TRUE, 400, 400, 100, 300);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thumbnail/sizes", test_sizes);

  return g_test_run ();
}
