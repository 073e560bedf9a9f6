/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-actions.c: what can be done with a result: the actions that
 * buttons and menus share, and their longer functions.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-actions.h"
#include "ui/widgets/pisces-ui.h"


/* The toggles that are kept from one session to the next; the settings use the
 * same names.
 */
static const gchar * const kept_toggles[] = { "check",
                                              PISCES_KEEP_PROMPTS_OUT,
                                              PISCES_MARK_AS_AI };

/* Data of an action: whether it is impossible with the selected picture, and
 * whether the chosen models are unable to do it.  */
#define IMPOSSIBLE "pisces-impossible"
#define UNABLE     "pisces-unable"

/* Data of "vary": its button, why the model cannot do it, and whether the selected
 * picture was drawn to fit a place in an image that is not known any more.  */
#define BUTTON     "pisces-button"
#define REFUSAL    "pisces-refusal"
#define FITTED     "pisces-fitted"

static void    enable                      (GAction                  *action);
static void    explain_vary                (GActionMap               *actions);
static void    result_actions_on_activated (GSimpleAction            *action,
                                            GVariant                 *parameter,
                                            PiscesResultPane         *pane);
static gchar * describe_numbers
                                           (PiscesPicture            *picture);

/**
 * pisces_result_actions_new:
 * @actions: the actions; a constant array, which is not copied.
 * @pane: passed to their functions; it must live as long as the group is used.
 *
 * Returns: (transfer full): a group of actions.
 */
GSimpleActionGroup *
pisces_result_actions_new (const PiscesResultAction *actions,
                           guint                     n_actions,
                           PiscesResultPane         *pane)
{
  GSimpleActionGroup *group = g_simple_action_group_new ();

  for (guint i = 0; i < n_actions; i++)
    {
      g_autoptr (GSimpleAction) action = NULL;

      if (actions[i].is_toggle)
        action = g_simple_action_new_stateful (actions[i].name, NULL,
                                               g_variant_new_boolean (
                                                 actions[i].begins_on));
      else
        action = g_simple_action_new (actions[i].name, NULL);

      g_object_set_data (G_OBJECT (action), "activate",
                         (gpointer) &actions[i]);
      g_signal_connect (action, "activate",
                        G_CALLBACK (result_actions_on_activated), pane);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }

  return group;
}

gboolean
pisces_result_actions_is_on (GSimpleActionGroup *group,
                             const gchar        *name)
{
  g_autoptr (GVariant) state =
    g_action_group_get_action_state (G_ACTION_GROUP (group), name);

  return g_variant_get_boolean (state);
}

/* Returns whether pictures are to be checked, and can be.  */
gboolean
pisces_result_actions_is_checking (GSimpleActionGroup *group)
{
  return pisces_result_actions_is_on (group, "check") &&
         g_action_group_get_action_enabled (G_ACTION_GROUP (group), "check");
}

/* Returns what a picture's file should say about it.  */
PiscesPictureFileFlags
pisces_result_actions_get_file_flags (GSimpleActionGroup *group)
{
  PiscesPictureFileFlags flags = PISCES_PICTURE_FILE_PLAIN;

  if (! pisces_result_actions_is_on (group, PISCES_KEEP_PROMPTS_OUT))
    flags |= PISCES_PICTURE_FILE_WORDS;
  if (pisces_result_actions_is_on (group, PISCES_MARK_AS_AI))
    flags |= PISCES_PICTURE_FILE_MARK;

  return flags;
}

/**
 * pisces_result_actions_update:
 * @group: a group of pisces_result_actions_new() with all actions of the
 *   results.
 * @picture: (nullable): the selected picture; its image is %NULL if its file
 *   is gone.
 * @second: (nullable): the picture to compare it with.
 * @has_before: whether what it was drawn into is known; then it can be compared with
 *   that, and variants go to the same place.
 * @has_target: whether there is an image to add a layer to.
 * @replaceable: whether it has a layer that a picture can replace.
 *
 * Enables the actions that are possible now.
 */
