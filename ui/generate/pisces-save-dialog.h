/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-save-dialog.h: asks where to save a picture as PNG, and saves it.
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-picture-file.h"

G_BEGIN_DECLS

/* @parent: the widget that the dialog was opened for.  @sentence: why it could
 *   not be saved.  */
typedef void (* PiscesSaveFailedFunc) (GtkWidget   *parent,
                                       const gchar *sentence);

void    pisces_save_dialog_open      (GtkWidget            *parent,
                                      PiscesPicture        *picture,
                                      PiscesPictureFileFlags flags,
                                      PiscesSaveFailedFunc  failed);
gchar * pisces_save_dialog_make_name (PiscesPicture        *picture);

G_END_DECLS
