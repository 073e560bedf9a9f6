/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preprocess.h: converts an image to the input of a vision encoder: padded to
 * a square, resized as Pillow does, normalised.  Knows nothing of networks.
 *
 *   pisces_preprocess_load (&preprocess, path, &error);
 *   pisces_preprocess_run (&preprocess, image, 128, 4, pixels, &error);
 */

#pragma once

#include "engine/model/config.h"
#include "engine/model/resize.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_MAX_SIDE 16384

/* transformers makes no picture larger than this before it cuts it.  */
#define PISCES_MAX_LONGEST_EDGE 4096
#define PISCES_MAX_TILES_A_SIDE 8

/* The settings of a preprocessor_config.json.
 *
 * do_pad: the short side is padded to make a square, with the image in the
 * middle; without it, the image is stretched to a square. transparent: the
 * padding is transparent (white if the encoder sees no alpha) instead of
 * background. edge: the padding has the colour of the image's own edge.
 * pad_after: the image is resized in bytes first and padded then, as Janus
 * does it. longest_edge: the encoder can look closer, as SmolVLM's does; the
 * image is resized in bytes until its longer side is that long, and then becomes
 * one square or is cut into several (tiles.h). patch_size: the encoder takes
 * pictures of any proportions, as Qwen2.5-VL's does (patches.h).  middle_edge: the
 * image is resized in bytes, and the encoder sees a square in its middle, as
 * CLIP's does (middle.h).  */
typedef struct
{
  gint            size;              /* side in pixels; 0: not in the file */
  PiscesResample  resample;
  gboolean        do_pad;
  gboolean        transparent;
  gboolean        edge;
  gboolean        pad_after;
  gint            min_side;          /* of what is padded then, in pixels  */
  gint            longest_edge;      /* in pixels; 0: no tiles             */
  gint            middle_edge;       /* length of the shorter side, of which
                                      * the encoder sees the middle; 0: it
                                      * sees all of a picture              */
  gboolean        middle_stretches;  /* both sides become that long        */
  gint            patch_size;        /* side in pixels; 0: squares only    */
  gint            merge_size;        /* patches along the side of what
                                      * becomes one row of a text          */
  gint            temporal_patch_size;
                                     /* pictures in a patch of a film      */
  gint64          min_pixels;        /* of a picture that is cut into
                                      * patches                            */
  gint64          max_pixels;
  gfloat          background[3];     /* 0 to 255 */
  gfloat          scale;             /* of the bytes, usually 1 / 255 */
  gint            n_channels;        /* 3 or 4; 0: not in the file */
  gfloat          mean[4];
  gfloat          std[4];
} PiscesPreprocess;

PiscesConfig *
          pisces_preprocess_open (const gchar             *folder,
                                  PiscesConfig           **settings,
                                  GError                 **error);
gboolean  pisces_preprocess_load (PiscesPreprocess        *preprocess,
                                  const gchar             *path,
                                  GError                 **error);
void      pisces_preprocess_read (PiscesPreprocess        *preprocess,
                                  PiscesConfig            *config);
void      pisces_preprocess_read_middle
                                 (PiscesPreprocess        *preprocess,
                                  PiscesConfig            *config);
gboolean  pisces_preprocess_run  (const PiscesPreprocess  *preprocess,
                                  PiscesImage             *image,
                                  gint                     size,
                                  gint                     n_channels,
                                  gfloat                  *out,
                                  GError                 **error);

G_END_DECLS
