/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-steps.h: draws what goes into an image, also if the model has to draw
 * several times for it.
 */

#pragma once

#include "plugin/gimp/canvas-fill.h"

G_BEGIN_DECLS

void                   pisces_generate_steps_async  (PiscesEngine                 *engine,
                                                     PiscesCanvasFill             *fill,
                                                     const PiscesGenerateRequest  *request,
                                                     PiscesProgressFunc            progress,
                                                     gpointer                      progress_data,
                                                     GCancellable                 *cancellable,
                                                     GAsyncReadyCallback           callback,
                                                     gpointer                      user_data);
PiscesGenerateResult * pisces_generate_steps_finish (PiscesEngine                 *engine,
                                                     GAsyncResult                 *answer,
                                                     GError                      **error);
PiscesGenerateResult * pisces_generate_steps_wait   (PiscesEngine                 *engine,
                                                     PiscesCanvasFill             *fill,
                                                     const PiscesGenerateRequest  *request,
                                                     GError                      **error);

G_END_DECLS
