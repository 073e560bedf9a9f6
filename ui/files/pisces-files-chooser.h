/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-chooser.h: how a user chooses picture files.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkFileChooserNative * pisces_files_chooser_new            (GtkWindow             *window,
                                                            GtkFileChooserAction   action);
gchar               ** pisces_files_chooser_get_paths      (GtkFileChooserNative  *chooser);
gchar               ** pisces_files_chooser_paths_from_uris
                                                           (gchar                **uris);

G_END_DECLS
