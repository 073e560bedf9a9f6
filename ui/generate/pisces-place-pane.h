/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-place-pane.h: lets the user choose where in the image a picture goes,
 * or that the selection is filled or the active layer changed, and shows the place on
 * a small map and in pixels.
 *
 * Signals:
 *
 *   "changed" (pane, user_data): the user chose another place; answer with
 *     pisces_place_pane_show()
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_PLACE_PANE (pisces_place_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPlacePane, pisces_place_pane,
                      PISCES, PLACE_PANE, GtkBox)

/**
 * PiscesPlaceInfo:
 * @canvas_width: width of the image, in pixels; 0 if there is no image.
 * @canvas_height: height of the image; 0 likewise.
 * @has_selection: whether something is selected in it.
 * @has_layer: whether a layer is selected.
 * @picture_width: width of the picture as the model draws it, in pixels; 0 if
 *   it is not known yet.
 * @picture_height: its height; 0 likewise.
 * @place: what the new layer will cover, in pixels of the canvas.
 * @is_fixed: whether the picture was drawn for that place, so that it goes
 *   there whatever is chosen.
 * @change_obstacle: (nullable): why the active layer cannot be changed, as a sentence.
 */
typedef struct
{
  gint         canvas_width;
  gint         canvas_height;
  gboolean     has_selection;
  gboolean     has_layer;
  gint         picture_width;
  gint         picture_height;
  GdkRectangle place;
  gboolean     is_fixed;
  const gchar *change_obstacle;
} PiscesPlaceInfo;

const gchar * pisces_place_pane_get_place    (PiscesPlacePane       *pane);
void          pisces_place_pane_set_place    (PiscesPlacePane       *pane,
                                              const gchar           *place);
gboolean      pisces_place_pane_is_filling   (PiscesPlacePane       *pane);
gboolean      pisces_place_pane_is_changing  (PiscesPlacePane       *pane);
gboolean      pisces_place_pane_is_possible  (PiscesPlacePane       *pane);
void          pisces_place_pane_set_fill_refusal
                                             (PiscesPlacePane       *pane,
                                              const gchar           *refusal);
gboolean      pisces_place_pane_get_mask     (PiscesPlacePane       *pane);
void          pisces_place_pane_show         (PiscesPlacePane       *pane,
                                              const PiscesPlaceInfo *info);

void          pisces_place_pane_get_settings (PiscesPlacePane       *pane,
                                              GKeyFile              *settings);
void          pisces_place_pane_set_settings (PiscesPlacePane       *pane,
                                              GKeyFile              *settings);

G_END_DECLS
