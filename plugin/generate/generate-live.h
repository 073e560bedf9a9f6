/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-live.h: draws drafts for the Generate Layer window while the user
 * writes.
 */

#pragma once

#include "ui/generate/pisces-generate-window.h"

#include "plugin/session.h"

G_BEGIN_DECLS

typedef struct _PiscesGenerateLive PiscesGenerateLive;

PiscesGenerateLive * pisces_generate_live_new     (PiscesSession              *session,
                                                   PiscesGenerateWindow       *window);
void                 pisces_generate_live_measure (PiscesGenerateLive         *live,
                                                   const PiscesGenerateResult *drawn);

G_END_DECLS
