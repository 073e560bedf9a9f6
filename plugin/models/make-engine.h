/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * make-engine.h: makes an engine according to the user's settings.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* The group of the settings with the choice of the models.  The folder of the
 * model that draws is missing for the built-in one.  That of the model that
 * describes is missing if it is the same, and empty for the built-in one.  So a
 * choice that was stored when there was only one model holds for both.  That of the
 * model that compares is missing if there is none.  */
#define PISCES_MODELS_GROUP         "models"
#define PISCES_MODELS_KEY_DRAWS     "folder"
#define PISCES_MODELS_KEY_DESCRIBES "describe-folder"
#define PISCES_MODELS_KEY_COMPARES  "compare-folder"

PiscesEngine * pisces_models_make_engine (void);

G_END_DECLS
