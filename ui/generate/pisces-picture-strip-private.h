/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-strip-private.h: the row of thumbnails, for the files that
 * implement it only.
 */

#pragma once

#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-picture-tile.h"

G_BEGIN_DECLS

struct _PiscesPictureStrip
{
  GtkScrolledWindow  parent_instance;

  GtkWidget         *flow_box;
  GHashTable        *tiles;    /* result → its tile                        */
  GtkWidget         *making;   /* the tile of the picture that is being made,
                                * or NULL                                  */
  GtkWidget         *draft;    /* the tile of the draft, or NULL           */
  gboolean           arrived;  /* whether a picture came while @making     */
  gboolean           awaited;  /* whether the next draft is to be selected */
  PiscesPictureTile *selected; /* (nullable) (unowned): kept here, as GTK
                                * searches all tiles for it each time      */
  PiscesPictureTile *second;   /* (nullable): the tile chosen for comparing */
};

/* in pisces-picture-strip.c */

GtkWidget       * pisces_strip_make_tile     (PiscesPictureStrip *strip,
                                              PiscesResult       *result);
void              pisces_strip_drop_tile     (PiscesPictureStrip *strip,
                                              PiscesPictureTile  *tile);
void              pisces_strip_select_tile   (PiscesPictureStrip *strip,
                                              GtkWidget          *tile);
void              pisces_strip_hand_over     (PiscesPictureStrip *strip,
                                              PiscesResult       *before,
                                              PiscesResult       *result);
void              pisces_strip_emit_selected (PiscesPictureStrip *strip);
GtkFlowBoxChild * pisces_strip_get_child     (PiscesPictureStrip *strip,
                                              gint                index);
gint              pisces_strip_count_ahead   (PiscesPictureStrip *strip);

G_END_DECLS
