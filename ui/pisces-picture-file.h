/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-file.h: a picture as a PNG file that says what it was made
 * from.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* Of a picture that is read: 4096 × 4096.  A PNG of a few kilobytes can hold
 * gigabytes of one colour.
 */
#define PISCES_PICTURE_PIXELS_MAX (4096 * 4096)

GBytes        * pisces_picture_to_png       (const PiscesPicture  *picture,
                                             gboolean              with_words,
                                             GError              **error);
PiscesPicture * pisces_picture_from_png     (GBytes               *png,
                                             const gchar          *name,
                                             GError              **error);
PiscesImage   * pisces_image_from_png       (GBytes               *png,
                                             const gchar          *name,
                                             GError              **error);

gboolean        pisces_picture_save         (const PiscesPicture  *picture,
                                             gboolean              with_words,
                                             const gchar          *path,
                                             GError              **error);
PiscesPicture * pisces_picture_load         (const gchar          *path,
                                             GError              **error);
gchar         * pisces_image_compute_digest (const PiscesImage    *image);

G_END_DECLS
