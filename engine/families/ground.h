/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ground.h: the picture that is drawn into, in the size of the model's pictures:
 * what the model is shown of it, and how what was drawn is fitted in.  Knows no
 * network and no backend.
 *
 *   ground = pisces_ground_new (request->edit, 256, 256, &error);
 *   … draw, keeping what is known of ground->seen …
 *   pisces_ground_mend (ground, drawn);
 */

#pragma once

#include "engine/model/float-pixels.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_GROUND_CHANNELS PISCES_FLOAT_CHANNELS

/* A model's `fill_refusal` if the files of the encoder were left out.  */
extern const gchar pisces_fill_needs_encoder[];

/* Colours are multiplied by alpha, and from 0 to 1, as the alpha is.  */
typedef struct
{
  gint    width, height;
  gdouble strength;
  gfloat *pixels;                 /* [height, width, 4]                     */
  gfloat *mask;                   /* [height, width]: 1: drawn anew         */
  gfloat *seen;                   /* [height, width, 4]: as pixels; but what is
                                   * drawn anew in full is replaced by the colours
                                   * around it                              */
  PiscesRectangle shown;          /* where there is a picture; nothing is planned
                                   * for what is outside                    */
  gboolean        sees_alpha;     /* FALSE, unless a family sets it: the model
                                   * sees the ground on white, and draws nothing
                                   * that is transparent                    */
} PiscesGround;

PiscesGround * pisces_ground_new    (const PiscesEdit    *edit,
                                     gint                 width,
                                     gint                 height,
                                     GError             **error);
void           pisces_ground_free   (PiscesGround        *ground);
PiscesImage  * pisces_ground_show   (const PiscesGround  *ground,
                                     GError             **error);
void           pisces_ground_most   (const PiscesGround  *ground,
                                     gint                 n_columns,
                                     gint                 n_rows,
                                     gfloat              *most);
void           pisces_ground_share  (const PiscesGround  *ground,
                                     gint                 n_columns,
                                     gint                 n_rows,
                                     gfloat              *share);
gboolean       pisces_ground_is_cut_out
                                    (const PiscesGround  *ground);
void           pisces_ground_mend   (const PiscesGround  *ground,
                                     PiscesImage         *drawn);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesGround, pisces_ground_free)

G_END_DECLS
