/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * projector.h: Linear, GELU (erf), Linear: maps vectors of one network into
 * the space of another.  The tensors are `NAME.0.*` and `NAME.2.*`; the width
 * between the two layers is taken from the file.
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
void              pisces_projector_free    (PiscesProjector    *projector);

void              pisces_projector_forward (PiscesProjector    *projector,
                                            PiscesTensor        y,
                                            PiscesTensor        x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesProjector, pisces_projector_free)

G_END_DECLS
