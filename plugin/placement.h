/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * placement.h: where in an image a picture goes.
 */

#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

GeglRectangle pisces_placement_get_target (GimpImage           *image,
                                           gboolean            *is_selection);
GeglRectangle pisces_placement_fit        (gint                 width,
                                           gint                 height,
                                           const GeglRectangle *target);

G_END_DECLS
