/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-view.c: a widget that shows one PiscesImage, scaled to fit,
 * on a checkerboard if it is transparent; without an image, an empty sheet
 * with an icon.  It is used for the large picture, for the thumbnails and for
 * what the model sees.
 */

#include <math.h>

#include "ui/widgets/pisces-picture-view.h"

#define CHECK_SIZE    8    /* in logical pixels, as in GIMP */
#define MAX_ICON_SIZE 64
#define FUNC_KEY      "pisces-color-func"
#define DATA_KEY      "pisces-color-data"

enum
{
  PROP_0,
  PROP_ICON_NAME
};

struct _PiscesPictureView
{
  GtkDrawingArea   parent_instance;

  gchar           *icon_name;
  PiscesImage     *image;
  gboolean         transparent;   /* whether any pixel is transparent */
  cairo_surface_t *scaled;        /* the image in device pixels ... */
  gint             scaled_width;  /* ... of this size               */
  gint             scaled_height;
  gdouble          part;          /* share of the width that is drawn */
};

static void              pisces_picture_view_set_property
                                                     (GObject           *object,
                                                      guint              property_id,
                                                      const GValue      *value,
                                                      GParamSpec        *pspec);
static void              pisces_picture_view_finalize
                                                     (GObject           *object);
static gboolean          pisces_picture_view_draw    (GtkWidget         *widget,
                                                      cairo_t           *cr);
static void              draw_image                  (PiscesPictureView *view,
                                                      cairo_t           *cr);
static void              draw_edge                   (cairo_t           *cr,
                                                      gdouble            x,
                                                      gdouble            height);
static void              draw_empty_sheet            (PiscesPictureView *view,
                                                      cairo_t           *cr);
static void              draw_paper                  (GtkWidget         *widget,
                                                      cairo_t           *cr);
static void              draw_checkerboard           (GtkWidget         *widget,
                                                      cairo_t           *cr,
                                                      gdouble            width,
                                                      gdouble            height);
static gboolean          get_color                   (GtkWidget         *widget,
                                                      const gchar       *name,
                                                      GdkRGBA           *color);
static cairo_surface_t * scale_image                 (PiscesPictureView *view,
                                                      gint               width,
                                                      gint               height);
static GdkPixbuf       * image_to_pixbuf             (PiscesPictureView *view);
static void              free_pixels                 (guchar            *pixels,
                                                      gpointer           data);
static gboolean          image_is_transparent        (PiscesImage       *image);

G_DEFINE_FINAL_TYPE (PiscesPictureView, pisces_picture_view,
                     GTK_TYPE_DRAWING_AREA)

static void
pisces_picture_view_class_init (PiscesPictureViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->set_property     = pisces_picture_view_set_property;
  object_class->finalize         = pisces_picture_view_finalize;
  GTK_WIDGET_CLASS (class)->draw = pisces_picture_view_draw;

  g_object_class_install_property (
    object_class, PROP_ICON_NAME,
    g_param_spec_string ("icon-name", NULL, NULL, NULL,
                         G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));

  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class),
                                        ATK_ROLE_IMAGE);
}

static void
pisces_picture_view_init (PiscesPictureView *view)
{
  view->part = 1.0;
}

GtkWidget *
pisces_picture_view_new (void)
{
  return g_object_new (PISCES_TYPE_PICTURE_VIEW, NULL);
}

/**
 * pisces_picture_view_set_image:
 * @image: (nullable) (transfer none): the image to show.
 */
void
pisces_picture_view_set_image (PiscesPictureView *view,
                               PiscesImage       *image)
{
  g_return_if_fail (PISCES_IS_PICTURE_VIEW (view));

  if (image == view->image)
    return;

  g_clear_pointer (&view->image, pisces_image_unref);
  g_clear_pointer (&view->scaled, cairo_surface_destroy);

  if (image)
    {
      view->image       = pisces_image_ref (image);
      view->transparent = image_is_transparent (image);
    }

  gtk_widget_queue_draw (GTK_WIDGET (view));
}

/**
 * pisces_picture_view_set_color_func:
 * @screen: the screen; the function is used for the pictures in all its
 *   windows.
 * @func: (nullable): converts sRGB to the colours of the monitor; %NULL, the
 *   initial value: no conversion.
 * @data: passed to the function; it must live as long as the views.
 */
void
pisces_picture_view_set_color_func (GdkScreen       *screen,
                                    PiscesColorFunc  func,
                                    gpointer         data)
{
  g_object_set_data (G_OBJECT (screen), FUNC_KEY, (gpointer) func);
  g_object_set_data (G_OBJECT (screen), DATA_KEY, data);
}

