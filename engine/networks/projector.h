/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * projector.h: linear layers with a GELU (erf) between each two of them: the
 * way from one space into another.  The widths between the layers are what
 * the file has.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

typedef struct _PiscesProjector PiscesProjector;

PiscesProjector * pisces_projector_load    (PiscesBackend      *backend,
                                            PiscesWeightFiles  *files,
                                            const gchar        *name,
                                            gint64              n_in,
                                            gint64              n_out,
                                            GError            **error);
PiscesProjector * pisces_projector_load_layers
                                           (PiscesBackend      *backend,
                                            PiscesWeightFiles  *files,
                                            const gchar *const *layers,
                                            gint64              n_in,
                                            gint64              n_out,
                                            GError            **error);
void              pisces_projector_free    (PiscesProjector    *projector);

void              pisces_projector_forward (PiscesProjector    *projector,
                                            PiscesTensor        y,
                                            PiscesTensor        x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesProjector, pisces_projector_free)

G_END_DECLS
