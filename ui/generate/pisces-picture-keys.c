/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-keys.c: what the keys do in the row of pictures.  GTK already
 * handles the arrow keys.
 */

#include "ui/generate/pisces-picture-keys.h"
#include "ui/widgets/pisces-ui.h"

static gboolean on_key_pressed (PiscesPictureStrip *strip,
                                GdkEventKey        *event);


/* Makes the keys work while the row has the keyboard focus.  */
void
pisces_picture_keys_connect (PiscesPictureStrip *strip)
{
  g_signal_connect_swapped (pisces_picture_strip_get_box (strip),
                            "key-press-event", G_CALLBACK (on_key_pressed),
                            strip);
}

static gboolean
on_key_pressed (PiscesPictureStrip *strip,
                GdkEventKey        *event)
{
  gboolean control = (event->state & GDK_CONTROL_MASK) != 0;

  if (pisces_ui_is_key (event, GDK_KEY_c, GDK_CONTROL_MASK))
    {
      GActionGroup *results =
        gtk_widget_get_action_group (GTK_WIDGET (strip), "results");

      if (results)
        g_action_group_activate_action (results, "copy", NULL);
      return TRUE;
    }

  switch (event->keyval)
    {
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      if (control)
        pisces_picture_strip_set_second (strip,
                                         pisces_picture_strip_get_result (strip));
      else
        g_signal_emit_by_name (strip, "view-requested");
      return TRUE;

    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      pisces_picture_strip_step (strip, G_MININT);
      return TRUE;

    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      pisces_picture_strip_step (strip, G_MAXINT);
      return TRUE;

    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      g_signal_emit_by_name (strip, "delete-requested");
      return TRUE;

    case GDK_KEY_Menu:
      g_signal_emit_by_name (strip, "menu-requested", event);
      return TRUE;

    case GDK_KEY_F10:
      if (! (event->state & GDK_SHIFT_MASK))
        return FALSE;
      g_signal_emit_by_name (strip, "menu-requested", event);
      return TRUE;

    default:
      return FALSE;
    }
}
