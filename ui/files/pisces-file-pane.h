/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-pane.h: the text and keywords of one file of a list, to be read and edited.
 * Every change by a person goes into the list's item at once.
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/files/pisces-file-item.h"

G_BEGIN_DECLS

#define PISCES_TYPE_FILE_PANE (pisces_file_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesFilePane, pisces_file_pane,
                      PISCES, FILE_PANE, GtkBox)

void pisces_file_pane_set_item (PiscesFilePane *pane,
                                PiscesFileItem *item);
void pisces_file_pane_edit     (PiscesFilePane *pane);

G_END_DECLS