void
pisces_result_actions_update (GSimpleActionGroup *group,
                              PiscesPicture      *picture,
                              PiscesPicture      *second,
                              gboolean            has_before,
                              gboolean            has_target,
                              gboolean            replaceable)
{
  gboolean there = picture && picture->image;
  gboolean two   = there && second && second->image;
  gboolean own   = picture && picture->strength == 0.0;   /* not a part of an image */
  const struct
  {
    const gchar *name;
    gboolean     enabled;
  } actions[] =
  {
    { "add",     there && has_target                           },
    { "open",    there && ! has_target                         },
    { "replace", there && has_target && replaceable && own     },
    { "use",     picture != NULL                               },
    { "again",   own && ! there && pisces_picture_is_repeatable (picture) },
    { "vary",    there && (own || has_before)                  },
    { "blend",   two && own && second->strength == 0.0         },
    { "compare", two || (there && has_before)                  },
    { "second",  picture != NULL                               },
    { "large",   there                                         },
    { "copy",    there                                         },
    { "save",    there                                         },
    { "delete",  picture != NULL                               }
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (group),
                                                    actions[i].name);

      g_object_set_data (G_OBJECT (action), IMPOSSIBLE,
                         GINT_TO_POINTER (! actions[i].enabled));
      enable (action);
    }

  g_object_set_data (G_OBJECT (g_action_map_lookup_action (G_ACTION_MAP (group), "vary")),
                     FITTED, GINT_TO_POINTER (there && ! own && ! has_before));
  explain_vary (G_ACTION_MAP (group));
}

/**
 * pisces_result_actions_set_limits:
 * @widget: the widget that has the actions.
 * @vary: the button of "vary", which says why it is insensitive.
 * @vary_refusal: (nullable): why the model that draws cannot begin with a picture, as a
 *   sentence.
 * @takes_references: whether the model that draws can draw from pictures.
 * @has_score: whether the model that describes can check pictures.
 */
void
pisces_result_actions_set_limits (GtkWidget *widget,
                                  GtkWidget *vary,
                                  const gchar *vary_refusal,
                                  gboolean   takes_references,
                                  gboolean   has_score)
{
  GActionGroup *group  = gtk_widget_get_action_group (widget, "results");
  GObject      *action = G_OBJECT (g_action_map_lookup_action (G_ACTION_MAP (group), "vary"));
  const struct
  {
    const gchar *name;
    gboolean     able;
  } limits[] =
  {
    { "vary",  vary_refusal == NULL },
    { "blend", takes_references },
    { "check", has_score        },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      GAction *limited = g_action_map_lookup_action (G_ACTION_MAP (group), limits[i].name);

      g_object_set_data (G_OBJECT (limited), UNABLE, GINT_TO_POINTER (! limits[i].able));
      enable (limited);
    }

  g_object_set_data (action, BUTTON, vary);
  g_object_set_data_full (action, REFUSAL, g_strdup (vary_refusal), g_free);
  explain_vary (G_ACTION_MAP (group));
}

/* A picture that is not there yet needs no reason.  */
static void
explain_vary (GActionMap *actions)
{
  GObject     *action = G_OBJECT (g_action_map_lookup_action (actions, "vary"));
  GtkWidget   *button = g_object_get_data (action, BUTTON);
  const gchar *why    = NULL;

  if (g_object_get_data (action, UNABLE))
    why = g_object_get_data (action, REFUSAL);
  else if (g_object_get_data (action, FITTED))
    why = _("This picture was drawn to fit its place in an image. Draw it there again "
            "to get another one.");

  if (button)
    pisces_ui_explain (button, why);
}

static void
enable (GAction *action)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action),
                               ! g_object_get_data (G_OBJECT (action), IMPOSSIBLE) &&
                               ! g_object_get_data (G_OBJECT (action), UNABLE));
}

/**
 * pisces_result_actions_show_details:
 * @picture: (nullable): a picture.
 * @is_draft: whether it was drawn quickly while its prompt was written.
 * @none: the text to show if there is no picture.
 * @label: shows what a person may want to know about it; its tooltip has all
 *   numbers.
 */
