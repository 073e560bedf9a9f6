/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-requests.h: makes requests for new pictures from existing
 * ones, by these actions:
 *
 *   "again"  draws the selected result again from its words, because its
 *            picture is missing
 *   "vary"   draws a variation of the selected picture
 *   "blend"  draws a blend of the selected picture and the one that it is
 *            compared with
 */

#pragma once

#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-strength-field.h"

G_BEGIN_DECLS

typedef void (* PiscesRequestMadeFunc) (gpointer               pane,
                                        PiscesGenerateRequest *request);

void pisces_result_requests_add (GSimpleActionGroup    *actions,
                                 PiscesPictureStrip    *strip,
                                 PiscesStrengthField   *strength,
                                 PiscesRequestMadeFunc  made,
                                 gpointer               pane);

G_END_DECLS
