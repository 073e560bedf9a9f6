/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-fill.h: a part of pisces.h: which part of a large picture the model is
 * shown when a hole in it is filled, and how the result gets back there.
 *
 * Programs include pisces.h, which includes this.
 */

#pragma once

#include "engine/pisces-requests.h"

G_BEGIN_DECLS

/* How much is seen around a hole, as a part of its longer side, on each side.  */
#define PISCES_SURROUNDINGS_DEFAULT 0.5
#define PISCES_SURROUNDINGS_MAX     4.0

/* How much of a layer is changed, unless somebody says otherwise.  In five pictures of
 * nano's, the things were then what the words said, and where they had been; with 0.5, a
 * sun had become half a moon, and fish that were to be pink were yellow.  */
#define PISCES_CHANGE_STRENGTH 0.75

gboolean        pisces_fill_bounds (GBytes                *mask,
                                    gint                   width,
                                    gint                   height,
                                    PiscesRectangle       *hole);
PiscesRectangle pisces_fill_frame  (gint                   width,
                                    gint                   height,
                                    const PiscesRectangle *hole,
                                    gint                   model_width,
                                    gint                   model_height,
                                    gdouble                surroundings);
PiscesImage   * pisces_fill_cut    (const PiscesImage     *image,
                                    GBytes                *mask,
                                    const PiscesRectangle *frame,
                                    GBytes               **frame_mask,
                                    GError               **error);
gboolean        pisces_fill_shown  (const PiscesRectangle *canvas,
                                    const PiscesRectangle *frame,
                                    gint                   width,
                                    gint                   height,
                                    PiscesRectangle       *shown);
PiscesImage   * pisces_fill_paste  (const PiscesImage     *image,
                                    GBytes                *mask,
                                    const PiscesRectangle *frame,
                                    const PiscesImage     *drawn,
                                    GError               **error);

G_END_DECLS
