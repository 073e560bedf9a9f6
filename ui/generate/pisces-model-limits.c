/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-limits.c: makes the controls insensitive that the chosen models
 * cannot use, and lets their tooltips say why.  It asks what a model can do, and
 * knows no kind of model.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-model-limits.h"
#include "ui/generate/pisces-place-pane.h"
#include "ui/generate/pisces-result-actions.h"
#include "ui/widgets/pisces-ui.h"

/* A control that needs an ability.  */
typedef struct
{
  GtkWidget   *widget;
  gboolean     usable;
  const gchar *why;
} Limit;


/* Looks for the button of an action.  */
typedef struct
{
  const gchar *action;
  GtkWidget   *found;
} Search;


static GtkWidget * child       (gpointer     parent,
                                GType        type,
                                const gchar *name);
static void        find_button (GtkWidget   *widget,
                                gpointer     data);


/**
 * pisces_model_limits_show:
 * @draws: (nullable): what the model that draws can do; %NULL if it is not known,
 *   and then nothing is limited.
 * @describes: (nullable): the same for the model that describes.
 */
void
pisces_model_limits_show (PiscesPromptPane      *prompt_pane,
                          PiscesReferencePane   *reference_pane,
                          PiscesResultPane      *result_pane,
                          const PiscesAbilities *draws,
                          const PiscesAbilities *describes)
{
  const gboolean takes_references = ! draws || draws->takes_references;
  const gchar   *no_references    = _("The chosen model draws from words alone.");
  const gchar   *fill_refusal     = draws && ! draws->fills ? _(draws->fill_refusal) : NULL;
  const Limit    limits[] =
  {
    { child (prompt_pane, PISCES_TYPE_PROMPT_PANE, "plan_field"),
      ! draws || draws->writes_plan || draws->takes_plan,
      _("The chosen model draws without a plan.") },
    { child (prompt_pane, PISCES_TYPE_PROMPT_PANE, "negative_prompt"),
      ! draws || draws->takes_negative_prompt,
      _("The chosen model cannot be told what not to draw.") },
    { child (prompt_pane, PISCES_TYPE_PROMPT_PANE, "steps"),
      ! draws || draws->takes_steps,
      _("The chosen model always takes its own number of steps.") },
    { child (reference_pane, PISCES_TYPE_REFERENCE_PANE, "choose"),
      takes_references, no_references },
    { child (reference_pane, PISCES_TYPE_REFERENCE_PANE, "chosen"),
      takes_references, no_references },
  };

  Search         vary = { "results.vary", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    pisces_ui_set_usable (limits[i].widget, limits[i].usable, limits[i].why);

  pisces_place_pane_set_fill_refusal (
    PISCES_PLACE_PANE (pisces_result_pane_get_place_pane (result_pane)),
    fill_refusal);

  /* Its action makes it insensitive.  */
  find_button (GTK_WIDGET (result_pane), &vary);
  pisces_result_actions_set_limits (GTK_WIDGET (result_pane), vary.found,
                                    fill_refusal, takes_references,
                                    ! describes ||
                                    describes->score_way != PISCES_SCORE_NONE);
}

static GtkWidget *
child (gpointer     parent,
       GType        type,
       const gchar *name)
{
  return GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (parent), type, name));
}

static void
find_button (GtkWidget *widget,
             gpointer   data)
{
  Search *search = data;

  if (search->found)
    return;

  if (GTK_IS_ACTIONABLE (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), search->action) == 0)
    search->found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), find_button, search);
}
