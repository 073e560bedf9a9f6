/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmdit-block.h: the blocks of an MMDiT, and its table of places.  Only for
 * mmdit.c.
 */

#pragma once

#include "engine/networks/mmdit.h"
#include "engine/networks/weight-source.h"

G_BEGIN_DECLS

/* The queries, keys and values of some rows.  */
typedef struct
{
  PiscesParameters qkv;
  PiscesParameters norm_q;            /* without weight: none               */
  PiscesParameters norm_k;
  PiscesParameters out;               /* without weight: the rows are only
                                       * attended to                        */
} PiscesMmditAttention;

/* What one block does with the picture's rows, or with the text's.  */
typedef struct
{
  PiscesParameters     modulation;
  PiscesMmditAttention attention;
  PiscesParameters     ff_in;
  PiscesParameters     ff_out;
} PiscesMmditStream;

typedef struct
{
  PiscesMmditStream    picture;
  PiscesMmditStream    text;
  PiscesMmditAttention alone;         /* the picture's second attention, to
                                       * itself alone; without weights: none */
} PiscesMmditBlock;

/* The centre of the table of places, as in the file.  */
typedef struct
{
  gint64            side;             /* n_cells along a side               */
  PiscesHostTensor  rows;             /* [side * side, width]               */
  gpointer          memory;
} PiscesMmditPlaces;

void pisces_mmdit_block_load    (PiscesMmditBlock        *block,
                                 PiscesWeightSource      *source,
                                 const PiscesMmditConfig *config,
                                 gint                     layer);
void pisces_mmdit_block_forward (PiscesBackend           *backend,
                                 const PiscesMmditBlock  *block,
                                 const PiscesMmditConfig *config,
                                 gint64                   n_batch,
                                 PiscesTensor             picture,
                                 PiscesTensor             text,
                                 PiscesTensor             time);

void pisces_mmdit_modulate      (PiscesBackend           *backend,
                                 PiscesTensor             y,
                                 PiscesTensor             x,
                                 PiscesTensor             scale,
                                 PiscesTensor             shift);

void pisces_mmdit_places_load   (PiscesMmditPlaces       *places,
                                 PiscesWeightSource      *source,
                                 const PiscesMmditConfig *config,
                                 gint                     most);
void pisces_mmdit_places_clear  (PiscesMmditPlaces       *places);
void pisces_mmdit_places_cut    (const PiscesMmditPlaces *places,
                                 PiscesBackend           *backend,
                                 PiscesTensor             rows,
                                 gint64                   height,
                                 gint64                   width);

G_END_DECLS
