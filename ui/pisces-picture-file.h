/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-file.h: a picture as a PNG file that says what it was made
 * from.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

gboolean        pisces_picture_save         (const PiscesPicture  *picture,
                                             const gchar          *path,
                                             GError              **error);
PiscesPicture * pisces_picture_load         (const gchar          *path,
                                             GError              **error);
gchar         * pisces_image_compute_digest (const PiscesImage    *image);

G_END_DECLS
