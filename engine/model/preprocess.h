/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preprocess.h: an image as a picture encoder wants it: padded to a square,
 * resized as Pillow does, normalized.  Knows nothing of networks.
 *
 *   pisces_preprocess_load (&preprocess, path, &error);
 *   pisces_preprocess_run (&preprocess, image, 128, 4, pixels, &error);
 */

#pragma once

#include "engine/model/config.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

typedef enum
{
  PISCES_RESAMPLE_BILINEAR = 2,      /* the numbers are Pillow's */
  PISCES_RESAMPLE_BICUBIC  = 3
} PiscesResample;

/* What preprocessor_config.json says.
 *
 * do_pad: the short side is padded to a square, the image in the middle;
 * else both sides are stretched.  transparent: it is padded with nothing
 * (with white where the encoder sees no alpha) and not with background.
 * edge: it is padded with the colour of its own edge.  */
typedef struct
{
  gint            size;              /* side in pixels; 0: the file has none */
  PiscesResample  resample;
  gboolean        do_pad;
  gboolean        transparent;
  gboolean        edge;
  gfloat          background[3];     /* 0 to 255 */
  gfloat          scale;             /* of the bytes, usually 1 / 255 */
  gint            n_channels;        /* 3, 4; 0: the file does not say */
  gfloat          mean[4];
  gfloat          std[4];
} PiscesPreprocess;

gboolean  pisces_preprocess_load (PiscesPreprocess        *preprocess,
                                  const gchar             *path,
                                  GError                 **error);
void      pisces_preprocess_read (PiscesPreprocess        *preprocess,
                                  PiscesConfig            *config);
gboolean  pisces_preprocess_run  (const PiscesPreprocess  *preprocess,
                                  PiscesImage             *image,
                                  gint                     size,
                                  gint                     n_channels,
                                  gfloat                  *out,
                                  GError                 **error);

G_END_DECLS
