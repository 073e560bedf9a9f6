/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-large-view.c: one picture in a window of its own, as large as the
 * screen allows.
 */

#include "ui/widgets/pisces-large-view.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-ui.h"

#define SHARE_OF_SCREEN 0.8

enum
{
  STEP,
  N_SIGNALS
};

struct _PiscesLargeView
{
  GtkWindow  parent_instance;

  GtkWidget *view;
};

static gboolean pisces_large_view_key_press (GtkWidget   *widget,
                                             GdkEventKey *event);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesLargeView, pisces_large_view, GTK_TYPE_WINDOW)

static void
pisces_large_view_class_init (PiscesLargeViewClass *class)
{
  GTK_WIDGET_CLASS (class)->key_press_event = pisces_large_view_key_press;

  signals[STEP] =
    g_signal_new ("step", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
pisces_large_view_init (PiscesLargeView *view)
{
  view->view = pisces_picture_view_new ();
  gtk_widget_show (view->view);
  gtk_container_add (GTK_CONTAINER (view), view->view);
  gtk_window_set_type_hint (GTK_WINDOW (view), GDK_WINDOW_TYPE_HINT_DIALOG);

  g_signal_connect (view, "delete-event",
                    G_CALLBACK (gtk_widget_hide_on_delete), NULL);
}

GtkWidget *
pisces_large_view_new (void)
{
  return g_object_new (PISCES_TYPE_LARGE_VIEW, NULL);
}

/**
 * pisces_large_view_set_image:
 * @image: (nullable) (transfer none): the picture to show.
 * @name: (nullable): its name: a prompt.
 */
void
pisces_large_view_set_image (PiscesLargeView *view,
                             PiscesImage     *image,
                             const gchar     *name)
{
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (view->view), image);
  pisces_ui_set_name (view->view, name ? name : "");
  gtk_window_set_title (GTK_WINDOW (view), name ? name : "");
}

void
pisces_large_view_present (PiscesLargeView *view,
                           GtkWindow       *parent)
{
  GtkWindow    *window  = GTK_WINDOW (view);
  GdkDisplay   *display = gtk_widget_get_display (GTK_WIDGET (parent));
  GdkMonitor   *monitor = gdk_display_get_monitor_at_window (
    display, gtk_widget_get_window (GTK_WIDGET (parent)));
  GdkRectangle  area    = { 0, 0, 1024, 600 };
  gint          side;

  if (monitor)
    gdk_monitor_get_workarea (monitor, &area);

  side = SHARE_OF_SCREEN * MIN (area.width, area.height);
  gtk_window_set_default_size (window, side, side);
  gtk_window_set_transient_for (window, parent);
  gtk_window_set_position (window, GTK_WIN_POS_CENTER_ON_PARENT);
  gtk_window_present (window);
}

static gboolean
pisces_large_view_key_press (GtkWidget   *widget,
                             GdkEventKey *event)
{
  gboolean right_to_left =
    gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (pisces_ui_is_key (event, GDK_KEY_w, GDK_CONTROL_MASK))
    {
      gtk_widget_hide (widget);
      return TRUE;
    }

  switch (event->keyval)
    {
    case GDK_KEY_space:
    case GDK_KEY_Escape:
      gtk_widget_hide (widget);
      return TRUE;

    case GDK_KEY_Left:
      g_signal_emit (widget, signals[STEP], 0, right_to_left ? 1 : -1);
      return TRUE;

    case GDK_KEY_Right:
      g_signal_emit (widget, signals[STEP], 0, right_to_left ? -1 : 1);
      return TRUE;

    case GDK_KEY_Home:
      g_signal_emit (widget, signals[STEP], 0, G_MININT);
      return TRUE;

    case GDK_KEY_End:
      g_signal_emit (widget, signals[STEP], 0, G_MAXINT);
      return TRUE;

    default:
      return GTK_WIDGET_CLASS (pisces_large_view_parent_class)->
        key_press_event (widget, event);
    }
}
