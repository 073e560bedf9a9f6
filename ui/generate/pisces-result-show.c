/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-show.c: what the pane of the results shows: the selected picture,
 * what is said about it, and what can be done with it.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-result-actions.h"
#include "ui/generate/pisces-result-pane-private.h"
#include "ui/generate/pisces-result-view.h"
#include "ui/widgets/pisces-large-view.h"
#include "ui/widgets/pisces-short-text.h"

static void            show_result (PiscesResultPane *pane,
                                    PiscesResult     *result,
                                    PiscesImage      *image);
static PiscesPicture * get_second  (PiscesResultPane *pane);


/*  functions for the pane's other files  */

/* Shows the selected picture, and what can be done with it.  */
void
pisces_result_show (PiscesResultPane *pane)
{
  PiscesPictureStrip *strip   = PISCES_PICTURE_STRIP (pane->strip);
  PiscesResult       *result  = pisces_picture_strip_get_result (strip);
  PiscesPicture      *picture = pisces_picture_strip_get_picture (strip);
  PiscesImage        *image   = pisces_picture_strip_get_image (strip);
  PiscesResult       *draft   = pisces_picture_strip_get_draft (strip);
  const gchar        *details = "";
  g_autofree gchar   *prompt  = NULL;
  gboolean            empty   = pisces_picture_strip_is_empty (strip);

  if (picture)
    prompt = pisces_short_prompt (picture->prompt, PISCES_SHORT_TEXT_TOOLTIP);
  else if (pisces_picture_strip_get_making_selected (strip))
    {
      prompt  = pisces_short_prompt (pane->running_prompt,
                                     PISCES_SHORT_TEXT_TOOLTIP);
      details = _("Being made");
    }

  pisces_large_view_set_image (PISCES_LARGE_VIEW (pane->large), image, prompt);
  show_result (pane, result, image);
  gtk_widget_set_visible (pane->filled, ! empty);
  gtk_widget_set_visible (pane->place_pane, pane->has_target);

  gtk_label_set_text (GTK_LABEL (pane->prompt), prompt ? prompt : "");
  gtk_widget_set_tooltip_text (pane->prompt, prompt);
  pisces_result_actions_show_details (picture, result && result == draft, details,
                                      pane->details);

  pisces_result_show_actions (pane);
}

/* Shows only what can be done with it.  */
void
pisces_result_show_actions (PiscesResultPane *pane)
{
  PiscesPictureStrip *strip   = PISCES_PICTURE_STRIP (pane->strip);
  PiscesPicture      *picture = pisces_picture_strip_get_picture (strip);
  PiscesResult       *result  = pisces_picture_strip_get_result (strip);

  pisces_result_actions_update (pane->actions, picture, get_second (pane),
                                result && pisces_result_get_before (result),
                                pane->has_target, pane->replaceable);
  gtk_widget_set_sensitive (pane->add, picture && picture->image);
  gtk_widget_set_visible (pane->replace, pane->has_target &&
                                         pane->replaceable);
}


/*  private functions  */

static void
show_result (PiscesResultPane *pane,
             PiscesResult     *result,
             PiscesImage      *image)
{
  PiscesPictureStrip *strip  = PISCES_PICTURE_STRIP (pane->strip);
  PiscesResultView   *view   = PISCES_RESULT_VIEW (pane->stack);
  PiscesPicture      *second = get_second (pane);
  gboolean            two    = image &&
                               pisces_result_actions_is_on (pane->actions, "compare");
  PiscesImage        *before = result ? pisces_result_get_before (result) : NULL;

  if (pisces_picture_strip_is_empty (strip))
    pisces_result_view_show_nothing (view);
  else if (two && before && ! pisces_picture_strip_has_second (strip))
    pisces_result_view_show_change (view, before, image);
  else if (two && second)
    pisces_result_view_compare (view, image, second->image);
  else
    pisces_result_view_show (view, result, image);
}

static PiscesPicture *
get_second (PiscesResultPane *pane)
{
  PiscesResult *second =
    pisces_picture_strip_get_second (PISCES_PICTURE_STRIP (pane->strip));

  return second ? pisces_result_get_picture (second) : NULL;
}
