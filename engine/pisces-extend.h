/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-extend.h: a part of pisces.h: new borders around a picture, which are drawn
 * to fit it, one step after another.
 *
 *   steps = pisces_extend_plan (width, height, &borders, 256, 256, &error);
 *   for each step:
 *     pixels and mask of step->frame, in which only the old picture is known
 *     seen = pisces_extend_see (pixels, mask, steps, drawn, &seen_mask, &error);
 *     … draw into seen; the result joins drawn …
 *   each result, scaled to its step's frame, is shown in its step's part
 *
 * Programs include pisces.h, which includes this.
 */

#pragma once

#include "engine/pisces-fill.h"

G_BEGIN_DECLS

/* More runs of a model than nobody would wait for.  */
#define PISCES_EXTEND_STEPS_MAX 48

/* The longest side that GIMP knows.  */
#define PISCES_EXTEND_SIDE_MAX 262144

/**
 * PiscesBorders:
 *
 * By how many pixels a picture grows on each side.
 */
typedef struct
{
  gint left, top, right, bottom;
} PiscesBorders;

/**
 * PiscesExtendStep:
 * @frame: what the model is shown; it may reach over the edges.
 * @part: the part of it that this step draws.
 *
 * Both are in pixels of the extended picture.
 */
typedef struct
{
  PiscesRectangle frame;
  PiscesRectangle part;
} PiscesExtendStep;

gboolean      pisces_extend_to_aspect (gint                   width,
                                       gint                   height,
                                       const gchar           *aspect,
                                       PiscesBorders         *borders,
                                       GError               **error);
PiscesBorders pisces_extend_to_size   (gint                   width,
                                       gint                   height,
                                       gint                   new_width,
                                       gint                   new_height);
GArray      * pisces_extend_plan      (gint                   width,
                                       gint                   height,
                                       const PiscesBorders   *borders,
                                       gint                   model_width,
                                       gint                   model_height,
                                       GError               **error);
PiscesImage * pisces_extend_see       (const PiscesImage     *pixels,
                                       GBytes                *mask,
                                       const GArray          *steps,
                                       const GPtrArray       *drawn,
                                       GBytes               **seen_mask,
                                       GError               **error);

G_END_DECLS
