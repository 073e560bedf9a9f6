/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-message-bar.h: one sentence for the user at the top of a window,
 * hidden while there is none.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_MESSAGE_BAR (pisces_message_bar_get_type ())
G_DECLARE_FINAL_TYPE (PiscesMessageBar, pisces_message_bar,
                      PISCES, MESSAGE_BAR, GtkInfoBar)

GtkWidget   * pisces_message_bar_new      (void);

void          pisces_message_bar_show     (PiscesMessageBar *bar,
                                           GtkMessageType    type,
                                           const gchar      *text);
const gchar * pisces_message_bar_get_text (PiscesMessageBar *bar);

G_END_DECLS
