/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * webp-animation.h: the frames of an animated WebP.
 */

#pragma once

#include "engine/metadata/jpeg-damage.h"

G_BEGIN_DECLS

/**
 * PiscesWebpFrame:
 * @canvas_width: width of the animation, in pixels.
 * @canvas_height: its height.
 * @x: the frame's left edge on the canvas.
 * @y: its upper edge.
 * @width: width of the frame.
 * @height: its height.
 * @still: (transfer full): the frame as a separate WebP file.
 */
typedef struct
{
  guint32  canvas_width;
  guint32  canvas_height;
  guint32  x;
  guint32  y;
  guint32  width;
  guint32  height;
  GBytes  *still;
} PiscesWebpFrame;

gboolean     pisces_webp_is_animation    (const guint8    *data,
                                          gsize            n_bytes);
PiscesDamage pisces_webp_find_damage     (const guint8    *data,
                                          gsize            n_bytes);
gboolean     pisces_webp_get_first_frame (const guint8    *data,
                                          gsize            n_bytes,
                                          PiscesWebpFrame *frame);

G_END_DECLS
