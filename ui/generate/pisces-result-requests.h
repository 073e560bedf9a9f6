/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-requests.h: new pictures from those that are there, as actions:
 *
 *   "again"  what was made from the words of the selected one, which has lost
 *            its picture
 *   "vary"   one that stays near the selected one
 *   "blend"  one between the selected one and the second of two
 */

#pragma once

#include "ui/generate/pisces-picture-strip.h"

G_BEGIN_DECLS

typedef void (* PiscesRequestMadeFunc) (gpointer               user_data,
                                        PiscesGenerateRequest *request);

void pisces_result_requests_add (GSimpleActionGroup    *actions,
                                 PiscesPictureStrip    *strip,
                                 PiscesRequestMadeFunc  made,
                                 gpointer               user_data);

G_END_DECLS
