/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild-chain.h: describes an image, draws it again from that text alone,
 * and compares the two.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/**
 * PiscesRebuilt:
 * @text: the description.
 * @describer: the name of the model that wrote it.
 * @drawn: the picture that was drawn from it.
 * @likeness: how alike the picture and the image are to the model: the cosine,
 *   -1 to 1.
 */
typedef struct
{
  gchar                *text;
  gchar                *describer;
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
