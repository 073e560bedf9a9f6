/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-file.h: a picture as a PNG file that says what it was made
 * from.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* The largest picture that is read: 4096 × 4096.  A PNG of a few kilobytes can
 * hold gigabytes of one colour.
 */
#define PISCES_PICTURE_PIXELS_MAX (4096 * 4096)

/**
 * PiscesPictureFileFlags:
 * @PISCES_PICTURE_FILE_PLAIN: the pixels, and which program wrote them.
 * @PISCES_PICTURE_FILE_WORDS: also what the picture was made from.
 * @PISCES_PICTURE_FILE_MARK: also, in its XMP metadata, that a model drew it.
 */
typedef enum
{
  PISCES_PICTURE_FILE_PLAIN = 0,
  PISCES_PICTURE_FILE_WORDS = 1 << 0,
  PISCES_PICTURE_FILE_MARK  = 1 << 1
} PiscesPictureFileFlags;

GBytes        * pisces_picture_to_png       (const PiscesPicture  *picture,
                                             PiscesPictureFileFlags flags,
                                             GError              **error);
PiscesPicture * pisces_picture_from_png     (GBytes               *png,
                                             const gchar          *name,
                                             GError              **error);
PiscesImage   * pisces_image_from_png       (GBytes               *png,
                                             const gchar          *name,
                                             GError              **error);

gboolean        pisces_picture_save         (const PiscesPicture  *picture,
                                             PiscesPictureFileFlags flags,
                                             const gchar          *path,
                                             GError              **error);
PiscesPicture * pisces_picture_load         (const gchar          *path,
                                             GError              **error);
gchar         * pisces_image_compute_digest (const PiscesImage    *image);

G_END_DECLS
