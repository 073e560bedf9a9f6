/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ai-mark.h: notes in an image's metadata that a model has drawn all or a part
 * of it.
 */

#pragma once

#include "plugin/gimp/canvas.h"

G_BEGIN_DECLS

void              pisces_ai_mark_add_argument (GimpProcedure        *procedure);
PiscesCanvasFlags pisces_ai_mark_get_flag     (GimpProcedureConfig  *config);
void              pisces_ai_mark_put          (GimpImage            *image,
                                               GimpLayer           **drawn,
                                               guint                 n_drawn);

G_END_DECLS
