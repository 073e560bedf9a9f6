/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-prompt.h: connects the prompt pane of the Generate Layer window
 * with the engine.
 */

#pragma once

#include "ui/generate/pisces-prompt-pane.h"

#include "plugin/session.h"

G_BEGIN_DECLS

void pisces_generate_prompt_connect (PiscesSession    *session,
                                     PiscesPromptPane *pane);

G_END_DECLS
