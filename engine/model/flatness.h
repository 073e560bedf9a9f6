/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * flatness.h: measures how much of a picture is flat.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

gboolean pisces_flatness_measure  (PiscesImage  *image,
                                   gdouble      *flatness,
                                   GError      **error);
gboolean pisces_flatness_is_flat  (gdouble       flatness);
gboolean pisces_flatness_is_empty (gdouble       flatness);

G_END_DECLS
