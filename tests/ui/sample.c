/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sample.c: pictures and a status for the windows when there is no engine.
 */

#include <math.h>
#include <string.h>

#include "tests/ui/sample.h"

static PiscesImage * image_from_surface (cairo_surface_t *surface);
static void          draw_star          (cairo_t         *cr,
                                         gdouble          x,
                                         gdouble          y,
                                         gdouble          radius);

/* A selection in a landscape, for a picture of the samples' size.  */
static const PiscesPlaceInfo sample_place =
{
  .canvas_width   = 800,
  .canvas_height  = 600,
  .has_selection  = TRUE,
  .has_layer      = TRUE,
  .picture_width  = 128,
  .picture_height = 128,
  .place          = { 360, 120, 400, 400 }
};

/**
 * sample_set_target:
 * @window: a Generate Layer window.
 * @image_name: (nullable): the image that gets the layers, one of three open
 *   ones; %NULL: a new image.
 */
void
sample_set_target (GtkWidget   *window,
                   const gchar *image_name)
{
  g_autoptr (GPtrArray) images = pisces_target_images_new ();

  pisces_target_images_add (images, 1, "[Untitled]");
  if (image_name)
    pisces_target_images_add (images, 2, image_name);
  pisces_target_images_add (images, 5, "[Untitled]");

  pisces_generate_window_set_target (PISCES_GENERATE_WINDOW (window), images,
                                     image_name ? 2 : 0, &sample_place);
}

/* A hill, a sun and a house, in one of several colour schemes.  */
PiscesImage *
sample_image_scene (gint  size,
                    guint variant)
{
  static const gdouble moods[][9] =
  {
    /* sky                 hill                 sun                */
    { 0.55, 0.78, 0.95,    0.36, 0.62, 0.33,    1.00, 0.86, 0.36 },
    { 0.97, 0.70, 0.48,    0.45, 0.36, 0.45,    0.96, 0.35, 0.28 },
    { 0.13, 0.17, 0.35,    0.16, 0.28, 0.30,    0.93, 0.93, 0.85 },
    { 0.80, 0.90, 0.92,    0.90, 0.94, 0.97,    1.00, 0.95, 0.70 },
  };
  const gdouble   *m       = moods[variant % G_N_ELEMENTS (moods)];
  cairo_surface_t *surface;
  cairo_t         *cr;
  PiscesImage     *image;

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cr      = cairo_create (surface);
  cairo_scale (cr, size, size);

  cairo_set_source_rgb (cr, m[0], m[1], m[2]);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, m[6], m[7], m[8]);
  cairo_arc (cr, 0.25 + 0.15 * variant, 0.28, 0.12, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, m[3], m[4], m[5]);
  cairo_move_to (cr, 0, 0.72);
  cairo_curve_to (cr, 0.3, 0.5, 0.7, 0.55, 1, 0.8);
  cairo_line_to (cr, 1, 1);
  cairo_line_to (cr, 0, 1);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.93, 0.90, 0.84);
  cairo_rectangle (cr, 0.42, 0.50, 0.22, 0.18);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.72, 0.30, 0.26);
  cairo_move_to (cr, 0.38, 0.51);
  cairo_line_to (cr, 0.53, 0.36);
  cairo_line_to (cr, 0.68, 0.51);
  cairo_fill (cr);

  cairo_destroy (cr);
  image = image_from_surface (surface);
  cairo_surface_destroy (surface);

  return image;
}

/* Two red stars on a transparent background.  With @noise it looks like an
 * unfinished picture.
 */
PiscesImage *
sample_image_stars (gint    size,
                    gdouble noise)
{
  g_autoptr (GRand)  random  = g_rand_new_with_seed (7);
  cairo_surface_t   *surface;
  cairo_t           *cr;
  PiscesImage       *image;
  gint               i;

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cr      = cairo_create (surface);
  cairo_scale (cr, size, size);
  cairo_set_source_rgb (cr, 0.85, 0.17, 0.20);
  draw_star (cr, 0.36, 0.40, 0.26);
  draw_star (cr, 0.72, 0.70, 0.17);
  cairo_destroy (cr);

  image = image_from_surface (surface);
  cairo_surface_destroy (surface);

  for (i = 0; noise > 0 && i < size * size * 4; i++)
    image->pixels[i] =
      CLAMP (image->pixels[i] + g_rand_double_range (random, -255, 255) * noise,
             0, 255);

  return image;
}

PiscesPicture *
sample_picture (const gchar *prompt,
                const gchar *plan,
                guint32      seed,
                PiscesImage *image)
{
  PiscesPicture *picture = pisces_picture_new ();

  picture->image          = image ? pisces_image_ref (image) : NULL;
  picture->prompt         = g_strdup (prompt);
  picture->plan           = g_strdup (plan);
  picture->seed           = seed;
  picture->steps          = 20;
  picture->guidance_scale = 3.0;
  picture->model_name     = g_strdup ("nano");
  picture->backend        = g_strdup ("cpu");

  return picture;
}

/* Must not be freed, as its strings are constants.  */
void
sample_status (PiscesStatus *status)
{
  static PiscesModelStatus model =
  {
    .roles          = PISCES_ALL_ROLES,
    .loaded         = TRUE,
    .folder         = (gchar *) "/models/nano",
    .name           = (gchar *) "nano",
    .backend        = (gchar *) "cpu",
    .backend_reason = (gchar *) "There is no CUDA device.",
    .resident_bytes = 96468992,
    .loaded_since   = 1750000000,
  };
  static gpointer  pointer = &model;
  static GPtrArray models  = { &pointer, 1 };

  memset (status, 0, sizeof *status);

  status->models         = &models;
  status->loaded         = TRUE;
  status->model_name     = (gchar *) "nano";
  status->backend        = (gchar *) "cpu";
  status->backend_reason = (gchar *) "There is no CUDA device.";
  status->resident_bytes = 96468992;
}

static PiscesImage *
image_from_surface (cairo_surface_t *surface)
{
  gint                  width  = cairo_image_surface_get_width (surface);
  gint                  height = cairo_image_surface_get_height (surface);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  PiscesImage          *image  = pisces_image_new (width, height, NULL);
  gint                  y;

  pixbuf = gdk_pixbuf_get_from_surface (surface, 0, 0, width, height);
  for (y = 0; y < height; y++)
    memcpy (image->pixels + (gsize) y * width * 4,
            gdk_pixbuf_read_pixels (pixbuf) +
            (gsize) y * gdk_pixbuf_get_rowstride (pixbuf),
            (gsize) width * 4);

  return image;
}

static void
draw_star (cairo_t *cr,
           gdouble  x,
           gdouble  y,
           gdouble  radius)
{
  gint i;

  for (i = 0; i < 10; i++)
    {
      gdouble r = i % 2 ? radius * 0.4 : radius;
      gdouble a = G_PI * i / 5 - G_PI / 2;

      cairo_line_to (cr, x + r * cos (a), y + r * sin (a));
    }
  cairo_fill (cr);
}
