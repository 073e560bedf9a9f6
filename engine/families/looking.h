/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * looking.h: what all families do alike when a vision encoder looks at a picture:
 * the picture is prepared, uploaded and encoded, and the mean of its tokens is a
 * measure of what it shows.
 */

#pragma once

#include "engine/model/preprocess.h"
#include "engine/networks/vit.h"

G_BEGIN_DECLS

gboolean       pisces_looking_encode (PiscesBackend           *backend,
                                      PiscesVit               *vit,
                                      const PiscesPreprocess  *preprocess,
                                      PiscesImage             *image,
                                      PiscesTensor            *tokens,
                                      GError                 **error);
PiscesTensor   pisces_looking_run    (PiscesBackend           *backend,
                                      PiscesVit               *vit,
                                      const gfloat            *values);
gboolean       pisces_looking_embed  (PiscesBackend           *backend,
                                      PiscesVit               *vit,
                                      const PiscesPreprocess  *preprocess,
                                      PiscesImage             *image,
                                      GArray                  *vector,
                                      GError                 **error);
PiscesTensor   pisces_looking_plan   (PiscesBackend           *backend,
                                      PiscesVit               *vit);

G_END_DECLS
