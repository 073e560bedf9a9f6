/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-save.h: what is saved of a list of files.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @items (nullable) (element-type PiscesFileItem): to be saved; NULL: the user
 * has thought better of it.
 */
typedef void (* PiscesFilesSaveFunc) (GPtrArray *items,
                                      gpointer   user_data);

GtkWidget * pisces_files_save_ask (GtkWindow           *window,
                                   GPtrArray           *items,
                                   PiscesFilesSaveFunc  save);

G_END_DECLS
