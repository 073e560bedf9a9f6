/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * make-engine.h: makes an engine according to the user's settings.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* The group of the settings with the choice of the model.  */
#define PISCES_MODELS_GROUP "models"

PiscesEngine * pisces_models_make_engine (void);

G_END_DECLS
