/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fill-hole.h: what is drawn anew: a copy of the selection, which a person may
 * change while the engine draws in it, or the new borders of a canvas.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

typedef struct
{
  GeglRectangle  bounds;     /* on the canvas                        */
  GeglBuffer    *mask;       /* "Y float", with the same coordinates */
} PiscesFillHole;

PiscesFillHole * pisces_fill_hole_new      (GimpImage             *image,
                                            gint                   grow,
                                            GError               **error);
PiscesFillHole * pisces_fill_hole_of_layer (GimpLayer             *layer);
PiscesFillHole * pisces_fill_hole_of_bounds
                                           (const GeglRectangle   *bounds);
PiscesFillHole * pisces_fill_hole_in_bounds
                                           (GimpImage             *image,
                                            const GeglRectangle   *bounds,
                                            GError               **error);
gboolean         pisces_fill_hole_clip     (GimpImage             *image,
                                            GeglRectangle         *bounds,
                                            GError               **error);
void             pisces_fill_hole_move     (PiscesFillHole        *hole,
                                            gint                   x,
                                            gint                   y);
PiscesFillHole * pisces_fill_hole_around   (const GeglRectangle   *canvas,
                                            const PiscesBorders   *borders);
void             pisces_fill_hole_free     (PiscesFillHole        *hole);
GBytes         * pisces_fill_hole_reduce   (const PiscesFillHole  *hole,
                                            const GeglRectangle   *canvas,
                                            const GeglRectangle   *frame,
                                            gint                   width,
                                            gint                   height);
gboolean         pisces_fill_hole_is_whole (const PiscesFillHole  *hole);
gboolean         pisces_fill_hole_make_mask
                                           (const PiscesFillHole  *hole,
                                            GimpLayer             *layer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesFillHole, pisces_fill_hole_free)

G_END_DECLS
