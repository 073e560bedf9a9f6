/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-generate-settings.c: what the Generate Layer window keeps from one
 * session to the next.
 */

#include "ui/generate/pisces-generate-window-private.h"
#include "ui/generate/pisces-result-actions.h"
#include "ui/generate/pisces-result-pane.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

#define GROUP "generate"   /* of the key file */

/* @settings: receives the prompt and all settings, in the group "generate".  */
void
pisces_generate_window_get_settings (PiscesGenerateWindow *window,
                                     GKeyFile             *settings)
{
  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));
  g_return_if_fail (settings != NULL);

  pisces_prompt_pane_get_settings (PISCES_PROMPT_PANE (window->prompt_pane),
                                   settings);
  pisces_reference_pane_get_settings (
    PISCES_REFERENCE_PANE (window->reference_pane), settings);
  pisces_result_actions_get_settings (window->result_pane, settings);
  pisces_strength_field_get_settings (
    pisces_result_pane_get_vary_strength (PISCES_RESULT_PANE (window->result_pane)),
    settings, "vary-strength");
  pisces_place_pane_get_settings (PISCES_PLACE_PANE (window->place_pane),
                                  settings);
  pisces_ui_get_geometry (GTK_WINDOW (window), GTK_PANED (window->paned),
                          settings, GROUP);
}

/**
 * pisces_generate_window_set_settings:
 * @settings: what pisces_generate_window_get_settings() gave earlier.  A value
 *   that is missing or makes no sense changes nothing.
 */
void
pisces_generate_window_set_settings (PiscesGenerateWindow *window,
                                     GKeyFile             *settings)
{
  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));
  g_return_if_fail (settings != NULL);

  pisces_prompt_pane_set_settings (PISCES_PROMPT_PANE (window->prompt_pane),
                                   settings);
  pisces_reference_pane_set_settings (
    PISCES_REFERENCE_PANE (window->reference_pane), settings);
  pisces_result_actions_set_settings (window->result_pane, settings);
  pisces_strength_field_set_settings (
    pisces_result_pane_get_vary_strength (PISCES_RESULT_PANE (window->result_pane)),
    settings, "vary-strength");
  pisces_place_pane_set_settings (PISCES_PLACE_PANE (window->place_pane),
                                  settings);
  pisces_undo_forget (window->prompt_pane);
  pisces_ui_set_geometry (GTK_WINDOW (window), GTK_PANED (window->paned),
                          settings, GROUP);
}
