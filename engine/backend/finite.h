/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * finite.h: notices that a model computes what is no number, before people are shown
 * or told it: a picture would be black, a score would be anything.
 */

#pragma once

#include "engine/backend/backend.h"

G_BEGIN_DECLS

gboolean pisces_download_finite         (PiscesBackend *backend,
                                         gfloat        *values,
                                         PiscesTensor   x);
void     pisces_backend_fail_of_numbers (PiscesBackend *backend);

G_END_DECLS
