/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-strip.c: the pictures made so far as a row of thumbnails,
 * newest first; those of one request best first.  While a job runs, the first
 * tile is the picture that is being made.  It is selected when the job begins,
 * so that the large view follows the job until the user selects another one.
 * After it comes the draft, which belongs to no list.
 *
 * Longer than 500 lines, as selecting, comparing, dragging and drawing the
 * tiles of one row depend on one another.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-strip-private.h"
#include "ui/generate/pisces-picture-tile.h"
#include "ui/generate/pisces-result-list.h"
#include "ui/widgets/pisces-ui.h"

enum
{
  SELECTED,
  ACTIVATED,
  VIEW_REQUESTED,
  DELETE_REQUESTED,
  MENU_REQUESTED,
  N_SIGNALS
};

static void                pisces_picture_strip_finalize
                                               (GObject            *object);
static PiscesPictureTile * selected_tile              (PiscesPictureStrip *strip);
static PiscesPictureTile * find_tile                  (PiscesPictureStrip *strip,
                                                       PiscesResult       *result);
static void                move_to                    (PiscesPictureStrip *strip,
                                                       PiscesResult       *result,
                                                       gint                position);
static void                find_selected              (PiscesPictureStrip *strip);
static void                on_children                (PiscesPictureStrip *strip);
static void                picture_strip_on_changed   (PiscesPictureStrip *strip,
                                                       PiscesResult       *result);
static void                picture_strip_on_activated (PiscesPictureStrip *strip);
static gboolean            on_button_pressed          (PiscesPictureStrip *strip,
                                                       GdkEventButton     *event);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesPictureStrip, pisces_picture_strip,
                     GTK_TYPE_SCROLLED_WINDOW)

