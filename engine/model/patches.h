/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * patches.h: makes a picture ready for an encoder that takes any proportions: it
 * is resized so that its sides are whole numbers of patches, and cut into these.
 *
 *   pisces_patches_cut (&patches, &preprocess, image, 576, &error);
 *   pisces_patches_get (&patches, &preprocess, values);
 *
 * A unit is a square of merge_size × merge_size patches, which becomes one row of a
 * text.  Knows nothing of networks.
 */

#pragma once

#include "engine/model/preprocess.h"

G_BEGIN_DECLS

/* The most units that a picture becomes, if the model is not to look closer, and if it
 * is.  The published settings of Qwen2.5-VL would allow 16,384, for which an answer
 * would take minutes on a CPU.  With its patches, 576 units are about 670 × 670
 * pixels, and 2304 twice as many on each side.  */
#define PISCES_USUAL_UNITS  576
#define PISCES_CLOSER_UNITS 2304

typedef struct
{
  gint    width;                     /* of the resized picture, in pixels       */
  gint    height;
  gint    n_rows;                    /* of patches                              */
  gint    n_columns;
  guint8 *bytes;                     /* [height, width, 3]                      */
} PiscesPatches;

gboolean  pisces_patches_size    (const PiscesPreprocess  *preprocess,
                                  gint                     width,
                                  gint                     height,
                                  gint                     most_units,
                                  PiscesPatches           *patches,
                                  GError                 **error);
gboolean  pisces_patches_cut     (PiscesPatches           *patches,
                                  const PiscesPreprocess  *preprocess,
                                  PiscesImage             *image,
                                  gint                     most_units,
                                  GError                 **error);
gint      pisces_patches_n_units (const PiscesPatches     *patches,
                                  const PiscesPreprocess  *preprocess);
gfloat  * pisces_patches_get     (const PiscesPatches     *patches,
                                  const PiscesPreprocess  *preprocess,
                                  GError                 **error);
void      pisces_patches_clear   (PiscesPatches           *patches);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PiscesPatches, pisces_patches_clear)

G_END_DECLS
