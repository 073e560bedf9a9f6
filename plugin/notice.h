/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * notice.h: if a window is not visible, tells the user what has happened in
 * it.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void pisces_notice_show (GtkWindow   *window,
                         const gchar *sentence);

G_END_DECLS
