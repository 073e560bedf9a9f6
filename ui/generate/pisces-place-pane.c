/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-place-pane.c: where in the image a picture goes.  It knows names of
 * places and rectangles, not GIMP: its owner, who knows the image, answers
 * "changed" with the exact rectangle of the chosen place.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-place-pane.h"
#include "ui/generate/pisces-placement-map.h"
#include "ui/widgets/pisces-ui.h"

#define GROUP  "generate"   /* of the key file */
#define FILL   "fill"
#define CHANGE "change"

struct _PiscesPlacePane
{
  GtkBox           parent_instance;

  GtkWidget       *map;
  GtkWidget       *place;
  GtkWidget       *mask;
  GtkWidget       *size;

  PiscesPlaceInfo  info;
  gchar           *obstacle;       /* (nullable): the one in @info           */
  gchar           *fill_refusal;   /* (nullable): why the model cannot draw
                                    * into an image */
};

static void    pisces_place_pane_finalize (GObject         *object);
static void    place_pane_update          (PiscesPlacePane *pane);
static gboolean
               place_pane_is              (PiscesPlacePane *pane,
                                           const gchar     *place);
static const gchar *
               get_refusal                (PiscesPlacePane *pane,
                                           const gchar     *place);
static void    show_what_is_possible      (PiscesPlacePane *pane);
static void    set_item_sensitive         (GtkCellLayout   *layout,
                                           GtkCellRenderer *cell,
                                           GtkTreeModel    *model,
                                           GtkTreeIter     *iter,
                                           gpointer         pane);
static gchar * size_words                 (PiscesPlacePane *pane);
static void    place_pane_on_changed      (PiscesPlacePane *pane);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesPlacePane, pisces_place_pane, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesPlacePane, child)

static void
pisces_place_pane_class_init (PiscesPlacePaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = pisces_place_pane_finalize;

  changed =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PISCES_TYPE_PLACEMENT_MAP);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-place-pane.ui");
  BIND (map);
  BIND (place);
  BIND (mask);
  BIND (size);
  gtk_widget_class_bind_template_callback (widget_class, place_pane_on_changed);
}

static void
pisces_place_pane_init (PiscesPlacePane *pane)
{
  GList *cells;

  gtk_widget_init_template (GTK_WIDGET (pane));

  pisces_ui_name_combo (pane->place, _("Where"));
  cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (pane->place));
  for (GList *each = cells; each; each = each->next)
    gtk_cell_layout_set_cell_data_func (GTK_CELL_LAYOUT (pane->place), each->data,
                                        set_item_sensitive, pane, NULL);
  g_list_free (cells);

  place_pane_update (pane);
}

/**
 * pisces_place_pane_get_place:
 *
 * Returns: "selection", "canvas", "layer", "fill" or "change".
 */
const gchar *
pisces_place_pane_get_place (PiscesPlacePane *pane)
{
  const gchar *place;

  place = gtk_combo_box_get_active_id (GTK_COMBO_BOX (pane->place));

  return place ? place : "selection";
}

/* @place: as pisces_place_pane_get_place() returns it.  */
void
pisces_place_pane_set_place (PiscesPlacePane *pane,
                             const gchar     *place)
{
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pane->place), place);
}

/**
 * pisces_place_pane_is_filling:
 *
 * Returns: whether the next pictures are to fill the selection of an image.
 */
gboolean
pisces_place_pane_is_filling (PiscesPlacePane *pane)
{
  return place_pane_is (pane, FILL);
}

/**
 * pisces_place_pane_is_changing:
 *
 * Returns: whether the next pictures are to change the active layer of an image.
 */
gboolean
pisces_place_pane_is_changing (PiscesPlacePane *pane)
{
  return place_pane_is (pane, CHANGE);
}

/* Returns whether there is what the chosen place needs, and a model for it.  */
gboolean
pisces_place_pane_is_possible (PiscesPlacePane *pane)
{
  return get_refusal (pane, pisces_place_pane_get_place (pane)) == NULL;
}

/**
 * pisces_place_pane_set_fill_refusal:
 * @refusal: (nullable): why the chosen model cannot draw into an image, as a
 *   sentence; %NULL: it can.
 */
void
pisces_place_pane_set_fill_refusal (PiscesPlacePane *pane,
                                    const gchar     *refusal)
{
  g_free (pane->fill_refusal);
  pane->fill_refusal = g_strdup (refusal);
  place_pane_update (pane);
}

/**
 * pisces_place_pane_get_mask:
 *
 * Returns: whether the selection is to become the layer's mask.
 */
gboolean
pisces_place_pane_get_mask (PiscesPlacePane *pane)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pane->mask));
}

/**
 * pisces_place_pane_show:
 * @info: the exact rectangle of the chosen place, and the sizes.
 */
void
pisces_place_pane_show (PiscesPlacePane       *pane,
                        const PiscesPlaceInfo *info)
{
  g_autofree gchar *obstacle = g_strdup (info->change_obstacle);

  pane->info = *info;
  g_free (pane->obstacle);
  pane->obstacle = g_steal_pointer (&obstacle);
  pane->info.change_obstacle = pane->obstacle;
  place_pane_update (pane);
}

void
pisces_place_pane_get_settings (PiscesPlacePane *pane,
                                GKeyFile        *settings)
{
  g_key_file_set_string (settings, GROUP, "place",
                         pisces_place_pane_get_place (pane));
  g_key_file_set_boolean (settings, GROUP, "selection-as-mask",
                          pisces_place_pane_get_mask (pane));
}

/**
 * pisces_place_pane_set_settings:
 * @settings: the settings to use; a missing or unknown value changes nothing.
 */
