/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-fill-settings.h: how a selection is filled: how much is changed, and
 * what of the image the model sees.
 *
 * Signals:
 *
 *   "changed" (settings, user_data): the user changed something
 *   "message" (settings, const gchar *sentence, user_data): what went wrong
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_FILL_SETTINGS (pisces_fill_settings_get_type ())
G_DECLARE_FINAL_TYPE (PiscesFillSettings, pisces_fill_settings,
                      PISCES, FILL_SETTINGS, GtkBox)

/**
 * PiscesFillChoices:
 * @strength: how much is changed, above 0, at most 1.
 * @surroundings: how much is seen on each side of the selection, as a part of
 *   its longer side.
 * @grow: by how many pixels more than the selection is filled; below 0: less.
 * @source: what is seen: "visible", "below" or "layer".
 */
typedef struct
{
  gdouble      strength;
  gdouble      surroundings;
  gint         grow;
  const gchar *source;
} PiscesFillChoices;

void pisces_fill_settings_get_choices  (PiscesFillSettings *settings,
                                        PiscesFillChoices  *choices);

void pisces_fill_settings_get_settings (PiscesFillSettings *settings,
                                        GKeyFile           *file);
void pisces_fill_settings_set_settings (PiscesFillSettings *settings,
                                        GKeyFile           *file);

G_END_DECLS
