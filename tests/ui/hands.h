/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hands.h: what a test does to a window in place of a person.
 */

#pragma once

#include <gtk/gtk.h>

void          hands_init      (int              *argc,
                               char           ***argv);
GtkWidget   * hands_find      (GtkWidget        *root,
                               const gchar      *id);
void          hands_wait      (guint             milliseconds);
GtkWidget   * hands_show      (GtkWidget        *window);
void          hands_press     (GtkWidget        *window,
                               guint             keyval,
                               GdkModifierType   state);
gchar       * hands_get_text  (GtkWidget        *view);
void          hands_set_text  (GtkWidget        *view,
                               const gchar      *text);
const gchar * hands_get_label (GtkWidget        *root,
                               const gchar      *id);
void          hands_click     (GtkWidget        *root,
                               const gchar      *id);
gboolean      hands_can_use   (GtkWidget        *root,
                               const gchar      *id);
GtkDialog   * hands_find_question
                              (GtkWidget        *window);
void          hands_count     (guint            *counter);
