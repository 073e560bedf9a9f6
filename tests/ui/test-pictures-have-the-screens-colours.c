/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture is shown in the colours that a function for the screen returns,
 * and unchanged if there is no function or nothing to convert; on another
 * monitor the function is called again.
 */

#include "tests/ui/hands.h"
#include "ui/widgets/pisces-picture-view.h"

static guint n_asked;

/* As on a screen that shows red as blue.  */
static guint8 *
swap (GtkWidget    *view,
      const guint8 *pixels,
      gsize         n_pixels,
      gpointer      data)
{
  guint8 *shown = g_malloc (4 * n_pixels);

  n_asked++;
  for (gsize i = 0; i < n_pixels; i++)
    {
      shown[4 * i]     = pixels[4 * i + 2];
      shown[4 * i + 1] = pixels[4 * i + 1];
      shown[4 * i + 2] = pixels[4 * i];
      shown[4 * i + 3] = pixels[4 * i + 3];
    }

  return shown;
}

static guint8 *
keep (GtkWidget    *view,
      const guint8 *pixels,
      gsize         n_pixels,
      gpointer      data)
{
  n_asked++;

  return NULL;
}

/* 0xRRGGBB in the middle of the view.  */
static guint32
look (GtkWidget *view)
{
  gint             width   = gtk_widget_get_allocated_width (view);
  gint             height  = gtk_widget_get_allocated_height (view);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                                         width, height);
  cairo_t         *cr      = cairo_create (surface);
  guint32          color;

  gtk_widget_draw (view, cr);
  cairo_surface_flush (surface);
  color = *(guint32 *) (cairo_image_surface_get_data (surface) +
                        height / 2 * cairo_image_surface_get_stride (surface) +
                        width / 2 * 4) & 0xffffff;
  cairo_destroy (cr);
  cairo_surface_destroy (surface);

  return color;
}

static void
test_colours (void)
{
  GtkWidget              *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget              *view   = pisces_picture_view_new ();
  GdkScreen              *screen = gtk_widget_get_screen (window);
  g_autoptr (PiscesImage) image  = pisces_image_new (8, 8, NULL);

  for (guint i = 0; i < 64; i++)
    memcpy (image->pixels + 4 * i, (guint8[]) { 0xd0, 0x40, 0x10, 0xff }, 4);

  gtk_container_add (GTK_CONTAINER (window), view);
  gtk_widget_set_size_request (view, 40, 40);
  gtk_widget_show (view);
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (view), image);
  hands_show (window);

  g_assert_cmphex (look (view), ==, 0xd04010);

  pisces_picture_view_set_color_func (screen, swap, NULL);
  pisces_picture_view_recolor (PISCES_PICTURE_VIEW (view));
  g_assert_cmphex (look (view), ==, 0x1040d0);

  /* Converted once for each size, not each time that it is drawn.  */
  n_asked = 0;
  look (view);
  look (view);
  g_assert_cmpuint (n_asked, ==, 0);

  pisces_picture_view_set_color_func (screen, keep, NULL);
  g_assert_cmphex (look (view), ==, 0x1040d0);
  pisces_picture_view_recolor (PISCES_PICTURE_VIEW (view));
  g_assert_cmphex (look (view), ==, 0xd04010);
  g_assert_cmpuint (n_asked, ==, 1);

  /* The picture itself does not change.  */
  g_assert_cmpuint (image->pixels[0], ==, 0xd0);

  pisces_picture_view_set_color_func (screen, NULL, NULL);
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  hands_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/picture-view/has-the-screens-colours", test_colours);

  return g_test_run ();
}
