/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-container-private.h: the functions for each file format, and what
 * they share.
 */

#pragma once

#include "engine/metadata/picture-container.h"

G_BEGIN_DECLS

/**
 * PiscesContainerClass:
 * @read: fills in the blocks that it finds; returns %FALSE if the file is
 *   damaged before the end of its pixels.
 * @put_xmp: adds the changes that insert the packet to the splice; returns
 *   %FALSE if this is not possible.  Only called for a file that @read has
 *   accepted and for which there is no obstacle.
 */
typedef struct
{
  gboolean (* is_one)  (const guint8          *data,
                        gsize                  n_bytes);
  gboolean (* read)    (const guint8          *data,
                        gsize                  n_bytes,
                        PiscesContainerBlocks *blocks);
  gboolean (* put_xmp) (const guint8          *data,
                        gsize                  n_bytes,
                        GBytes                *xmp,
                        PiscesSplice          *splice);
  gsize       xmp_max;
} PiscesContainerClass;

extern const PiscesContainerClass pisces_jpeg_class;
extern const PiscesContainerClass pisces_png_class;
extern const PiscesContainerClass pisces_webp_class;
extern const PiscesContainerClass pisces_tiff_class;

gboolean pisces_jpeg_ends_early       (const guint8          *data,
                                       gsize                  n_bytes);

/*  container-blocks.c  */

void     pisces_blocks_take_xmp       (PiscesContainerBlocks *blocks,
                                       const guint8          *bytes,
                                       gsize                  n_bytes);
void     pisces_blocks_take_exif      (PiscesContainerBlocks *blocks,
                                       const guint8          *bytes,
                                       gsize                  n_bytes);
void     pisces_blocks_take_photoshop (PiscesContainerBlocks *blocks,
                                       const guint8          *bytes,
                                       gsize                  n_bytes);

G_END_DECLS
