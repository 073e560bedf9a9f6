/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiles.h: cuts a picture into squares, for an encoder that sees only small
 * ones: each of them larger than it would be in the whole picture, and the whole
 * picture last.  Without cutting there is only the whole picture, as one square.
 *
 *   pisces_tiles_cut (&tiles, &preprocess, image, TRUE, &error);
 *   for (i = 0; i < tiles.n_tiles; i++)
 *     pisces_tiles_get (&tiles, &preprocess, i, pixels);
 */

#pragma once

#include "engine/model/preprocess.h"

G_BEGIN_DECLS

typedef struct
{
  gint    size;                      /* side of a tile, in pixels               */
  gint    n_rows;                    /* of tiles; 0: the picture is not cut     */
  gint    n_columns;
  gint    n_tiles;                   /* with the whole picture                  */
  guint8 *bytes;                     /* [n_rows * size, n_columns * size, 3]    */
  guint8 *whole;                     /* [size, size, 3]                         */
} PiscesTiles;

void      pisces_tiles_count (const PiscesPreprocess  *preprocess,
                              gint                     width,
                              gint                     height,
                              gint                    *n_rows,
                              gint                    *n_columns);
gboolean  pisces_tiles_cut   (PiscesTiles             *tiles,
                              const PiscesPreprocess  *preprocess,
                              PiscesImage             *image,
                              gboolean                 closer,
                              GError                 **error);
void      pisces_tiles_get   (const PiscesTiles       *tiles,
                              const PiscesPreprocess  *preprocess,
                              gint                     index,
                              gfloat                  *out);
void      pisces_tiles_clear (PiscesTiles             *tiles);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PiscesTiles, pisces_tiles_clear)

G_END_DECLS