void
pisces_result_actions_show_details (PiscesPicture *picture,
                                    gboolean       is_draft,
                                    const gchar   *none,
                                    GtkWidget     *label)
{
  g_autofree gchar *note    = NULL;
  g_autofree gchar *numbers = NULL;

  if (picture)
    {
      note = is_draft ?
        g_strdup_printf (_("A quick draft; seed %u"), picture->seed) :
        picture->strength >= 1.0 ?
        g_strdup_printf (_("Drawn to fit its place; seed %u"), picture->seed) :
        picture->strength > 0.0 ?
        /* Translators: a number such as 0.50, and another one.  */
        g_strdup_printf (_("Begun with what was there, strength %.2f; seed %u"),
                         picture->strength, picture->seed) :
        picture->n_references > 0 ?
        g_strdup_printf (_("Drawn like another picture; seed %u"),
                         picture->seed) :
        g_strdup_printf (_("Seed %u"), picture->seed);
      numbers = describe_numbers (picture);
    }

  gtk_label_set_text (GTK_LABEL (label), note ? note : none);
  gtk_widget_set_tooltip_text (label, numbers);
}

/**
 * pisces_result_actions_pop_up:
 * @model: the menu.
 * @parent: the widget that has the menu's actions.
 * @place: where it opens, if @event does not say where.
 * @event: (nullable): the event that asked for the menu.
 */
void
pisces_result_actions_pop_up (GMenuModel *model,
                              GtkWidget  *parent,
                              GtkWidget  *place,
                              GdkEvent   *event)
{
  GtkWidget *menu = gtk_menu_new_from_model (model);

  gtk_menu_attach_to_widget (GTK_MENU (menu), parent, NULL);
  g_signal_connect (menu, "selection-done", G_CALLBACK (gtk_widget_destroy),
                    NULL);

  if (event && event->type == GDK_BUTTON_PRESS)
    gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
  else
    gtk_menu_popup_at_widget (GTK_MENU (menu), place, GDK_GRAVITY_NORTH_WEST,
                              GDK_GRAVITY_SOUTH_WEST, event);
}

/**
 * pisces_result_actions_get_settings:
 * @widget: the widget that has the actions.
 * @settings: receives the toggles that are kept across sessions.
 */
void
pisces_result_actions_get_settings (GtkWidget *widget,
                                    GKeyFile  *settings)
{
  GActionGroup *group = gtk_widget_get_action_group (widget, "results");

  for (guint i = 0; i < G_N_ELEMENTS (kept_toggles); i++)
    g_key_file_set_boolean (settings, "generate", kept_toggles[i],
                            pisces_result_actions_is_on (
                              G_SIMPLE_ACTION_GROUP (group), kept_toggles[i]));
}

/* A value that is missing in @settings, or is not true or false, changes
 * nothing.  */
void
pisces_result_actions_set_settings (GtkWidget *widget,
                                    GKeyFile  *settings)
{
  GActionGroup *group = gtk_widget_get_action_group (widget, "results");

  for (guint i = 0; i < G_N_ELEMENTS (kept_toggles); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean           on;

      on = g_key_file_get_boolean (settings, "generate", kept_toggles[i],
                                   &error);
      if (! error)
        g_action_group_change_action_state (group, kept_toggles[i],
                                            g_variant_new_boolean (on));
    }
}

static void
result_actions_on_activated (GSimpleAction    *action,
                             GVariant         *parameter,
                             PiscesResultPane *pane)
{
  const PiscesResultAction *known;

  known = g_object_get_data (G_OBJECT (action), "activate");

  if (known->is_toggle)
    {
      g_autoptr (GVariant) state = g_action_get_state (G_ACTION (action));

      g_simple_action_set_state (
        action, g_variant_new_boolean (! g_variant_get_boolean (state)));
    }

  if (known->activate)
    known->activate (pane);
}

/* All numbers that the picture was drawn with.  */
static gchar *
describe_numbers (PiscesPicture *picture)
{
  if (picture->n_references > 0)
    /* Translators: a seed, a number of steps, a strength. */
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "Drawn like another picture; seed %u, "
                                         "%u step, guidance %.1f",
                                         "Drawn like another picture; seed %u, "
                                         "%u steps, guidance %.1f",
                                         picture->steps),
                            picture->seed, picture->steps,
                            picture->guidance_scale);

  /* Translators: a seed, a number of steps, a strength. */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Seed %u, %u step, guidance %.1f",
                                       "Seed %u, %u steps, guidance %.1f",
                                       picture->steps),
                          picture->seed, picture->steps,
                          picture->guidance_scale);
}
