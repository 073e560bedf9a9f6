/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * monitor-color.c: shows pictures in the colours of the monitor that they are
 * on, as GIMP shows its images and GimpPreviewArea its previews.  It uses the
 * user's settings for colour management as they are when the first window
 * opens.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#include "ui/widgets/pisces-picture-view.h"

#include "plugin/gimp/monitor-color.h"

#define TRACKED_KEY "pisces-monitor-tracked"

typedef struct
{
  GimpColorConfig  *config;
  GimpColorProfile *srgb;
} MonitorColor;

static guint8 * monitor_color_convert (GtkWidget    *view,
                                       const guint8 *pixels,
                                       gsize         n_pixels,
                                       gpointer      data);


/*  public functions  */

/**
 * pisces_monitor_color_begin:
 * @screen: the screen of the plug-in's windows.  From now on, until the
 *   process ends, they show pictures in the colours of their monitor.
 */
void
pisces_monitor_color_begin (GdkScreen *screen)
{
  MonitorColor *color = g_new0 (MonitorColor, 1);

  color->config = gimp_get_color_configuration ();
  color->srgb   = gimp_color_profile_new_rgb_srgb ();

  pisces_picture_view_set_color_func (screen, monitor_color_convert, color);
}


/*  private functions  */

/* A #PiscesColorFunc. libgimp caches the transforms; it returns none if
 * nothing has to be converted, for example on a monitor without a profile.
 */
static guint8 *
monitor_color_convert (GtkWidget    *view,
                       const guint8 *pixels,
                       gsize         n_pixels,
                       gpointer      data)
{
  MonitorColor       *color  = data;
  const Babl         *format = babl_format ("R'G'B'A u8");
  GimpColorTransform *transform;
  guint8             *shown;

  if (! g_object_get_data (G_OBJECT (view), TRACKED_KEY))
    {
      gimp_widget_track_monitor (view,
                                 G_CALLBACK (pisces_picture_view_recolor),
                                 NULL, NULL);
      g_object_set_data (G_OBJECT (view), TRACKED_KEY, GINT_TO_POINTER (TRUE));
    }

  transform =
    gimp_widget_get_color_transform (view, color->config, color->srgb,
                                     format, format, NULL,
                                     GIMP_COLOR_RENDERING_INTENT_PERCEPTUAL,
                                     FALSE);
  if (! transform)
    return NULL;

  shown = g_malloc (n_pixels * 4);
  gimp_color_transform_process_pixels (transform, format, pixels,
                                       format, shown, n_pixels);
  g_object_unref (transform);

  return shown;
}
