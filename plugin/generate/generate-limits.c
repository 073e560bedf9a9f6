/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-limits.c: tells the Generate Layer window what the chosen models can
 * do, and how large their pictures are.
 */

#include "ui/generate/pisces-model-limits.h"

#include "plugin/chosen-models.h"
#include "plugin/generate/generate-limits.h"

static void limits_show (GtkWindow             *window,
                         const PiscesModelInfo *draws,
                         const PiscesModelInfo *describes);


/*  public functions  */

/**
 * pisces_generate_limits_connect:
 * @session: the session of the window.
 * @window: the window.
 */
void
pisces_generate_limits_connect (PiscesSession        *session,
                                PiscesGenerateWindow *window)
{
  pisces_chosen_models_watch (session->engine, GTK_WINDOW (window), limits_show);
}


/*  private functions  */

static void
limits_show (GtkWindow             *window,
             const PiscesModelInfo *draws,
             const PiscesModelInfo *describes)
{
  PiscesGenerateWindow *shown = PISCES_GENERATE_WINDOW (window);
  PiscesPromptPane     *pane  = pisces_generate_window_get_prompt_pane (shown);

  pisces_prompt_pane_set_picture_size (pane,
                                       draws ? draws->picture_width : 0,
                                       draws ? draws->picture_height : 0);
  pisces_model_limits_show (pane,
                            pisces_generate_window_get_reference_pane (shown),
                            PISCES_RESULT_PANE (pisces_generate_window_get_results (shown)),
                            draws ? &draws->abilities : NULL,
                            describes ? &describes->abilities : NULL);
}
