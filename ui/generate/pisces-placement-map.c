/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-placement-map.c: a small drawing of an image's canvas, with the place
 * that a picture will have in it.  The place may reach beyond the canvas, so
 * the drawing is scaled to show both.  The label beside it says the same in
 * words.
 */

#include "ui/generate/pisces-placement-map.h"

/* The size of the widget in em, so that it grows with the font.  */
#define WIDTH_EMS  5
#define HEIGHT_EMS 3

struct _PiscesPlacementMap
{
  GtkDrawingArea parent_instance;

  gint           canvas_width;    /* 0 if there is no image */
  gint           canvas_height;
  GdkRectangle   place;
};

static void     pisces_placement_map_style_updated (GtkWidget *widget);
static gboolean pisces_placement_map_draw          (GtkWidget *widget,
                                                    cairo_t   *cr);
static void     request_size                       (GtkWidget *widget);

G_DEFINE_FINAL_TYPE (PiscesPlacementMap, pisces_placement_map,
                     GTK_TYPE_DRAWING_AREA)

static void
pisces_placement_map_class_init (PiscesPlacementMapClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->draw          = pisces_placement_map_draw;
  widget_class->style_updated = pisces_placement_map_style_updated;

  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_IMAGE);
}

static void
pisces_placement_map_init (PiscesPlacementMap *map)
{
  request_size (GTK_WIDGET (map));
}

GtkWidget *
pisces_placement_map_new (void)
{
  return g_object_new (PISCES_TYPE_PLACEMENT_MAP, NULL);
}

/**
 * pisces_placement_map_set_place:
 * @canvas_width: in pixels; 0 if there is no image.
 * @canvas_height: in pixels.
 * @place: in pixels, relative to the upper left corner of the canvas.
 */
void
pisces_placement_map_set_place (PiscesPlacementMap *map,
                                gint                canvas_width,
                                gint                canvas_height,
                                const GdkRectangle *place)
{
  map->canvas_width  = canvas_width;
  map->canvas_height = canvas_height;
  map->place         = *place;

  gtk_widget_queue_draw (GTK_WIDGET (map));
}

static void
pisces_placement_map_style_updated (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pisces_placement_map_parent_class)->style_updated (widget);

  request_size (widget);
}

static gboolean
pisces_placement_map_draw (GtkWidget *widget,
                           cairo_t   *cr)
{
  PiscesPlacementMap *map     = PISCES_PLACEMENT_MAP (widget);
  GtkStyleContext    *context = gtk_widget_get_style_context (widget);
  gint                width   = gtk_widget_get_allocated_width (widget) - 2;
  gint                height  = gtk_widget_get_allocated_height (widget) - 2;
  GdkRectangle        canvas  = { 0, 0, map->canvas_width, map->canvas_height };
  GdkRectangle        all;
  GdkRGBA             color;
  gdouble             scale;

  if (map->canvas_width < 1 || map->canvas_height < 1)
    return FALSE;

  gdk_rectangle_union (&canvas, &map->place, &all);
  scale = MIN ((gdouble) width / all.width, (gdouble) height / all.height);

  cairo_translate (cr, 1.0 + (width  - all.width  * scale) / 2,
                       1.0 + (height - all.height * scale) / 2);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, -all.x, -all.y);

  gtk_style_context_get_color (context, gtk_style_context_get_state (context),
                               &color);
  color.alpha *= 0.15;
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_rectangle (cr, 0, 0, canvas.width, canvas.height);
  cairo_fill_preserve (cr);
  color.alpha *= 4.0;
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 1.0 / scale);
  cairo_stroke (cr);

  if (! gtk_style_context_lookup_color (context, "theme_selected_bg_color",
                                        &color))
    gtk_style_context_get_color (context,
                                 gtk_style_context_get_state (context),
                                 &color);

  /* A place of one pixel must be visible on a large canvas too.  */
  cairo_rectangle (cr, map->place.x, map->place.y,
                   MAX (map->place.width,  3.0 / scale),
                   MAX (map->place.height, 3.0 / scale));
  cairo_set_source_rgba (cr, color.red, color.green, color.blue, 0.5);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 1.5 / scale);
  cairo_stroke (cr);

  return FALSE;
}

static void
request_size (GtkWidget *widget)
{
  PangoContext     *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  gint              em;

  em = PANGO_PIXELS (pango_font_metrics_get_ascent (metrics) +
                     pango_font_metrics_get_descent (metrics));
  pango_font_metrics_unref (metrics);

  gtk_widget_set_size_request (widget, WIDTH_EMS * em, HEIGHT_EMS * em);
}
