/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-size.h: the size of the next picture.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

void pisces_generate_size_fit (PiscesEngine          *engine,
                               gint                   width,
                               gint                   height,
                               PiscesGenerateRequest *request);
void pisces_generate_size_mend (PiscesEngine          *engine,
                                const PiscesPicture   *picture,
                                PiscesGenerateRequest *request);

G_END_DECLS
