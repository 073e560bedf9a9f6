/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-status-line.h: the foot of a window: which model is loaded, where it
 * runs, what memory it holds, and a button that frees it.
 *
 * Signals: "unload-requested" (line, user_data).
 * Actions: "models.choose", of the window that it is in.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_STATUS_LINE (pisces_status_line_get_type ())
G_DECLARE_FINAL_TYPE (PiscesStatusLine, pisces_status_line,
                      PISCES, STATUS_LINE, GtkBox)

GtkWidget   * pisces_status_line_new        (void);

void          pisces_status_line_set_status (PiscesStatusLine   *line,
                                             const PiscesStatus *status);
const gchar * pisces_status_line_get_text   (PiscesStatusLine   *line);

G_END_DECLS
