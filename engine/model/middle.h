/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * middle.h: the square in the middle of a resized picture, with the same bytes as
 * the processors of transformers that crop (CLIPImageProcessor, BitImageProcessor).
 * Only for preprocess.c.
 */

#pragma once

#include "engine/model/resize.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

typedef struct
{
  gint            size;              /* side of the square                  */
  gint            edge;              /* what the shorter side becomes       */
  gboolean        stretches;         /* the longer side becomes that, too   */
  PiscesResample  filter;
  const guint8   *under;             /* the colour below transparent pixels */
} PiscesMiddle;

gboolean  pisces_middle_run  (const PiscesMiddle  *middle,
                              PiscesImage         *image,
                              guint8              *out,
                              GError             **error);

G_END_DECLS
