/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-request.c: what the user asks for in the prompt pane, as a request:
 * for pictures, for a draft, or for a plan.
 */

#include "ui/generate/pisces-plan-field.h"
#include "ui/generate/pisces-prompt-pane-private.h"

static PiscesGenerateRequest * make_request       (PiscesPromptPane *pane,
                                                   const gchar      *prompt);
static void                    take_typed_numbers (PiscesPromptPane *pane);


/*  public functions  */

/**
 * pisces_prompt_pane_make_request:
 * @keeps_seed: whether the user has seen a draft with the present seed.
 *
 * Picks and shows a new seed if the user wants one each time, unless the present
 * one is kept, and adds the prompt to the history.  A plan that is in force is
 * part of the request.
 *
 * Returns: (transfer full) (nullable): what the user asks for; %NULL if the
 *   prompt is blank, and nothing is filled or changed.
 */
PiscesGenerateRequest *
pisces_prompt_pane_make_request (PiscesPromptPane *pane,
                                 gboolean          keeps_seed)
{
  PiscesPromptField     *field      = PISCES_PROMPT_FIELD (pane->prompt_field);
  PiscesPlanField       *plan_field = PISCES_PLAN_FIELD (pane->plan_field);
  g_autofree gchar      *prompt     = pisces_prompt_field_make_prompt (field);
  PiscesGenerateRequest *request;

  if (*prompt == '\0' && ! pane->edits)
    return NULL;

  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pane->new_seed)) &&
      ! keeps_seed)
    pisces_prompt_request_draw_seed (pane);

  request                = pisces_prompt_request_new (pane, prompt);
  request->want_previews = TRUE;

  if (gtk_widget_get_sensitive (pane->plan_field) &&
      (pane->draws_plan || pisces_plan_field_is_in_force (plan_field)))
    request->plan = pisces_plan_field_get_text (plan_field);

  pisces_plan_field_sent (plan_field);
  pisces_prompt_field_used (field);

  return request;
}

/**
 * pisces_prompt_pane_make_draft_request:
 *
 * Changes nothing that the user sees.
 *
 * Returns: (transfer full) (nullable): the first picture of what the user would
 *   ask for now, with few steps; %NULL if the prompt is blank.
 */
PiscesGenerateRequest *
pisces_prompt_pane_make_draft_request (PiscesPromptPane *pane)
{
  PiscesPlanField       *plan_field = PISCES_PLAN_FIELD (pane->plan_field);
  g_autofree gchar      *prompt     = NULL;
  PiscesGenerateRequest *request;

  prompt = pisces_prompt_field_make_prompt (PISCES_PROMPT_FIELD (pane->prompt_field));
  if (*prompt == '\0')
    return NULL;

  request        = make_request (pane, prompt);
  request->count = 1;
  request->steps = pisces_prompt_pane_get_draft_steps (pane);

  if (gtk_widget_get_sensitive (pane->plan_field) &&
      pisces_plan_field_is_in_force (plan_field))
    request->plan = pisces_plan_field_get_text (plan_field);

  return request;
}

/**
 * pisces_prompt_pane_get_draft_steps:
 *
 * Returns: how many steps a draft is drawn with; 0 if the model takes its own
 *   number.
 */
guint
pisces_prompt_pane_get_draft_steps (PiscesPromptPane *pane)
{
  gint own = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (pane->steps));

  if (! gtk_widget_get_sensitive (pane->steps))
    return 0;

  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pane->model_settings)) ?
         PISCES_DRAFT_STEPS : MIN (own, PISCES_DRAFT_STEPS);
}


/*  functions for the pane's other files  */

/**
 * pisces_prompt_request_new:
 * @prompt: the user's words in the chosen style.
 *
 * Returns: (transfer full): the words with all settings, and without a plan.
 */
PiscesGenerateRequest *
pisces_prompt_request_new (PiscesPromptPane *pane,
                           const gchar      *prompt)
{
  take_typed_numbers (pane);

  return make_request (pane, prompt);
}

void
pisces_prompt_request_draw_seed (PiscesPromptPane *pane)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (pane->seed),
                             MIN (g_random_int (), G_MAXUINT32 - PISCES_MAX_COUNT));
}


/*  private functions  */

static PiscesGenerateRequest *
make_request (PiscesPromptPane *pane,
              const gchar      *prompt)
{
  PiscesGenerateRequest *request = pisces_generate_request_new (prompt);
  const gchar           *negative;

  request->seed =
    (guint32) gtk_spin_button_get_value (GTK_SPIN_BUTTON (pane->seed));
  request->count =
    gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (pane->count));

  if (! pane->edits)
    {
      request->width  = pane->width;
      request->height = pane->height;
    }

  negative = gtk_entry_get_text (GTK_ENTRY (pane->negative_prompt));
  if (*negative && gtk_widget_get_sensitive (pane->negative_prompt))
    request->negative_prompt = g_strstrip (g_strdup (negative));

  if (! gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pane->model_settings)))
    {
      request->guidance_scale =
        gtk_spin_button_get_value (GTK_SPIN_BUTTON (pane->guidance));
      if (gtk_widget_get_sensitive (pane->steps))
        request->steps =
          gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (pane->steps));
    }

  return request;
}

/* Takes over numbers that were typed and not confirmed with Enter or Tab.  */
static void
take_typed_numbers (PiscesPromptPane *pane)
{
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->seed));
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->count));
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->guidance));
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->steps));
}
