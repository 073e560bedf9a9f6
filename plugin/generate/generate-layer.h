/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-layer.h: what the procedures have in common that draw one layer into an
 * image, so that it fits what is there.
 */

#pragma once

#include "plugin/gimp/canvas-fill.h"

G_BEGIN_DECLS

void             pisces_generate_layer_add_source  (GimpProcedure         *procedure);
void             pisces_generate_layer_add_returns (GimpProcedure         *procedure);
GimpValueArray * pisces_generate_layer_run         (GimpProcedure         *procedure,
                                                    GimpProcedureConfig   *config,
                                                    PiscesEngine          *engine,
                                                    PiscesCanvasFill      *fill,
                                                    PiscesGenerateRequest *request,
                                                    GError                *error);

G_END_DECLS
