/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-save.h: chooses which texts of the list are saved.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @items (nullable) (element-type PiscesFileItem): the files to save; NULL if
 *   the user has cancelled.
 */
typedef void (* PiscesFilesSaveFunc) (GPtrArray *items,
                                      gpointer   user_data);

GtkWidget * pisces_files_save_ask (GtkWindow           *window,
                                   GPtrArray           *items,
                                   PiscesFilesSaveFunc  save);

G_END_DECLS
