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

#define GROUP "generate"   /* of the key file */

struct _PiscesPlacePane
{
  GtkBox           parent_instance;

  GtkWidget       *map;
  GtkWidget       *place;
  GtkWidget       *mask;
  GtkWidget       *size;

  PiscesPlaceInfo  info;
};

static void    place_pane_update     (PiscesPlacePane *pane);
static gchar * size_words            (PiscesPlacePane *pane);
static void    place_pane_on_changed (PiscesPlacePane *pane);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesPlacePane, pisces_place_pane, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesPlacePane, child)

static void
pisces_place_pane_class_init (PiscesPlacePaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

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
  gtk_widget_init_template (GTK_WIDGET (pane));

  pisces_ui_name_combo (pane->place, _("Where"));

  place_pane_update (pane);
}

/**
 * pisces_place_pane_get_place:
 *
 * Returns: "selection", "canvas" or "layer".
 */
const gchar *
pisces_place_pane_get_place (PiscesPlacePane *pane)
{
  const gchar *place;

  place = gtk_combo_box_get_active_id (GTK_COMBO_BOX (pane->place));

  return place ? place : "selection";
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
  pane->info = *info;
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
}

static gchar *
size_words (PiscesPlacePane *pane)
{
  const PiscesPlaceInfo *info  = &pane->info;
  const gchar           *place = pisces_place_pane_get_place (pane);

  if (info->canvas_width < 1)
    return g_strdup (_("No image is open"));

  if (g_str_equal (place, "selection") && ! info->has_selection)
    /* Translators: a width and a height in pixels. */
    return g_strdup_printf (_("Nothing is selected: the canvas, %d × %d"),
                            info->place.width, info->place.height);

  if (g_str_equal (place, "layer") && ! info->has_layer)
    return g_strdup_printf (_("No layer is active: the canvas, %d × %d"),
                            info->place.width, info->place.height);

  if (info->picture_width < 1)
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
