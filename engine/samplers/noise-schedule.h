/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * noise-schedule.h: the noise levels that a diffusion model was trained
 * with.  For scheduler.c.
 */

#pragma once

#include "engine/model/config.h"

G_BEGIN_DECLS

gfloat * pisces_noise_schedule_read (PiscesConfig *config,
                                     gint         *n_train);

G_END_DECLS
