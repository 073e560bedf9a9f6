/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-styles-dialog.h: where the user adds, changes and removes styles.
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-styles.h"

G_BEGIN_DECLS

#define PISCES_TYPE_STYLES_DIALOG (pisces_styles_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PiscesStylesDialog, pisces_styles_dialog,
                      PISCES, STYLES_DIALOG, GtkWindow)

GtkWidget * pisces_styles_dialog_new (GtkWindow    *parent,
                                      PiscesStyles *styles);

G_END_DECLS
