/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-pane.c: what is asked for: the prompt, the seed, how many
 * pictures, how closely; and the plan that the model made of it.  Nothing here
 * is ever disabled by a running job: one may go on writing.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ui/pisces-prompt-pane.h"
#include "ui/pisces-ui.h"

#define GROUP "generate"   /* of the key file */

struct _PiscesPromptPane
{
  GtkBox         parent_instance;

  GtkWidget     *prompt_view;
  GtkWidget     *prompt_hint;
  GtkTextBuffer *prompt_buffer;
  GtkWidget     *plan_hint;
  GtkTextBuffer *plan_buffer;
  GtkWidget     *count;
  GtkWidget     *seed;
  GtkWidget     *new_seed;
  GtkWidget     *advanced;
  GtkWidget     *model_settings;
  GtkWidget     *guidance;
  GtkWidget     *steps;

  gboolean       filling;   /* values change by program, not by the user */
};

static void on_prompt_changed (PiscesPromptPane *pane);
static void on_changed        (PiscesPromptPane *pane);
static void on_dice           (PiscesPromptPane *pane);
static void draw_seed         (PiscesPromptPane *pane);
static void load_toggle       (GKeyFile         *settings,
                               const gchar      *key,
                               GtkWidget        *toggle);
static void load_number       (GKeyFile         *settings,
                               const gchar      *key,
                               GtkWidget        *spin);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesPromptPane, pisces_prompt_pane, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesPromptPane, child)

static void
pisces_prompt_pane_class_init (PiscesPromptPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  changed =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-prompt-pane.ui");
  BIND (prompt_view);
  BIND (prompt_hint);
  BIND (prompt_buffer);
  BIND (plan_hint);
  BIND (plan_buffer);
  BIND (count);
  BIND (seed);
  BIND (new_seed);
  BIND (advanced);
  BIND (model_settings);
  BIND (guidance);
  BIND (steps);
  gtk_widget_class_bind_template_callback (widget_class, on_prompt_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_dice);
}

static void
pisces_prompt_pane_init (PiscesPromptPane *pane)
{
  /* Filling in the template's values is no change by the user. */
  pane->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (pane));
  draw_seed (pane);
  pane->filling = FALSE;
}

/**
 * pisces_prompt_pane_make_request:
 *
 * Draws the new seed if one is wanted each time, and shows it.
 *
 * Returns: (transfer full) (nullable): what the user asks for, %NULL where
 *   the prompt is blank.
 */
PiscesGenerateRequest *
pisces_prompt_pane_make_request (PiscesPromptPane *pane)
{
  g_autofree gchar      *prompt = pisces_ui_get_text (pane->prompt_buffer);
  PiscesGenerateRequest *request;

  g_strstrip (prompt);
  if (*prompt == '\0')
    return NULL;

  /* What was typed and not yet confirmed with Enter or Tab counts. */
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->seed));
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->count));
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->guidance));
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->steps));

  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pane->new_seed)))
    draw_seed (pane);

  request = pisces_generate_request_new (prompt);
  request->seed =
    (guint32) gtk_spin_button_get_value (GTK_SPIN_BUTTON (pane->seed));
  request->count =
    gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (pane->count));
  request->want_previews = TRUE;

  if (! gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pane->model_settings)))
    {
      request->guidance_scale =
        gtk_spin_button_get_value (GTK_SPIN_BUTTON (pane->guidance));
      request->steps =
        gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (pane->steps));
    }

  return request;
}

void
pisces_prompt_pane_focus_prompt (PiscesPromptPane *pane)
{
  gtk_widget_grab_focus (pane->prompt_view);
}

void
pisces_prompt_pane_set_prompt (PiscesPromptPane *pane,
                               const gchar      *prompt)
{
  gtk_text_buffer_set_text (pane->prompt_buffer, prompt ? prompt : "", -1);
}

/**
 * pisces_prompt_pane_set_plan:
 * @plan: (nullable): what the model means to draw, or drew from.
 */
void
pisces_prompt_pane_set_plan (PiscesPromptPane *pane,
                             const gchar      *plan)
{
  plan = plan ? plan : "";

  pisces_ui_put_text (pane->plan_buffer, plan);
  gtk_widget_set_visible (pane->plan_hint, *plan == '\0');
}

