/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-front.c: the tiles that come before the finished pictures in their
 * row: the one that is being made, and the draft.
 */

#include "ui/generate/pisces-picture-strip-private.h"

static void drop_draft (PiscesPictureStrip *strip);


/**
 * pisces_picture_strip_set_making:
 * @making: whether a picture is being made.
 *
 * When the job ends, the newest picture is selected if the user was watching
 * the job.
 */
void
pisces_picture_strip_set_making (PiscesPictureStrip *strip,
                                 gboolean            making)
{
  gboolean   watched;
  GtkWidget *tile;

  if (making == (strip->making != NULL))
    return;

  if (making)
    {
      strip->arrived = FALSE;
      strip->making = pisces_picture_tile_new (NULL);
      gtk_flow_box_insert (GTK_FLOW_BOX (strip->flow_box), strip->making, 0);
      pisces_strip_select_tile (strip, strip->making);
      return;
    }

  watched = pisces_picture_strip_get_making_selected (strip);
  tile    = strip->making;
  strip->making = NULL;
  if (watched)
    strip->selected = NULL;
  gtk_widget_destroy (tile);

  if (watched)
    {
      GtkFlowBoxChild *newest = NULL;

      if (strip->arrived)
        newest = pisces_strip_get_child (strip, pisces_strip_count_ahead (strip));
      if (! newest)
        newest = pisces_strip_get_child (strip, 0);
      if (newest)
        pisces_strip_select_tile (strip, GTK_WIDGET (newest));
      else
        pisces_strip_emit_selected (strip);
    }
}

/**
 * pisces_picture_strip_set_preview:
 * @preview: (nullable): the unfinished picture.
 */
void
pisces_picture_strip_set_preview (PiscesPictureStrip *strip,
                                  PiscesImage        *preview)
{
  if (! strip->making)
    return;

  pisces_picture_tile_set_preview (PISCES_PICTURE_TILE (strip->making),
                                   preview);

  if (pisces_picture_strip_get_making_selected (strip))
    pisces_strip_emit_selected (strip);
}

/**
 * pisces_picture_strip_set_draft:
 * @draft: (nullable): a picture that is not listed with the others; %NULL: there
 *   is none.
 *
 * It takes the place of the draft before it.  The first one is selected, unless a
 * job runs; a later one is if the one before it was, or if it is awaited.
 */
void
pisces_picture_strip_set_draft (PiscesPictureStrip *strip,
                                PiscesResult       *draft)
{
  PiscesResult *before = pisces_picture_strip_get_draft (strip);

  if (! draft)
    {
      drop_draft (strip);
      return;
    }

  if (before)
    {
      pisces_strip_hand_over (strip, before, draft);
      if ((GtkWidget *) strip->selected == strip->draft)
        pisces_strip_emit_selected (strip);
      else if (strip->awaited)
        pisces_strip_select_tile (strip, strip->draft);
      strip->awaited = FALSE;
      return;
    }

  strip->draft = pisces_strip_make_tile (strip, draft);
  pisces_picture_tile_set_draft (PISCES_PICTURE_TILE (strip->draft), draft);
  gtk_flow_box_insert (GTK_FLOW_BOX (strip->flow_box), strip->draft,
                       strip->making != NULL);
  if (! strip->making || ! strip->selected)
    pisces_strip_select_tile (strip, strip->draft);
}

/**
 * pisces_picture_strip_get_draft:
 *
 * Returns: (nullable) (transfer none): the draft.
 */
PiscesResult *
pisces_picture_strip_get_draft (PiscesPictureStrip *strip)
{
  return strip->draft ?
         pisces_picture_tile_get_result (PISCES_PICTURE_TILE (strip->draft)) : NULL;
}

/* Selects the draft, if there is one; but while a job runs, which the user may be
 * watching, only the next draft, which comes after the job.  */
void
pisces_picture_strip_select_draft (PiscesPictureStrip *strip)
{
  if (strip->making)
    strip->awaited = TRUE;
  else if (strip->draft && (GtkWidget *) strip->selected != strip->draft)
    pisces_strip_select_tile (strip, strip->draft);
}

gboolean
pisces_picture_strip_get_making_selected (PiscesPictureStrip *strip)
{
  return strip->making != NULL &&
         (GtkWidget *) strip->selected == strip->making;
}

/* The focus stays where it is, because the user may be writing.  */
static void
drop_draft (PiscesPictureStrip *strip)
{
  gboolean         selected;
  GtkFlowBoxChild *next;

  if (! strip->draft)
    return;

  selected = (GtkWidget *) strip->selected == strip->draft;
  pisces_strip_drop_tile (strip, PISCES_PICTURE_TILE (strip->draft));

  next = pisces_strip_get_child (strip, pisces_strip_count_ahead (strip));
  if (! next)
    next = pisces_strip_get_child (strip, 0);
  if (selected && next)
    pisces_strip_select_tile (strip, GTK_WIDGET (next));
  else
    pisces_strip_emit_selected (strip);
}