static void
pisces_picture_strip_class_init (PiscesPictureStripClass *class)
{
  const struct
  {
    guint        signal;
    const gchar *name;
  } plain[] =
  {
    { SELECTED,         "selected"         },
    { ACTIVATED,        "activated"        },
    { VIEW_REQUESTED,   "view-requested"   },
    { DELETE_REQUESTED, "delete-requested" }
  };

  G_OBJECT_CLASS (class)->finalize = pisces_picture_strip_finalize;

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    signals[plain[i].signal] =
      g_signal_new (plain[i].name, G_TYPE_FROM_CLASS (class),
                    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  signals[MENU_REQUESTED] =
    g_signal_new ("menu-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                  1, G_TYPE_POINTER);
}

static void
pisces_picture_strip_init (PiscesPictureStrip *strip)
{
  GtkFlowBox *flow_box;

  strip->tiles    = g_hash_table_new (NULL, NULL);
  strip->flow_box = gtk_flow_box_new ();
  flow_box = GTK_FLOW_BOX (strip->flow_box);

  /* A vertical flow box fills columns; with one tile in each column it is a
   * single row that scrolls sideways.  */
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
                            G_CALLBACK (on_children), strip);
  g_signal_connect_swapped (flow_box, "child-activated",
                            G_CALLBACK (picture_strip_on_activated), strip);
  g_signal_connect_swapped (flow_box, "button-press-event",
                            G_CALLBACK (on_button_pressed), strip);

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
 * @result: a finished picture; one that is already there is not added again.
 * @position: where to put it; -1 is after the last. 0 is for a new picture,
 *   which is selected unless a job runs, when the user may be looking at
 *   something else.  At other positions it is not selected.
 */
void
pisces_picture_strip_add (PiscesPictureStrip *strip,
                          PiscesResult       *result,
                          gint                position)
{
  GtkWidget *tile;

  if (find_tile (strip, result))
    return;

  tile = pisces_strip_make_tile (strip, result);
  gtk_flow_box_insert (GTK_FLOW_BOX (strip->flow_box), tile,
                       position >= 0 ? position + pisces_strip_count_ahead (strip) :
                                       position);
  strip->arrived |= position == 0;

  if ((position == 0 && ! strip->making) || ! selected_tile (strip))
    pisces_strip_select_tile (strip, tile);
}

/**
 * pisces_picture_strip_remove:
 * @result: the picture to remove; the next one is selected instead.
 *
 * Returns: its former position, or -1 if it was not there.
 */
gint
pisces_picture_strip_remove (PiscesPictureStrip *strip,
                             PiscesResult       *result)
{
  PiscesPictureTile *tile = find_tile (strip, result);
  GtkFlowBoxChild   *next;
  gint               index;
  gboolean           selected;

  if (! tile)
    return -1;

  index    = gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (tile));
  selected = tile == selected_tile (strip);
  pisces_strip_drop_tile (strip, tile);

  next = pisces_strip_get_child (strip, index);
  if (! next && index > 0)
    next = pisces_strip_get_child (strip, index - 1);
  if (selected && next)
    {
      pisces_strip_select_tile (strip, GTK_WIDGET (next));
      gtk_widget_grab_focus (GTK_WIDGET (next));
    }
  else
    {
      pisces_strip_emit_selected (strip);
    }

  return MAX (index - pisces_strip_count_ahead (strip), 0);
}

/* Removes all finished pictures, without selecting each in turn.  The draft stays,
 * because what it was drawn from is still written there.  */
void
pisces_picture_strip_clear (PiscesPictureStrip *strip)
{
  g_autoptr (GList) tiles = g_hash_table_get_values (strip->tiles);

  g_signal_handlers_block_by_func (strip->flow_box, on_children, strip);
  for (GList *each = tiles; each; each = each->next)
    if (each->data != strip->draft)
      pisces_strip_drop_tile (strip, each->data);
  g_signal_handlers_unblock_by_func (strip->flow_box, on_children, strip);

  if (strip->making)
    pisces_strip_select_tile (strip, strip->making);
  else if (strip->draft)
    pisces_strip_select_tile (strip, strip->draft);
  on_children (strip);
}

/**
 * pisces_picture_strip_list:
 *
 * Returns: (transfer full) (element-type PiscesResult): the pictures, in the
 *   order of the row, without the draft.
 */
GPtrArray *
pisces_picture_strip_list (PiscesPictureStrip *strip)
{
  GPtrArray       *results = g_ptr_array_new_with_free_func (g_object_unref);
  GtkFlowBoxChild *child;

  for (gint i = 0; (child = pisces_strip_get_child (strip, i)); i++)
    {
      PiscesResult *result =
        pisces_picture_tile_get_result (PISCES_PICTURE_TILE (child));

      if (result && (GtkWidget *) child != strip->draft)
        g_ptr_array_add (results, g_object_ref (result));
    }

  return results;
}

void
pisces_picture_strip_select (PiscesPictureStrip *strip,
                             PiscesResult       *result)
{
  PiscesPictureTile *tile = find_tile (strip, result);

  if (tile)
    pisces_strip_select_tile (strip, GTK_WIDGET (tile));
}

/**
 * pisces_picture_strip_step:
 * @step: how many tiles to move the selection; it stops at the ends.
 */
void
pisces_picture_strip_step (PiscesPictureStrip *strip,
                           gint                step)
{
  PiscesPictureTile *tile = selected_tile (strip);
  gint64             index, last;

  if (! tile)
    return;

  for (last = 0; pisces_strip_get_child (strip, last + 1); last++);
  index = gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (tile));
  index = CLAMP (index + step, 0, last);
  gtk_flow_box_select_child (GTK_FLOW_BOX (strip->flow_box),
                             pisces_strip_get_child (strip, index));
  gtk_widget_grab_focus (GTK_WIDGET (pisces_strip_get_child (strip, index)));
}

/**
 * pisces_picture_strip_sort_batch:
 * @batch: the pictures of one request, which lie side by side.
 *
 * Sorts them so that the one that matches its prompt best comes first.
 */
void
pisces_picture_strip_sort_batch (PiscesPictureStrip *strip,
                                 guint               batch)
{
  g_autoptr (GPtrArray)  results  = pisces_picture_strip_list (strip);
  PiscesResult          *selected = pisces_picture_strip_get_result (strip);
  guint                  first    = 0;
  g_autoptr (GPtrArray)  sorted   =
    pisces_result_list_sort_batch (results, batch, &first);

  /* Moves each to the front in turn, the best one last.  */
  for (guint i = sorted->len; i > 0; i--)
    move_to (strip, sorted->pdata[i - 1], first);

  /* If the newest picture was selected, the best one is selected now.  */
  if (sorted->len > 0)
    pisces_picture_strip_select (
      strip, selected && pisces_result_get_batch (selected) == batch ?
             sorted->pdata[0] : selected);
}

gboolean
pisces_picture_strip_is_empty (PiscesPictureStrip *strip)
{
  return ! gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (strip->flow_box), 0);
}

/**
 * pisces_picture_strip_get_result:
 *
 * Returns: (nullable) (transfer none): the selected picture, if it is
 *   finished.
 */
PiscesResult *
pisces_picture_strip_get_result (PiscesPictureStrip *strip)
{
  PiscesPictureTile *tile = selected_tile (strip);

  return tile ? pisces_picture_tile_get_result (tile) : NULL;
}

