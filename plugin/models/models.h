/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models.h: the windows that choose which models the engine uses.
 */

#pragma once

#include <gtk/gtk.h>

#include "plugin/extension.h"

G_BEGIN_DECLS

void pisces_models_attach (PiscesExtension *extension,
                           GtkWindow       *window);

G_END_DECLS
