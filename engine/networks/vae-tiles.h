/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vae-tiles.h: decodes a large latent in parts; see vae-tiles.c.
 */

#pragma once

#include "engine/networks/vae.h"

G_BEGIN_DECLS

/* The smallest tile whose overlap is still useful.  */
#define PISCES_VAE_MIN_TILE 8

/* Decodes one tile, in the same way as pisces_vae_decode() decodes a whole
 * latent.  */
typedef void (* PiscesVaeDecodeFunc) (PiscesVae           *vae,
                                      PiscesTensor         y,
                                      PiscesTensor         z);

void pisces_vae_decode_tiles         (PiscesBackend       *backend,
                                      PiscesVaeDecodeFunc  decode,
                                      PiscesVae           *vae,
                                      gint64               scale,
                                      gint64               tile,
                                      PiscesTensor         y,
                                      PiscesTensor         z);

G_END_DECLS
