/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-replace.h: replaces the layer that was added last with another
 * result.
 */

#pragma once

#include <libgimp/gimp.h>

#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-result-pane.h"

G_BEGIN_DECLS

typedef struct _PiscesGenerateReplace PiscesGenerateReplace;

PiscesGenerateReplace * pisces_generate_replace_new
                                    (PiscesResultPane      *pane,
                                     PiscesGenerateWindow  *window);
void                    pisces_generate_replace_set_image
                                    (PiscesGenerateReplace *replace,
                                     gint32                 image_id);
void                    pisces_generate_replace_set_layer
                                    (PiscesGenerateReplace *replace,
                                     GimpLayer             *layer);

G_END_DECLS
