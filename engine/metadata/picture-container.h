/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-container.h: the metadata blocks of a picture file.
 */

#pragma once

#include "engine/metadata/splice.h"

G_BEGIN_DECLS

typedef enum
{
  PISCES_CONTAINER_OTHER,       /* a format that cannot contain texts */
  PISCES_CONTAINER_JPEG,
  PISCES_CONTAINER_PNG,
  PISCES_CONTAINER_WEBP,
  PISCES_CONTAINER_TIFF,
} PiscesContainerKind;

/**
 * PiscesContainerObstacle: why it is better not to write to a file.
 */
typedef enum
{
  PISCES_OBSTACLE_NONE,
  PISCES_OBSTACLE_TWO_PACKETS,  /* two XMP packets; programs differ in which one
                                 * they read */
  PISCES_OBSTACLE_SIGNED,       /* a signature over the file's bytes (C2PA) */
  PISCES_OBSTACLE_OFFSETS,      /* offsets with an unknown meaning */
  PISCES_OBSTACLE_RAW,          /* a camera's raw picture */
} PiscesContainerObstacle;

/**
 * PiscesContainerBlocks:
 * @xmp: (nullable): the XMP packet.
 * @more_xmp: (nullable): the second part of a packet that is too large for a
 *   JPEG's segment.
 * @exif: (nullable): the EXIF block, starting with its TIFF header.  For a
 *   TIFF, this is the whole file.
 * @iptc: (nullable): IPTC-IIM datasets.
 * @has_text: whether the format's own text fields describe the picture.
 */
typedef struct
{
  PiscesContainerKind      kind;
  GBytes                  *xmp;
  GBytes                  *more_xmp;
  GBytes                  *exif;
  GBytes                  *iptc;
  gboolean                 has_text;
  PiscesContainerObstacle  obstacle;
} PiscesContainerBlocks;

PiscesContainerKind     pisces_container_get_kind    (const guint8           *data,
                                                      gsize                   n_bytes);
PiscesContainerBlocks * pisces_container_read        (GBytes                 *file);
gboolean                pisces_container_ends_early  (const guint8           *data,
                                                      gsize                   n_bytes);
PiscesSplice          * pisces_container_put_xmp     (GBytes                 *file,
                                                      GBytes                 *xmp);
gsize                   pisces_container_get_xmp_max (PiscesContainerKind     kind);
void                    pisces_container_blocks_free (PiscesContainerBlocks  *blocks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesContainerBlocks,
                               pisces_container_blocks_free)

G_END_DECLS
