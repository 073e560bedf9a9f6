/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * chosen-models.h: lets a window follow what the chosen models can do.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

/* @draws, @describes: the model for this role; %NULL: it cannot be read, which the
 * user is told when it is asked to work.  */
typedef void (* PiscesChosenModelsFunc) (GtkWindow             *window,
                                         const PiscesModelInfo *draws,
                                         const PiscesModelInfo *describes);

void pisces_chosen_models_watch (PiscesEngine           *engine,
                                 GtkWindow              *window,
                                 PiscesChosenModelsFunc  func);

G_END_DECLS
