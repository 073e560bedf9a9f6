/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-pace.h: whether the chosen model is quick enough to draw live.
 */

#pragma once

#include "ui/generate/pisces-generate-window.h"

#include "plugin/session.h"

G_BEGIN_DECLS

typedef struct _PiscesGeneratePace PiscesGeneratePace;

PiscesGeneratePace * pisces_generate_pace_new  (PiscesSession              *session,
                                                PiscesGenerateWindow       *window);
gdouble              pisces_generate_pace_get_limit
                                               (void);
void                 pisces_generate_pace_note (PiscesGeneratePace         *pace,
                                                const gchar                *folder,
                                                gdouble                     seconds);
void                 pisces_generate_pace_take (PiscesGeneratePace         *pace,
                                                const PiscesGenerateResult *drawn);

G_END_DECLS