void
pisces_place_pane_set_settings (PiscesPlacePane *pane,
                                GKeyFile        *settings)
{
  g_autofree gchar   *place = NULL;
  g_autoptr (GError)  error = NULL;
  gboolean            mask;

  place = g_key_file_get_string (settings, GROUP, "place", NULL);
  if (place)
    gtk_combo_box_set_active_id (GTK_COMBO_BOX (pane->place), place);

  mask = g_key_file_get_boolean (settings, GROUP, "selection-as-mask", &error);
  if (! error)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pane->mask), mask);
}

static void
pisces_place_pane_finalize (GObject *object)
{
  g_free (PISCES_PLACE_PANE (object)->fill_refusal);
  g_free (PISCES_PLACE_PANE (object)->obstacle);

  G_OBJECT_CLASS (pisces_place_pane_parent_class)->finalize (object);
}

static void
place_pane_update (PiscesPlacePane *pane)
{
  const gchar       *place = pisces_place_pane_get_place (pane);
  g_autofree gchar  *words = size_words (pane);

  gtk_label_set_text (GTK_LABEL (pane->size), words);
  gtk_widget_set_tooltip_text (pane->size, words);
  pisces_ui_set_name (pane->map, words);
  pisces_placement_map_set_place (PISCES_PLACEMENT_MAP (pane->map),
                                  pane->info.canvas_width,
                                  pane->info.canvas_height,
                                  &pane->info.place);

  gtk_widget_set_sensitive (pane->mask,
                            g_str_equal (place, "selection") &&
                            pane->info.has_selection);
  show_what_is_possible (pane);
}

/* Returns whether that is chosen, and there is an image.  */
static gboolean
place_pane_is (PiscesPlacePane *pane,
               const gchar     *place)
{
  return pane->info.canvas_width > 0 &&
         g_str_equal (pisces_place_pane_get_place (pane), place);
}

/* Returns: (nullable): why nothing can be drawn there.  */
static const gchar *
get_refusal (PiscesPlacePane *pane,
             const gchar     *place)
{
  const gboolean fills   = g_str_equal (place, FILL);
  const gboolean changes = g_str_equal (place, CHANGE);

  if ((fills || changes) && pane->fill_refusal)
    return pane->fill_refusal;
  if (fills && ! pane->info.has_selection)
    return _("Nothing is selected, so there is nothing to fill.");

  return changes ? pane->obstacle : NULL;
}

/* An item of a list has no tooltip of its own.  */
static void
show_what_is_possible (PiscesPlacePane *pane)
{
  GtkTreeModel     *model  = gtk_combo_box_get_model (GTK_COMBO_BOX (pane->place));
  const gchar      *fill   = get_refusal (pane, FILL);
  const gchar      *change = get_refusal (pane, CHANGE);
  g_autofree gchar *both   = NULL;
  GtkTreeIter       iter;

  if (fill && change && ! g_str_equal (fill, change))
    both = g_strjoin ("\n", fill, change, NULL);

  pisces_ui_explain (pane->place, pane->info.canvas_width < 1 ? NULL :
                                  both ? both : fill ? fill : change);

  for (gboolean more = gtk_tree_model_get_iter_first (model, &iter); more;
       more = gtk_tree_model_iter_next (model, &iter))
    {
      g_autoptr (GtkTreePath) path = gtk_tree_model_get_path (model, &iter);

      gtk_tree_model_row_changed (model, path, &iter);
    }
}

/* What is chosen is also shown in the button, which must not look as if it could not be
 * opened to choose something else.
 */
static void
set_item_sensitive (GtkCellLayout   *layout,
                    GtkCellRenderer *cell,
                    GtkTreeModel    *model,
                    GtkTreeIter     *iter,
                    gpointer         pane)
{
  g_autofree gchar *id = NULL;

  gtk_tree_model_get (model, iter,
                      gtk_combo_box_get_id_column (GTK_COMBO_BOX (layout)), &id,
                      -1);
  g_object_set (cell, "sensitive",
                ! get_refusal (pane, id) ||
                g_str_equal (id, pisces_place_pane_get_place (pane)),
                NULL);
}

static gchar *
size_words (PiscesPlacePane *pane)
{
  const PiscesPlaceInfo *info  = &pane->info;
  const gchar           *place = pisces_place_pane_get_place (pane);

  if (info->canvas_width < 1)
    return g_strdup (_("No image is open"));

  if (info->is_fixed)
    return g_strdup_printf (_("%d × %d pixels, for which it was drawn"),
                            info->place.width, info->place.height);

  if (get_refusal (pane, place))
    return g_strdup (get_refusal (pane, place));

  if (g_str_equal (place, "selection") && ! info->has_selection)
    /* Translators: a width and a height in pixels. */
    return g_strdup_printf (_("Nothing is selected: the canvas, %d × %d"),
                            info->place.width, info->place.height);

  if (g_str_equal (place, "layer") && ! info->has_layer)
    return g_strdup_printf (_("No layer is active: the canvas, %d × %d"),
                            info->place.width, info->place.height);

  if (info->picture_width < 1 || g_str_equal (place, FILL) ||
      g_str_equal (place, CHANGE))
    return g_strdup_printf (_("%d × %d pixels"),
                            info->place.width, info->place.height);

  if (info->picture_width  == info->place.width &&
      info->picture_height == info->place.height)
    return g_strdup_printf (_("%d × %d, as the model draws it"),
                            info->place.width, info->place.height);

  /* Translators: the size that the model draws in, and that of the layer. */
  return g_strdup_printf (_("%d × %d scaled to %d × %d"),
                          info->picture_width, info->picture_height,
                          info->place.width, info->place.height);
}

static void
place_pane_on_changed (PiscesPlacePane *pane)
{
  place_pane_update (pane);
  g_signal_emit (pane, changed, 0);
}
