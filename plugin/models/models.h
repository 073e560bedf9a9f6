/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models.h: which model the engine uses, and the windows that choose it.
 */

#pragma once

#include <gtk/gtk.h>

#include "plugin/extension.h"

G_BEGIN_DECLS

PiscesEngine * pisces_models_make_engine (void);
void           pisces_models_attach      (PiscesExtension *extension,
                                          GtkWindow       *window);

G_END_DECLS