/**
 * pisces_picture_strip_get_picture:
 *
 * Returns: (nullable) (transfer none): the picture of the selected result; its
 *   image is %NULL if its file is gone.
 */
PiscesPicture *
pisces_picture_strip_get_picture (PiscesPictureStrip *strip)
{
  PiscesResult *result = pisces_picture_strip_get_result (strip);

  return result ? pisces_result_get_picture (result) : NULL;
}

/**
 * pisces_picture_strip_get_second:
 *
 * Returns: (nullable) (transfer none): the picture that the selected one is
 *   compared and blended with: the one that the user chose, or else the next
 *   older one.
 */
PiscesResult *
pisces_picture_strip_get_second (PiscesPictureStrip *strip)
{
  PiscesPictureTile *tile = selected_tile (strip);
  GtkFlowBoxChild   *child;
  gint               index;

  if (! tile || ! pisces_picture_tile_get_result (tile))
    return NULL;

  if (pisces_picture_strip_has_second (strip))
    return pisces_picture_tile_get_result (strip->second);

  index = gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (tile));
  child = pisces_strip_get_child (strip, index + 1);
  if (! child && index > 0)
    child = pisces_strip_get_child (strip, index - 1);

  return child ? pisces_picture_tile_get_result (PISCES_PICTURE_TILE (child)) :
                 NULL;
}

/* Returns whether the user has chosen what the selected picture is compared with.  */
gboolean
pisces_picture_strip_has_second (PiscesPictureStrip *strip)
{
  return strip->second && strip->second != selected_tile (strip);
}

/**
 * pisces_picture_strip_set_second:
 * @result: (nullable): the picture to compare with.  If it already is, the
 *   choice is cleared.
 */
void
pisces_picture_strip_set_second (PiscesPictureStrip *strip,
                                 PiscesResult       *result)
{
  PiscesPictureTile *tile = result ? find_tile (strip, result) : NULL;

  if (strip->second)
    pisces_picture_tile_set_second (strip->second, FALSE);

  strip->second = tile == strip->second ? NULL : tile;
  if (strip->second)
    pisces_picture_tile_set_second (strip->second, TRUE);

  pisces_strip_emit_selected (strip);
}

/**
 * pisces_picture_strip_get_image:
 *
 * Returns: (nullable) (transfer none): the image in the selected tile.
 */
PiscesImage *
pisces_picture_strip_get_image (PiscesPictureStrip *strip)
{
  PiscesPictureTile *tile = selected_tile (strip);

  return tile ? pisces_picture_tile_get_image (tile) : NULL;
}

/* Returns: (transfer none): the GtkFlowBox that contains the tiles.  */
GtkWidget *
pisces_picture_strip_get_box (PiscesPictureStrip *strip)
{
  return strip->flow_box;
}

static void
pisces_picture_strip_finalize (GObject *object)
{
  g_hash_table_unref (PISCES_PICTURE_STRIP (object)->tiles);

  G_OBJECT_CLASS (pisces_picture_strip_parent_class)->finalize (object);
}

static PiscesPictureTile *
selected_tile (PiscesPictureStrip *strip)
{
  return strip->selected;
}

/* How many tiles come before the pictures that are listed.  */
gint
pisces_strip_count_ahead (PiscesPictureStrip *strip)
{
  return (strip->making != NULL) + (strip->draft != NULL);
}

GtkFlowBoxChild *
pisces_strip_get_child (PiscesPictureStrip *strip,
                        gint                index)
{
  return gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (strip->flow_box),
                                          index);
}

static PiscesPictureTile *
find_tile (PiscesPictureStrip *strip,
           PiscesResult       *result)
{
  return g_hash_table_lookup (strip->tiles, result);
}

GtkWidget *
pisces_strip_make_tile (PiscesPictureStrip *strip,
                        PiscesResult       *result)
{
  GtkWidget *tile = pisces_picture_tile_new (result);

  g_hash_table_insert (strip->tiles, result, tile);
  g_signal_connect_object (result, "changed",
                           G_CALLBACK (picture_strip_on_changed), strip,
                           G_CONNECT_SWAPPED);

  return tile;
}

void
pisces_strip_drop_tile (PiscesPictureStrip *strip,
                        PiscesPictureTile  *tile)
{
  PiscesResult *result = pisces_picture_tile_get_result (tile);

  if (tile == strip->second)
    strip->second = NULL;
  if (tile == strip->selected)
    strip->selected = NULL;
  if ((GtkWidget *) tile == strip->draft)
    strip->draft = NULL;

  /* The tile keeps a reference to the result.  */
  g_signal_handlers_disconnect_by_func (result, picture_strip_on_changed,
                                        strip);
  g_hash_table_remove (strip->tiles, result);
  gtk_widget_destroy (GTK_WIDGET (tile));
}