/**
 * pisces_prompt_pane_use_seed:
 *
 * Puts @seed in and keeps it for the next pictures.
 */
void
pisces_prompt_pane_use_seed (PiscesPromptPane *pane,
                             guint32           seed)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pane->new_seed), FALSE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (pane->seed), seed);
}

void
pisces_prompt_pane_get_settings (PiscesPromptPane *pane,
                                 GKeyFile         *settings)
{
  g_autofree gchar *prompt = pisces_ui_get_text (pane->prompt_buffer);

  g_key_file_set_string (settings, GROUP, "prompt", prompt);
  g_key_file_set_uint64 (settings, GROUP, "seed",
                         (guint64) gtk_spin_button_get_value (
                           GTK_SPIN_BUTTON (pane->seed)));
  g_key_file_set_boolean (settings, GROUP, "new-seed",
                          gtk_toggle_button_get_active (
                            GTK_TOGGLE_BUTTON (pane->new_seed)));
  g_key_file_set_integer (settings, GROUP, "count",
                          gtk_spin_button_get_value_as_int (
                            GTK_SPIN_BUTTON (pane->count)));
  g_key_file_set_boolean (settings, GROUP, "advanced",
                          gtk_expander_get_expanded (
                            GTK_EXPANDER (pane->advanced)));
  g_key_file_set_boolean (settings, GROUP, "model-settings",
                          gtk_toggle_button_get_active (
                            GTK_TOGGLE_BUTTON (pane->model_settings)));
  g_key_file_set_double (settings, GROUP, "guidance",
                         gtk_spin_button_get_value (
                           GTK_SPIN_BUTTON (pane->guidance)));
  g_key_file_set_integer (settings, GROUP, "steps",
                          gtk_spin_button_get_value_as_int (
                            GTK_SPIN_BUTTON (pane->steps)));
}

/**
 * pisces_prompt_pane_set_settings:
 *
 * What is missing in @settings, or is no number, stays as it is; numbers out
 * of range go to its nearest end.
 */
void
pisces_prompt_pane_set_settings (PiscesPromptPane *pane,
                                 GKeyFile         *settings)
{
  g_autofree gchar  *prompt = NULL;
  g_autoptr (GError) error  = NULL;
  gboolean           advanced;

  pane->filling = TRUE;

  prompt = g_key_file_get_string (settings, GROUP, "prompt", NULL);
  if (prompt)
    pisces_prompt_pane_set_prompt (pane, prompt);

  load_number (settings, "seed", pane->seed);
  load_number (settings, "count", pane->count);
  load_number (settings, "guidance", pane->guidance);
  load_number (settings, "steps", pane->steps);
  load_toggle (settings, "new-seed", pane->new_seed);
  load_toggle (settings, "model-settings", pane->model_settings);

  advanced = g_key_file_get_boolean (settings, GROUP, "advanced", &error);
  if (! error)
    gtk_expander_set_expanded (GTK_EXPANDER (pane->advanced), advanced);

  pane->filling = FALSE;
}

static void
on_prompt_changed (PiscesPromptPane *pane)
{
  gtk_widget_set_visible (pane->prompt_hint,
                          gtk_text_buffer_get_char_count (pane->prompt_buffer)
                          == 0);
  on_changed (pane);
}

static void
on_changed (PiscesPromptPane *pane)
{
  if (! pane->filling)
    g_signal_emit (pane, changed, 0);
}

static void
on_dice (PiscesPromptPane *pane)
{
  draw_seed (pane);
}

static void
draw_seed (PiscesPromptPane *pane)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (pane->seed), g_random_int ());
}

static void
load_toggle (GKeyFile    *settings,
             const gchar *key,
             GtkWidget   *toggle)
{
  g_autoptr (GError) error = NULL;
  gboolean           value;

  value = g_key_file_get_boolean (settings, GROUP, key, &error);
  if (! error)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle), value);
}

static void
load_number (GKeyFile    *settings,
             const gchar *key,
             GtkWidget   *spin)
{
  g_autoptr (GError) error = NULL;
  gdouble            value;

  value = g_key_file_get_double (settings, GROUP, key, &error);
  if (! error && isfinite (value))
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
}
