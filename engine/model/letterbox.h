/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * letterbox.h: an image resized until its longer side fits, and put into the
 * middle of a square: bytes in, bytes out, as Pillow's resizing of 8-bit
 * images does it.  For preprocess.c.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

typedef struct
{
  gint    size;                      /* side of the square, in pixels          */
  gint    min_side;                  /* the shorter side becomes no shorter    */
  guint8  border[3];                 /* what is beside the image               */
  guint8  under[3];                  /* what shows through it                  */
} PiscesLetterbox;

gboolean  pisces_letterbox_run (const PiscesLetterbox  *letterbox,
                                PiscesImage            *image,
                                guint8                 *out,
                                GError                **error);

G_END_DECLS
