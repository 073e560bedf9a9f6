/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-compare-view.c: two pictures in one place, the first on the left of a
 * divider that can be moved, the second on the right.  One lies over the
 * other, and a scale says how much of it is drawn.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-compare-view.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-ui.h"

struct _PiscesCompareView
{
  GtkBox     parent_instance;

  GtkWidget *first;
  GtkWidget *second;
  GtkWidget *scale;
};

static void     on_moved     (PiscesCompareView *view);
static gboolean on_pressed   (PiscesCompareView *view,
                              GdkEventButton    *event);
static gboolean on_dragged   (PiscesCompareView *view,
                              GdkEventMotion    *event);
static void     show_names   (PiscesCompareView *view,
                              gboolean           over_time);

G_DEFINE_FINAL_TYPE (PiscesCompareView, pisces_compare_view, GTK_TYPE_BOX)

static void
pisces_compare_view_class_init (PiscesCompareViewClass *class)
{
}

static void
pisces_compare_view_init (PiscesCompareView *view)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *events  = gtk_event_box_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (view),
                                  GTK_ORIENTATION_VERTICAL);

  view->first  = pisces_picture_view_new ();
  view->second = pisces_picture_view_new ();
  gtk_container_add (GTK_CONTAINER (overlay), view->second);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), view->first);
  gtk_overlay_set_overlay_pass_through (GTK_OVERLAY (overlay), view->first,
                                        TRUE);

  gtk_event_box_set_visible_window (GTK_EVENT_BOX (events), FALSE);
  gtk_event_box_set_above_child (GTK_EVENT_BOX (events), TRUE);
  gtk_widget_add_events (events, GDK_BUTTON_PRESS_MASK |
                                 GDK_BUTTON1_MOTION_MASK);
  gtk_widget_set_vexpand (events, TRUE);
  gtk_container_add (GTK_CONTAINER (events), overlay);
  gtk_container_add (GTK_CONTAINER (view), events);

  view->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL,
                                          0.0, 1.0, 0.02);
  gtk_scale_set_draw_value (GTK_SCALE (view->scale), FALSE);
  /* The scale moves along the pictures, and their left side stays left even in
   * languages that are written from right to left.  */
  gtk_widget_set_direction (view->scale, GTK_TEXT_DIR_LTR);
  gtk_range_set_value (GTK_RANGE (view->scale), 0.5);
  pisces_ui_set_name (view->scale, _("Divider between the two pictures"));
  gtk_container_add (GTK_CONTAINER (view), view->scale);

  g_signal_connect_swapped (view->scale, "value-changed",
                            G_CALLBACK (on_moved), view);
  g_signal_connect_swapped (events, "button-press-event",
                            G_CALLBACK (on_pressed), view);
  g_signal_connect_swapped (events, "motion-notify-event",
                            G_CALLBACK (on_dragged), view);

  gtk_widget_show_all (events);
  gtk_widget_show (view->scale);
  show_names (view, FALSE);
  on_moved (view);
}

GtkWidget *
pisces_compare_view_new (void)
{
  return g_object_new (PISCES_TYPE_COMPARE_VIEW, NULL);
}

/**
 * pisces_compare_view_set_images:
 * @first: (nullable) (transfer none): shown on the left.
 * @second: (nullable) (transfer none): shown on the right.
 * @over_time: whether they are one picture before and after, not two pictures.
 */
void
pisces_compare_view_set_images (PiscesCompareView *view,
                                PiscesImage       *first,
                                PiscesImage       *second,
                                gboolean           over_time)
{
  g_return_if_fail (PISCES_IS_COMPARE_VIEW (view));

  show_names (view, over_time);
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (view->first), first);
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (view->second), second);
}

/**
 * pisces_compare_view_get_scale:
 *
 * Returns: (transfer none): what moves the divider; it takes the focus.
 */
GtkWidget *
pisces_compare_view_get_scale (PiscesCompareView *view)
{
  g_return_val_if_fail (PISCES_IS_COMPARE_VIEW (view), NULL);

  return view->scale;
}

static void
on_moved (PiscesCompareView *view)
{
  pisces_picture_view_set_part (PISCES_PICTURE_VIEW (view->first),
                                gtk_range_get_value (GTK_RANGE (view->scale)));
}

static gboolean
on_pressed (PiscesCompareView *view,
            GdkEventButton    *event)
{
  if (event->button != GDK_BUTTON_PRIMARY)
    return FALSE;

  gtk_widget_grab_focus (view->scale);
  gtk_range_set_value (GTK_RANGE (view->scale),
                       pisces_picture_view_get_place (
                         PISCES_PICTURE_VIEW (view->first), event->x));

  return TRUE;
}

static gboolean
on_dragged (PiscesCompareView *view,
            GdkEventMotion    *event)
{
  gtk_range_set_value (GTK_RANGE (view->scale),
                       pisces_picture_view_get_place (
                         PISCES_PICTURE_VIEW (view->first), event->x));

  return TRUE;
}

static void
show_names (PiscesCompareView *view,
            gboolean           over_time)
{
  pisces_ui_set_name (view->first, over_time ? _("Before, on the left") :
                                               _("Picture A, on the left"));
  pisces_ui_set_name (view->second, over_time ? _("After, on the right") :
                                                _("Picture B, on the right"));
  gtk_widget_set_tooltip_text (view->scale, over_time ?
                               _("Left of this place it is as before, right of it as "
                                 "after") :
                               _("Left of this place is picture A, right of "
                                 "it picture B"));
}
