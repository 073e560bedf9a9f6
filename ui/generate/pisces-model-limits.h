/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-limits.h: shows in the Generate Layer window what the chosen
 * models cannot do.
 */

#pragma once

#include "ui/generate/pisces-prompt-pane.h"
#include "ui/generate/pisces-reference-pane.h"
#include "ui/generate/pisces-result-pane.h"

G_BEGIN_DECLS

void pisces_model_limits_show (PiscesPromptPane      *prompt_pane,
                               PiscesReferencePane   *reference_pane,
                               PiscesResultPane      *result_pane,
                               const PiscesAbilities *draws,
                               const PiscesAbilities *describes);

G_END_DECLS