/* The view is now on another monitor, so the function gives other colours.  */
void
pisces_picture_view_recolor (PiscesPictureView *view)
{
  g_return_if_fail (PISCES_IS_PICTURE_VIEW (view));

  g_clear_pointer (&view->scaled, cairo_surface_destroy);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

/**
 * pisces_picture_view_get_image:
 *
 * Returns: (nullable) (transfer none): the image that is shown.
 */
PiscesImage *
pisces_picture_view_get_image (PiscesPictureView *view)
{
  g_return_val_if_fail (PISCES_IS_PICTURE_VIEW (view), NULL);

  return view->image;
}

/**
 * pisces_picture_view_set_part:
 * @part: 0 to 1: how much of the picture is drawn, starting at the left.  If
 *   it is not all, a line marks where it ends.
 */
void
pisces_picture_view_set_part (PiscesPictureView *view,
                              gdouble            part)
{
  g_return_if_fail (PISCES_IS_PICTURE_VIEW (view));

  view->part = CLAMP (part, 0.0, 1.0);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

/**
 * pisces_picture_view_get_place:
 * @x: a position in the coordinates of the widget.
 *
 * Returns: the position in the picture, from 0 at its left edge to 1 at its
 *   right.
 */
gdouble
pisces_picture_view_get_place (PiscesPictureView *view,
                               gdouble            x)
{
  GtkWidget *widget = GTK_WIDGET (view);
  gdouble    factor = gtk_widget_get_scale_factor (widget);
  gdouble    width  = gtk_widget_get_allocated_width (widget);
  gdouble    drawn  = view->scaled ? view->scaled_width / factor : width;

  return CLAMP ((x - (width - drawn) / 2) / MAX (drawn, 1.0), 0.0, 1.0);
}

static void
pisces_picture_view_set_property (GObject      *object,
                                  guint         property_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  PiscesPictureView *view = PISCES_PICTURE_VIEW (object);

  switch (property_id)
    {
    case PROP_ICON_NAME:
      g_free (view->icon_name);
      view->icon_name = g_value_dup_string (value);
      gtk_widget_queue_draw (GTK_WIDGET (view));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
pisces_picture_view_finalize (GObject *object)
{
  PiscesPictureView *view = PISCES_PICTURE_VIEW (object);

  g_clear_pointer (&view->image, pisces_image_unref);
  g_clear_pointer (&view->scaled, cairo_surface_destroy);
  g_free (view->icon_name);

  G_OBJECT_CLASS (pisces_picture_view_parent_class)->finalize (object);
}

static gboolean
pisces_picture_view_draw (GtkWidget *widget,
                          cairo_t   *cr)
{
  PiscesPictureView *view = PISCES_PICTURE_VIEW (widget);

  if (view->image)
    draw_image (view, cr);
  else
    draw_empty_sheet (view, cr);

  return FALSE;
}

static void
draw_image (PiscesPictureView *view,
            cairo_t           *cr)
{
  GtkWidget *widget = GTK_WIDGET (view);
  gint       width  = gtk_widget_get_allocated_width (widget);
  gint       height = gtk_widget_get_allocated_height (widget);
  gint       factor = gtk_widget_get_scale_factor (widget);
  gdouble    zoom;
  gint       device_width, device_height;

  /* Uses whole device pixels, so that the edges are sharp.  */
  zoom = MIN ((gdouble) width * factor / view->image->width,
              (gdouble) height * factor / view->image->height);
  device_width  = MAX (1, (gint) floor (view->image->width * zoom));
  device_height = MAX (1, (gint) floor (view->image->height * zoom));

  if (! view->scaled ||
      view->scaled_width != device_width ||
      view->scaled_height != device_height)
    {
      g_clear_pointer (&view->scaled, cairo_surface_destroy);
      view->scaled        = scale_image (view, device_width, device_height);
      view->scaled_width  = device_width;
      view->scaled_height = device_height;
      cairo_surface_set_device_scale (view->scaled, factor, factor);
    }

  cairo_translate (cr,
                   (gdouble) ((width * factor - device_width) / 2) / factor,
                   (gdouble) ((height * factor - device_height) / 2) / factor);
  cairo_rectangle (cr, 0, 0,
                   view->part * device_width / factor,
                   (gdouble) device_height / factor);
  cairo_clip (cr);

  if (view->transparent)
    draw_checkerboard (widget, cr,
                       (gdouble) device_width / factor,
                       (gdouble) device_height / factor);

  cairo_set_source_surface (cr, view->scaled, 0, 0);
  cairo_paint (cr);

  if (view->part < 1.0)
    draw_edge (cr, view->part * device_width / factor,
               (gdouble) device_height / factor);
}

/* The line is black and white, so that it can be seen on every picture.  */
static void
draw_edge (cairo_t *cr,
           gdouble  x,
           gdouble  height)
{
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_rectangle (cr, x - 2, 0, 1, height);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, x - 1, 0, 1, height);
  cairo_fill (cr);
}

/* The sheet is square, as most pictures are.  */
static void
draw_empty_sheet (PiscesPictureView *view,
                  cairo_t           *cr)
{
  GtkWidget             *widget    = GTK_WIDGET (view);
  gint                   width     = gtk_widget_get_allocated_width (widget);
  gint                   height    = gtk_widget_get_allocated_height (widget);
  gint                   side      = MIN (width, height);
  gint                   icon_size = MIN (side / 3, MAX_ICON_SIZE);
  g_autoptr (GtkIconInfo) info     = NULL;
  g_autoptr (GdkPixbuf)  icon      = NULL;
  cairo_surface_t       *surface;

  cairo_translate (cr, (width - side) / 2, (height - side) / 2);
  cairo_rectangle (cr, 0, 0, side, side);
  cairo_clip (cr);
  draw_paper (widget, cr);

  if (! view->icon_name || icon_size < 1)
    return;

  info = gtk_icon_theme_lookup_icon_for_scale (
    gtk_icon_theme_get_default (), view->icon_name, icon_size,
    gtk_widget_get_scale_factor (widget), GTK_ICON_LOOKUP_FORCE_SIZE);
  if (info)
    {
      GdkRGBA text;

      get_color (widget, "theme_text_color", &text);
      icon = gtk_icon_info_load_symbolic (info, &text, NULL, NULL, NULL, NULL,
                                          NULL);
    }
  if (! icon)
    return;

  surface = gdk_cairo_surface_create_from_pixbuf (
    icon, gtk_widget_get_scale_factor (widget), NULL);
  cairo_set_source_surface (cr, surface, (side - icon_size) / 2,
                            (side - icon_size) / 2);
  cairo_paint_with_alpha (cr, 0.4);
  cairo_surface_destroy (surface);
}

/* Draws the theme's background for text, so that the colour below it, such as
 * that of a selection, does not show through.
 */
static void
draw_paper (GtkWidget *widget,
            cairo_t   *cr)
{
  GdkRGBA base;

  if (! get_color (widget, "theme_base_color", &base))
    return;

  gdk_cairo_set_source_rgba (cr, &base);
  cairo_paint (cr);
}

/* Finds a colour of the theme by its name, because such a colour does not
 * change with the state of the widget.  If the theme lacks the name, the text
 * colour is used.
 */
static gboolean
get_color (GtkWidget   *widget,
           const gchar *name,
           GdkRGBA     *color)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (gtk_style_context_lookup_color (context, name, color))
    return TRUE;

  gtk_style_context_get_color (context, gtk_style_context_get_state (context),
                               color);

  return FALSE;
}

/* Uses two faint shades of the theme's text colour, so that the pattern does
 * not distract, in light and in dark themes.
 */
static void
draw_checkerboard (GtkWidget *widget,
                   cairo_t   *cr,
                   gdouble    width,
                   gdouble    height)
{
  GdkRGBA text;
  gint    x, y;

  draw_paper (widget, cr);

  get_color (widget, "theme_text_color", &text);
  text.alpha = 0.12;
  gdk_cairo_set_source_rgba (cr, &text);
  cairo_paint (cr);

  for (y = 0; y * CHECK_SIZE < height; y++)
    for (x = y % 2; x * CHECK_SIZE < width; x += 2)
      cairo_rectangle (cr, x * CHECK_SIZE, y * CHECK_SIZE,
                       CHECK_SIZE, CHECK_SIZE);
  cairo_fill (cr);
}

/* Draws the whole image at @width × @height pixels.  */
static cairo_surface_t *
scale_image (PiscesPictureView *view,
             gint               width,
             gint               height)
{
  g_autoptr (GdkPixbuf)  pixbuf = image_to_pixbuf (view);
  cairo_surface_t       *source;
  cairo_surface_t       *scaled;
  cairo_t               *cr;

  source = gdk_cairo_surface_create_from_pixbuf (pixbuf, 1, NULL);
  scaled = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);

  cr = cairo_create (scaled);
  cairo_scale (cr,
               (gdouble) width / view->image->width,
               (gdouble) height / view->image->height);
  cairo_set_source_surface (cr, source, 0, 0);
  /* Cairo's best filter shows an enlarged pixel as a square, but the layer
   * that is made of the picture will be smooth.  */
  cairo_pattern_set_filter (cairo_get_source (cr),
                            width > view->image->width ?
                            CAIRO_FILTER_BILINEAR : CAIRO_FILTER_BEST);
  /* Without this, the edges of an enlarged picture would fade out.  */
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (source);

  return scaled;
}

/* Converts the image to the colours of the screen.  */
static GdkPixbuf *
image_to_pixbuf (PiscesPictureView *view)
{
  PiscesImage     *image  = view->image;
  GObject         *screen = G_OBJECT (gtk_widget_get_screen (GTK_WIDGET (view)));
  PiscesColorFunc  func   =
    (PiscesColorFunc) g_object_get_data (screen, FUNC_KEY);
  guint8          *shown  = NULL;

  if (func)
    shown = func (GTK_WIDGET (view), image->pixels,
                  (gsize) image->width * image->height,
                  g_object_get_data (screen, DATA_KEY));

  return gdk_pixbuf_new_from_data (shown ? shown : image->pixels,
                                   GDK_COLORSPACE_RGB, TRUE, 8,
                                   image->width, image->height,
                                   image->width * 4,
                                   shown ? free_pixels : NULL, NULL);
}

static void
free_pixels (guchar   *pixels,
             gpointer  data)
{
  g_free (pixels);
}

static gboolean
image_is_transparent (PiscesImage *image)
{
  gsize n_pixels = (gsize) image->width * image->height;
  gsize i;

  for (i = 0; i < n_pixels; i++)
    if (image->pixels[4 * i + 3] != 255)
      return TRUE;

  return FALSE;
}
