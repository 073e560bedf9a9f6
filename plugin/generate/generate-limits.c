/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-limits.c: tells the Generate Layer window what the chosen models can
 * do, and how large their pictures are.
 */

#include "ui/generate/pisces-model-limits.h"

#include "plugin/chosen-models.h"
#include "plugin/generate/generate-limits.h"

#define LIMITS_KEY "pisces-generate-limits"

/* What the size of the next picture depends on.  */
typedef struct
{
  PiscesSizes sizes;
  gint        width, height;     /* of its place; 0: there is none      */
} Limits;

static Limits * limits_get  (PiscesGenerateWindow  *window);
static void     limits_fit  (PiscesGenerateWindow  *window);
static void     limits_show (GtkWindow             *window,
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


/**
 * pisces_generate_limits_set_place:
 * @window: the window.
 * @width: of the place where the next picture goes, in pixels; 0: it has none.
 * @height: the same.
 *
 * If the model draws several sizes, the next picture gets the one whose proportions
 * are nearest to those of its place.
 */
void
pisces_generate_limits_set_place (PiscesGenerateWindow *window,
                                  gint                  width,
                                  gint                  height)
{
  Limits *limits = limits_get (window);

  limits->width  = width;
  limits->height = height;
  limits_fit (window);
}


/*  private functions  */

static Limits *
limits_get (PiscesGenerateWindow *window)
{
  Limits *limits = g_object_get_data (G_OBJECT (window), LIMITS_KEY);

  if (! limits)
    {
      limits = g_new0 (Limits, 1);
      g_object_set_data_full (G_OBJECT (window), LIMITS_KEY, limits, g_free);
    }

  return limits;
}

static void
limits_fit (PiscesGenerateWindow *window)
{
  const Limits *limits = limits_get (window);
  gint          width  = 0;
  gint          height = 0;

  if (limits->width > 0 && ! pisces_sizes_is_one (&limits->sizes))
    pisces_sizes_choose (&limits->sizes, limits->width, limits->height, &width, &height);

  pisces_prompt_pane_fit_place (pisces_generate_window_get_prompt_pane (window), width, height);
}

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
  limits_get (shown)->sizes = draws ? draws->abilities.sizes : (PiscesSizes) { 0 };
  limits_fit (shown);
  pisces_model_limits_show (pane,
                            pisces_generate_window_get_reference_pane (shown),
                            PISCES_RESULT_PANE (pisces_generate_window_get_results (shown)),
                            draws ? &draws->abilities : NULL,
                            describes ? &describes->abilities : NULL);
}
