/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-undo.h: undo and redo in a text field: Ctrl+Z, Shift+Ctrl+Z or
 * Ctrl+Y, and two items in its context menu.  GTK 3 itself has no undo.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void     pisces_undo_add      (GtkWidget *field);
void     pisces_undo_forget   (GtkWidget *widget);
gboolean pisces_undo_can_undo (GtkWidget *field);
gboolean pisces_undo_can_redo (GtkWidget *field);

G_END_DECLS
