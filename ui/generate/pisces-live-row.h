/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-live-row.h: the switch that lets the prompt be drawn while it is
 * written, the pause after the last key, and a place for a quiet sentence.
 *
 * Signals:
 *
 *   "switched" (row, user_data): by the user, or because the settings say so
 *   "due"      (row, user_data): nothing was written for a moment: draw
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_LIVE_ROW (pisces_live_row_get_type ())
G_DECLARE_FINAL_TYPE (PiscesLiveRow, pisces_live_row, PISCES, LIVE_ROW, GtkBox)

/* How long nothing must be written before it is drawn.  */
#define PISCES_LIVE_PAUSE_MS 250

/**
 * PiscesLiveObstacle:
 * @PISCES_LIVE_PLACE: pictures go where none can be drawn live.
 * @PISCES_LIVE_MODEL: the model cannot do it.
 *
 * What can be in the way of drawing live.
 */
typedef enum
{
  PISCES_LIVE_PLACE,
  PISCES_LIVE_MODEL,
  PISCES_N_LIVE_OBSTACLES
} PiscesLiveObstacle;

gboolean pisces_live_row_is_on        (PiscesLiveRow      *row);
void     pisces_live_row_set_obstacle (PiscesLiveRow      *row,
                                       PiscesLiveObstacle  obstacle,
                                       const gchar        *why);
void     pisces_live_row_set_awake    (PiscesLiveRow      *row,
                                       gboolean            awake);
void     pisces_live_row_wait         (PiscesLiveRow      *row);
void     pisces_live_row_rest         (PiscesLiveRow      *row);
void     pisces_live_row_say          (PiscesLiveRow      *row,
                                       const gchar        *sentence);
void     pisces_live_row_get_settings (PiscesLiveRow      *row,
                                       GKeyFile           *settings);
void     pisces_live_row_set_settings (PiscesLiveRow      *row,
                                       GKeyFile           *settings);

G_END_DECLS
