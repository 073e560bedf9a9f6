/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-status-line.h: the bottom line of a window: which model is loaded,
 * where it runs, how much memory it takes, and a button to free it.
 *
 * Signals: "unload-requested" (line, user_data).  Actions: "models.choose",
 * which the window has to provide.
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
