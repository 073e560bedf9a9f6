/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-strip.c: the pictures made so far as a row of thumbnails,
 * newest first.  While a job runs, a tile for the picture that is being made
 * leads the row; it is selected when the job begins, so the large view follows
 * the job until the user looks at something else.
 */

#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-strip.h"
#include "ui/pisces-picture-tile.h"
#include "ui/pisces-ui.h"

enum
{
  SELECTED,
  ACTIVATED,
  N_SIGNALS
};

struct _PiscesPictureStrip
{
  GtkScrolledWindow  parent_instance;

  GtkWidget         *flow_box;
  GtkWidget         *making;   /* the leading tile, NULL when no job runs */
};

static PiscesPictureTile * selected_tile       (PiscesPictureStrip *strip);
static PiscesPictureTile * find_tile           (PiscesPictureStrip *strip,
                                                PiscesPicture      *picture);
static void                select_tile         (PiscesPictureStrip *strip,
                                                GtkWidget          *tile);
static void                on_selection        (PiscesPictureStrip *strip);
static void                on_activated        (PiscesPictureStrip *strip);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesPictureStrip, pisces_picture_strip,
                     GTK_TYPE_SCROLLED_WINDOW)

static void
pisces_picture_strip_class_init (PiscesPictureStripClass *class)
{
  signals[SELECTED] =
    g_signal_new ("selected", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] =
    g_signal_new ("activated", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_picture_strip_init (PiscesPictureStrip *strip)
{
  GtkFlowBox *flow_box;

  strip->flow_box = gtk_flow_box_new ();
  flow_box = GTK_FLOW_BOX (strip->flow_box);

  /* Columns of one: a single row that scrolls sideways. */
  gtk_orientable_set_orientation (GTK_ORIENTABLE (flow_box),
                                  GTK_ORIENTATION_VERTICAL);
  gtk_flow_box_set_min_children_per_line (flow_box, 1);
  gtk_flow_box_set_max_children_per_line (flow_box, 1);
  gtk_flow_box_set_selection_mode (flow_box, GTK_SELECTION_BROWSE);
  gtk_flow_box_set_activate_on_single_click (flow_box, FALSE);
  gtk_flow_box_set_homogeneous (flow_box, TRUE);
  gtk_widget_set_halign (strip->flow_box, GTK_ALIGN_START);
  pisces_ui_set_name (strip->flow_box, _("Pictures made so far"));

  g_signal_connect_swapped (flow_box, "selected-children-changed",
                            G_CALLBACK (on_selection), strip);
  g_signal_connect_swapped (flow_box, "child-activated",
                            G_CALLBACK (on_activated), strip);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (strip),
                                  GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_container_add (GTK_CONTAINER (strip), strip->flow_box);
  gtk_widget_show_all (strip->flow_box);
}

GtkWidget *
pisces_picture_strip_new (void)
{
  return g_object_new (PISCES_TYPE_PICTURE_STRIP, NULL);
}

/**
 * pisces_picture_strip_add:
 * @picture: a finished picture; one that is there already is not added again.
 *
 * It is selected unless a job runs: the user may be watching that, or looking
 * at something else.
 */
void
pisces_picture_strip_add (PiscesPictureStrip *strip,
                          PiscesPicture      *picture)
{
  GtkWidget *tile;

  if (find_tile (strip, picture))
    return;

  tile = pisces_picture_tile_new (picture);
  gtk_flow_box_insert (GTK_FLOW_BOX (strip->flow_box), tile,
                       strip->making ? 1 : 0);

  if (! strip->making)
    select_tile (strip, tile);
}

/**
 * pisces_picture_strip_set_making:
 * @making: whether a picture is being made.
 *
 * At the end the newest picture is selected, if the user was watching.
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
      strip->making = pisces_picture_tile_new (NULL);
      gtk_flow_box_insert (GTK_FLOW_BOX (strip->flow_box), strip->making, 0);
      select_tile (strip, strip->making);
      return;
    }

  watched = pisces_picture_strip_get_making_selected (strip);
  tile    = strip->making;
  strip->making = NULL;
  gtk_widget_destroy (tile);

  if (watched)
    {
      GtkFlowBox *flow_box = GTK_FLOW_BOX (strip->flow_box);

      tile = GTK_WIDGET (gtk_flow_box_get_child_at_index (flow_box, 0));
      if (tile)
        select_tile (strip, tile);
      else
        on_selection (strip);
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
    on_selection (strip);
}

gboolean
pisces_picture_strip_is_empty (PiscesPictureStrip *strip)
{
  return ! gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (strip->flow_box), 0);
}

gboolean
pisces_picture_strip_get_making_selected (PiscesPictureStrip *strip)
{
  return strip->making != NULL &&
         (GtkWidget *) selected_tile (strip) == strip->making;
}

/**
 * pisces_picture_strip_get_picture:
 *
 * Returns: (nullable) (transfer none): the selected picture, if it is
 *   finished.
 */
PiscesPicture *
pisces_picture_strip_get_picture (PiscesPictureStrip *strip)
{
  PiscesPictureTile *tile = selected_tile (strip);

  return tile ? pisces_picture_tile_get_picture (tile) : NULL;
}

/**
 * pisces_picture_strip_get_image:
 *
 * Returns: (nullable) (transfer none): what the selected tile shows.
 */
PiscesImage *
pisces_picture_strip_get_image (PiscesPictureStrip *strip)
{
  PiscesPictureTile *tile = selected_tile (strip);

  return tile ? pisces_picture_tile_get_image (tile) : NULL;
}

static PiscesPictureTile *
selected_tile (PiscesPictureStrip *strip)
{
  g_autoptr (GList) selected = NULL;

  selected =
    gtk_flow_box_get_selected_children (GTK_FLOW_BOX (strip->flow_box));

  return selected ? selected->data : NULL;
}

static PiscesPictureTile *
find_tile (PiscesPictureStrip *strip,
           PiscesPicture      *picture)
{
  GtkFlowBoxChild *child;
  gint             i;

  for (i = 0;
       (child = gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (strip->flow_box),
                                                 i));
       i++)
    if (pisces_picture_tile_get_picture (PISCES_PICTURE_TILE (child)) ==
        picture)
      return PISCES_PICTURE_TILE (child);

  return NULL;
}

static void
select_tile (PiscesPictureStrip *strip,
             GtkWidget          *tile)
{
  GtkAdjustment *adjustment;

  gtk_flow_box_select_child (GTK_FLOW_BOX (strip->flow_box),
                             GTK_FLOW_BOX_CHILD (tile));

  /* New tiles come first. */
  adjustment = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (strip));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_lower (adjustment));
}

static void
on_selection (PiscesPictureStrip *strip)
{
  g_signal_emit (strip, signals[SELECTED], 0);
}

static void
on_activated (PiscesPictureStrip *strip)
{
  g_signal_emit (strip, signals[ACTIVATED], 0);
}