/* The tile shows another result from now on.  */
void
pisces_strip_hand_over (PiscesPictureStrip *strip,
                        PiscesResult       *before,
                        PiscesResult       *result)
{
  PiscesPictureTile *tile = find_tile (strip, before);

  g_signal_handlers_disconnect_by_func (before, picture_strip_on_changed, strip);
  g_hash_table_remove (strip->tiles, before);
  g_hash_table_insert (strip->tiles, result, tile);
  g_signal_connect_object (result, "changed", G_CALLBACK (picture_strip_on_changed),
                           strip, G_CONNECT_SWAPPED);
  pisces_picture_tile_set_draft (tile, result);
}

/* Moves the tile to @position among the finished ones.  */
static void
move_to (PiscesPictureStrip *strip,
         PiscesResult       *result,
         gint                position)
{
  GtkWidget *tile = GTK_WIDGET (find_tile (strip, result));

  g_object_ref (tile);
  gtk_container_remove (GTK_CONTAINER (strip->flow_box), tile);
  gtk_flow_box_insert (GTK_FLOW_BOX (strip->flow_box), tile,
                       position + pisces_strip_count_ahead (strip));
  g_object_unref (tile);

  /* GTK kept the tile selected, but its signals said that it was not.  */
  find_selected (strip);
}

void
pisces_strip_select_tile (PiscesPictureStrip *strip,
                          GtkWidget          *tile)
{
  GtkAdjustment *adjustment;

  gtk_flow_box_select_child (GTK_FLOW_BOX (strip->flow_box),
                             GTK_FLOW_BOX_CHILD (tile));
  strip->selected = PISCES_PICTURE_TILE (tile);

  /* New tiles are added at the front, so scroll there.  */
  adjustment = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (strip));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_lower (adjustment));
}

static void
find_selected (PiscesPictureStrip *strip)
{
  g_autoptr (GList) selected = NULL;

  selected =
    gtk_flow_box_get_selected_children (GTK_FLOW_BOX (strip->flow_box));
  strip->selected = selected ? selected->data : NULL;
}

static void
on_children (PiscesPictureStrip *strip)
{
  find_selected (strip);
  pisces_strip_emit_selected (strip);
}

void
pisces_strip_emit_selected (PiscesPictureStrip *strip)
{
  g_signal_emit (strip, signals[SELECTED], 0);
}

/* The selected picture looks different, or its file has been found or lost.  */
static void
picture_strip_on_changed (PiscesPictureStrip *strip,
                          PiscesResult       *result)
{
  if (result == pisces_picture_strip_get_result (strip))
    pisces_strip_emit_selected (strip);
}

/* The user pressed Enter or double-clicked.  */
static void
picture_strip_on_activated (PiscesPictureStrip *strip)
{
  GdkEvent *event   = gtk_get_current_event ();
  gboolean  clicked = event && (event->type == GDK_BUTTON_PRESS ||
                                event->type == GDK_2BUTTON_PRESS ||
                                event->type == GDK_BUTTON_RELEASE);

  g_clear_pointer (&event, gdk_event_free);
  g_signal_emit (strip, signals[clicked ? VIEW_REQUESTED : ACTIVATED], 0);
}

static gboolean
on_button_pressed (PiscesPictureStrip *strip,
                   GdkEventButton     *event)
{
  GtkFlowBoxChild *child;
  gboolean         control = (event->state & GDK_CONTROL_MASK) != 0;
  gboolean         is_menu = gdk_event_triggers_context_menu ((GdkEvent *) event);

  if (event->type != GDK_BUTTON_PRESS || ! (control || is_menu))
    return FALSE;

  child = gtk_flow_box_get_child_at_pos (GTK_FLOW_BOX (strip->flow_box),
                                         event->x, event->y);
  if (! child)
    return FALSE;

  if (! is_menu)
    {
      pisces_picture_strip_set_second (
        strip, pisces_picture_tile_get_result (PISCES_PICTURE_TILE (child)));
      return TRUE;
    }

  gtk_flow_box_select_child (GTK_FLOW_BOX (strip->flow_box), child);
  gtk_widget_grab_focus (GTK_WIDGET (child));
  g_signal_emit (strip, signals[MENU_REQUESTED], 0, event);

  return TRUE;
}
