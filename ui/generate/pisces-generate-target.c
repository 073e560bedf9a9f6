/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-generate-target.c: where the pictures of the Generate Layer window go:
 * into which image, and to which place in it; or into its selection, which they fill,
 * or its active layer, which they change.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-generate-window-private.h"
#include "ui/generate/pisces-result-pane.h"
#include "ui/widgets/pisces-job-row.h"

/**
 * pisces_generate_window_set_target:
 * @images: (element-type PiscesTargetImage): the images that are open.
 * @chosen: the ID of the image that gets the layers; 0 if each picture becomes
 *   a new image.
 * @info: (nullable): where exactly the chosen place is in it.
 */
void
pisces_generate_window_set_target (PiscesGenerateWindow  *window,
                                   GPtrArray             *images,
                                   gint32                 chosen,
                                   const PiscesPlaceInfo *info)
{
  const PiscesPlaceInfo nowhere = { 0 };

  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));

  pisces_target_combo_set_images (
    pisces_result_pane_get_target_combo (
      PISCES_RESULT_PANE (window->result_pane)), images, chosen);
  pisces_result_pane_set_has_target (PISCES_RESULT_PANE (window->result_pane),
                                     chosen != 0);
  pisces_place_pane_show (PISCES_PLACE_PANE (window->place_pane),
                          chosen && info ? info : &nowhere);
  pisces_generate_window_show_place (window);
}

/* Returns: "selection", "canvas", "layer", "fill" or "change". */
const gchar *
pisces_generate_window_get_place (PiscesGenerateWindow *window)
{
  g_return_val_if_fail (PISCES_IS_GENERATE_WINDOW (window), NULL);

  return pisces_place_pane_get_place (PISCES_PLACE_PANE (window->place_pane));
}

/**
 * pisces_generate_window_open_for:
 * @place: (nullable): the place for which the window was opened: "fill" or "change".
 *   %NULL: for a new layer; then another place than these is chosen, so that the user
 *   can begin at once.  Only if there is a selection that can be filled, the user may
 *   have wanted that.
 */
void
pisces_generate_window_open_for (PiscesGenerateWindow *window,
                                 const gchar          *place)
{
  PiscesPlacePane *pane;

  g_return_if_fail (PISCES_IS_GENERATE_WINDOW (window));

  pane = PISCES_PLACE_PANE (window->place_pane);
  if (place)
    pisces_place_pane_set_place (pane, place);
  else if (pisces_place_pane_is_changing (pane) ||
           (pisces_place_pane_is_filling (pane) && ! pisces_place_pane_is_possible (pane)))
    pisces_place_pane_set_place (pane, "selection");
}

/**
 * pisces_generate_window_get_mask:
 *
 * Returns: whether the selection is to become the mask of a new layer.
 */
gboolean
pisces_generate_window_get_mask (PiscesGenerateWindow *window)
{
  g_return_val_if_fail (PISCES_IS_GENERATE_WINDOW (window), FALSE);

  return pisces_place_pane_get_mask (PISCES_PLACE_PANE (window->place_pane));
}

/* Returns whether the next pictures fill the selection of the target.  */
gboolean
pisces_generate_window_is_filling (PiscesGenerateWindow *window)
{
  g_return_val_if_fail (PISCES_IS_GENERATE_WINDOW (window), FALSE);

  return pisces_place_pane_is_filling (PISCES_PLACE_PANE (window->place_pane));
}

/* Returns whether the next pictures change the active layer of the target.  */
gboolean
pisces_generate_window_is_changing (PiscesGenerateWindow *window)
{
  g_return_val_if_fail (PISCES_IS_GENERATE_WINDOW (window), FALSE);

  return pisces_place_pane_is_changing (PISCES_PLACE_PANE (window->place_pane));
}

/* Returns: (transfer none) (nullable): the picture that is shown.  Its image is
 *   %NULL if its file is gone.
 */
PiscesPicture *
pisces_generate_window_get_picture (PiscesGenerateWindow *window)
{
  g_return_val_if_fail (PISCES_IS_GENERATE_WINDOW (window), NULL);

  return pisces_result_pane_get_picture (PISCES_RESULT_PANE (window->result_pane));
}

/* Shows whether Generate fills the selection, or changes a layer.  */
void
pisces_generate_window_show_place (PiscesGenerateWindow *window)
{
  gboolean     fills   = pisces_generate_window_is_filling (window);
  gboolean     changes = pisces_generate_window_is_changing (window);
  const gchar *tooltip = NULL;

  if (fills)
    tooltip = _("Draws what is selected anew, so that it fits what is "
                "around it; without a prompt, as if nothing had been "
                "there");
  else if (changes)
    tooltip = _("Draws the active layer anew, or what is selected of it, beginning with "
                "what it shows; without a prompt, as it is");

  pisces_prompt_pane_set_editing (PISCES_PROMPT_PANE (window->prompt_pane), fills,
                                  changes);
  pisces_job_row_set_tooltip (PISCES_JOB_ROW (window->job_row), tooltip);
  if (window->live_drafts)
    pisces_live_drafts_show_place (window->live_drafts);
}
