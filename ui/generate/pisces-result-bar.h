/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-bar.h: messages above the results, with a button for what can
 * be done.
 *
 * Signals:
 *
 *   "brought-back"     (bar, PiscesResult *result, gint place, user_data): the
 *     user wants the deleted picture back
 *   "remove-requested" (bar, user_data)
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-result.h"

G_BEGIN_DECLS

#define PISCES_TYPE_RESULT_BAR (pisces_result_bar_get_type ())
G_DECLARE_FINAL_TYPE (PiscesResultBar, pisces_result_bar,
                      PISCES, RESULT_BAR, GtkBox)

void pisces_result_bar_show_error   (PiscesResultBar *bar,
                                     const gchar     *sentence);
void pisces_result_bar_show_notes   (PiscesResultBar *bar,
                                     const gchar     *notes,
                                     gboolean         removable);
void pisces_result_bar_show_deleted (PiscesResultBar *bar,
                                     PiscesResult    *result,
                                     gint             place);
void pisces_result_bar_clear        (PiscesResultBar *bar);

G_END_DECLS
