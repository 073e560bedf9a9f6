/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vae-tiles.h: decodes a large latent piece by piece; see vae-tiles.c.
 */

#pragma once

#include "engine/networks/vae.h"

G_BEGIN_DECLS

/* Of tiles whose overlap is still of some use.  */
#define PISCES_VAE_MIN_TILE 8

void pisces_vae_decode_tiles (PiscesVae    *vae,
                              PiscesBackend *backend,
                              gint64         tile,
                              PiscesTensor   y,
                              PiscesTensor   z);

G_END_DECLS
