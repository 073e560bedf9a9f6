/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * make-engine.h: the engine as the user's settings want it.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* Of the settings, where the choice of models is kept.  */
#define PISCES_MODELS_GROUP "models"

PiscesEngine * pisces_models_make_engine (void);

G_END_DECLS
