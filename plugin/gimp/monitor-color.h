/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * monitor-color.h: shows pictures in the colours of the monitor.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void pisces_monitor_color_begin (GdkScreen *screen);

G_END_DECLS
