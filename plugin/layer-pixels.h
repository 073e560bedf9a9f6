/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * layer-pixels.h: other pixels for a layer that is there.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

gboolean pisces_layer_check_replaceable (GimpLayer            *layer,
                                         GError              **error);
gboolean pisces_layer_replace_pixels    (GimpLayer            *layer,
                                         const PiscesPicture  *picture,
                                         GError              **error);

G_END_DECLS
