/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-stage.h: says in words what a job is doing.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

gchar * pisces_stage_to_words (PiscesStage stage,
                               guint       index,
                               guint       count);

G_END_DECLS
