/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * editing.h: the Generate Layer window with a place in which something is drawn anew,
 * and what it has asked for.
 */

#pragma once

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-model-limits.h"

static PiscesGenerateRequest *editing_asked    = NULL;   /* the last one to draw anew */
static guint                  editing_n_fills  = 0;      /* of those             */
static guint                  editing_n_others = 0;      /* new pictures         */

static void
editing_keep_request (PiscesGenerateWindow        *window,
                      const PiscesGenerateRequest *request)
{
  g_clear_pointer (&editing_asked, pisces_generate_request_free);
  editing_asked = pisces_generate_request_copy (request);
  editing_n_fills++;
}

/* @obstacle: (nullable): why the active layer cannot be changed.  */
static inline void
editing_set_target (GtkWidget   *window,
                    gboolean     has_selection,
                    const gchar *obstacle)
{
  g_autoptr (GPtrArray) images = pisces_target_images_new ();
  g_autofree gchar     *passed = g_strdup (obstacle);
  const PiscesPlaceInfo info   = { .canvas_width    = 300,
                                   .canvas_height   = 200,
                                   .has_selection   = has_selection,
                                   .has_layer       = TRUE,
                                   .place           = { 10, 20, 100, 50 },
                                   .change_obstacle = passed };

  pisces_target_images_add (images, 1, "sea.xcf");
  pisces_generate_window_set_target (PISCES_GENERATE_WINDOW (window), images, 1, &info);
}

static inline GtkWidget *
editing_open (gboolean     has_selection,
              const gchar *obstacle)
{
  GtkWidget *window = pisces_generate_window_new ();

  editing_n_fills = editing_n_others = 0;
  g_signal_connect (window, "fill-requested", G_CALLBACK (editing_keep_request), NULL);
  g_signal_connect_swapped (window, "generate-requested", G_CALLBACK (hands_count),
                            &editing_n_others);
  hands_show (window);
  editing_set_target (window, has_selection, obstacle);

  return window;
}

static inline void
editing_choose (GtkWidget   *window,
                const gchar *place)
{
  g_assert_true (gtk_combo_box_set_active_id (
                   GTK_COMBO_BOX (hands_find (window, "place")), place));
}

static inline void
editing_show_limits (GtkWidget             *window,
                     const PiscesAbilities *draws)
{
  PiscesGenerateWindow *shown = PISCES_GENERATE_WINDOW (window);

  pisces_model_limits_show (pisces_generate_window_get_prompt_pane (shown),
                            pisces_generate_window_get_reference_pane (shown),
                            PISCES_RESULT_PANE (pisces_generate_window_get_results (shown)),
                            draws, NULL);
}

/* Whether something can be done with the picture that is shown.  */
static inline gboolean
editing_is_possible (GtkWidget   *window,
                     const gchar *action)
{
  return g_action_group_get_action_enabled (
           gtk_widget_get_action_group (hands_find (window, "result_pane"), "results"),
           action);
}
