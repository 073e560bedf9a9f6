/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-limits.h: lets the Generate Layer window show what the chosen models
 * can do.
 */

#pragma once

#include "ui/generate/pisces-generate-window.h"

#include "plugin/session.h"

G_BEGIN_DECLS

void pisces_generate_limits_connect   (PiscesSession        *session,
                                       PiscesGenerateWindow *window);
void pisces_generate_limits_set_place (PiscesGenerateWindow *window,
                                       gint                  width,
                                       gint                  height);

G_END_DECLS
