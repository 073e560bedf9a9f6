/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * notice.h: tells the user of a window that is not seen what has happened in
 * it.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void pisces_notice_show (GtkWindow   *window,
                         const gchar *sentence);

G_END_DECLS
