/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild-chain.h: an image is described, drawn again from nothing but that
 * text, and the two are compared.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/**
 * PiscesRebuilt:
 * @text: the words in between.
 * @drawn: the picture that was drawn from them.
 * @likeness: of it and the image, as the model sees them, -1 to 1.
 */
typedef struct
{
  gchar                *text;
  PiscesGenerateResult *drawn;
  gdouble               likeness;
} PiscesRebuilt;

void            pisces_rebuild_async  (PiscesEngine                *engine,
                                       PiscesImage                 *pixels,
                                       const PiscesGenerateRequest *numbers,
                                       PiscesProgressFunc           progress,
                                       gpointer                     progress_data,
                                       GCancellable                *cancellable,
                                       GAsyncReadyCallback          callback,
                                       gpointer                     user_data);
PiscesRebuilt * pisces_rebuild_finish (GAsyncResult                *result,
                                       GError                     **error);

void            pisces_rebuilt_free   (PiscesRebuilt               *rebuilt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesRebuilt, pisces_rebuilt_free)

G_END_DECLS
