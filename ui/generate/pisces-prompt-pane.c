/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-pane.c: the prompt, the seed, how many pictures, how closely
 * they follow the prompt; and the plan that the model makes of it.  A running
 * job disables nothing here, so that the user can go on writing.
 *
 * Longer than 500 lines, as the pane handles each of its controls here, in a
 * few lines each.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-plan-field.h"
#include "ui/generate/pisces-prompt-pane-private.h"
#include "ui/generate/pisces-strength-field.h"
#include "ui/generate/pisces-styles-dialog.h"
#include "ui/widgets/pisces-number-field.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

#define GROUP "generate"   /* of the key file */

enum
{
  CHANGED,
  START,
  PLAN_REQUESTED,
  MESSAGE,
  N_SIGNALS
};

static void pisces_prompt_pane_dispose      (GObject *object);
static void get_plan_settings      (PiscesPromptPane *pane,
                                    GKeyFile         *settings);
static void set_plan_settings      (PiscesPromptPane *pane,
                                    GKeyFile         *settings);
static void on_draw_plan           (PiscesPromptPane *pane);
static void on_write_plan          (PiscesPromptPane *pane,
                                    gboolean          another);
static void on_edit_styles         (PiscesPromptPane *pane);
static void on_copy_seed           (PiscesPromptPane *pane);
static void prompt_pane_on_message (PiscesPromptPane *pane,
                                    const gchar      *sentence);
static void show_size              (PiscesPromptPane *pane);
static void on_prompt_changed      (PiscesPromptPane *pane);
static void prompt_pane_on_changed (PiscesPromptPane *pane);
static void on_dice                (PiscesPromptPane *pane);
static void prompt_pane_on_strength (PiscesPromptPane *pane);
static void show_strength          (PiscesPromptPane *pane);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesPromptPane, pisces_prompt_pane, GTK_TYPE_BOX)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesPromptPane, child)

static void
pisces_prompt_pane_class_init (PiscesPromptPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pisces_prompt_pane_dispose;

  signals[CHANGED]        = SIGNAL ("changed", 0);
  signals[START]          = SIGNAL ("start", 0);
  signals[PLAN_REQUESTED] = SIGNAL ("plan-requested", 2, G_TYPE_POINTER,
                                    G_TYPE_CANCELLABLE);
  signals[MESSAGE]        = SIGNAL ("message", 1, G_TYPE_STRING);

  g_type_ensure (PISCES_TYPE_FILL_SETTINGS);
  g_type_ensure (PISCES_TYPE_LIVE_ROW);
  g_type_ensure (PISCES_TYPE_PROMPT_FIELD);
  g_type_ensure (PISCES_TYPE_PLAN_FIELD);
  g_type_ensure (PISCES_TYPE_NUMBER_FIELD);
  g_type_ensure (PISCES_TYPE_STRENGTH_FIELD);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-prompt-pane.ui");
  BIND (prompt_field);
  BIND (plan_field);
  BIND (live_row);
  BIND (count);
  BIND (seed);
  BIND (new_seed);
  BIND (advanced);
  BIND (negative_prompt);
  BIND (model_settings);
  BIND (guidance);
  BIND (steps);
  BIND (fill_settings);
  BIND (change_strength);
  BIND (picture_size);
  CALLBACK (on_prompt_changed);
  CALLBACK (on_edit_styles);
  CALLBACK (prompt_pane_on_message);
  CALLBACK (prompt_pane_on_changed);
  CALLBACK (prompt_pane_on_strength);
  CALLBACK (on_draw_plan);
  CALLBACK (on_write_plan);
  CALLBACK (pisces_prompt_pane_stop_planning);
  CALLBACK (on_copy_seed);
  CALLBACK (on_dice);
}

static void
pisces_prompt_pane_init (PiscesPromptPane *pane)
{
  /* Setting the initial values must not count as a change by the user.  */
  pane->filling = TRUE;
  pane->styles  = pisces_styles_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (pane));
  pisces_undo_add (pane->negative_prompt);
  pisces_strength_field_set_range (PISCES_STRENGTH_FIELD (pane->change_strength),
                                   0.0, 1.0, PISCES_CHANGE_STRENGTH);
  show_strength (pane);
  pisces_prompt_field_set_styles (PISCES_PROMPT_FIELD (pane->prompt_field),
                                  pane->styles);
  pisces_prompt_request_draw_seed (pane);
  pane->filling = FALSE;
}

void
pisces_prompt_pane_focus_prompt (PiscesPromptPane *pane)
{
  pisces_prompt_field_focus (PISCES_PROMPT_FIELD (pane->prompt_field));
}

/**
 * pisces_prompt_pane_set_prompt:
 * @prompt: (nullable): the new prompt; Ctrl+Down brings the old one back.
 */
void
pisces_prompt_pane_set_prompt (PiscesPromptPane *pane,
                               const gchar      *prompt)
{
  pisces_prompt_field_replace_text (PISCES_PROMPT_FIELD (pane->prompt_field),
                                    prompt ? prompt : "");
}

/**
 * pisces_prompt_pane_use_picture:
 *
 * Fills in what @picture was made from: prompt, negative prompt and seed.
 */
void
pisces_prompt_pane_use_picture (PiscesPromptPane *pane,
                                PiscesPicture    *picture)
{
  pisces_prompt_field_use_prompt (PISCES_PROMPT_FIELD (pane->prompt_field),
                                  picture->prompt);
  gtk_entry_set_text (GTK_ENTRY (pane->negative_prompt),
                      picture->negative_prompt ? picture->negative_prompt : "");
  pisces_prompt_pane_use_seed (pane, picture->seed);
}

/**
 * pisces_prompt_pane_show_plan:
 * @plan: (nullable): the plan of the selected picture.  It is not shown if the
 *   user has written one that has not been drawn yet.
 */
void
pisces_prompt_pane_show_plan (PiscesPromptPane *pane,
                              const gchar      *plan)
{
  pisces_plan_field_show (PISCES_PLAN_FIELD (pane->plan_field), plan);
}

/**
 * pisces_prompt_pane_stream_plan:
 * @plan: (nullable): what a job has written of its plan so far.  It is not
 *   shown if the user has written or requested a plan.
 */
void
pisces_prompt_pane_stream_plan (PiscesPromptPane *pane,
                                const gchar      *plan)
{
  pisces_plan_field_stream (PISCES_PLAN_FIELD (pane->plan_field), plan);
}

/* @plan: what the model has written so far of the plan that was asked for.  */
void
pisces_prompt_pane_write_plan (PiscesPromptPane *pane,
                               const gchar      *plan)
{
  pisces_plan_field_write (PISCES_PLAN_FIELD (pane->plan_field), plan);
}

/**
 * pisces_prompt_pane_finish_plan:
 * @plan: (nullable): the plan that was asked for; %NULL if there is none.
 */
void
pisces_prompt_pane_finish_plan (PiscesPromptPane *pane,
                                const gchar      *plan)
{
  g_clear_object (&pane->planning);
  pisces_plan_field_finish (PISCES_PLAN_FIELD (pane->plan_field), plan,
                            pane->planned_prompt);
  g_clear_pointer (&pane->planned_prompt, g_free);
  prompt_pane_on_changed (pane);
}

gboolean
pisces_prompt_pane_is_planning (PiscesPromptPane *pane)
{
  return pane->planning != NULL;
}

void
pisces_prompt_pane_stop_planning (PiscesPromptPane *pane)
{
  if (pane->planning)
    g_cancellable_cancel (pane->planning);
}

/* Escape stops writing a plan.  Returns whether one was being written.  */
gboolean
pisces_prompt_pane_handle_key (PiscesPromptPane *pane,
                               GdkEventKey      *event)
{
  if (! pane->planning || event->keyval != GDK_KEY_Escape)
    return FALSE;

  pisces_prompt_pane_stop_planning (pane);

  return TRUE;
}

void
pisces_prompt_pane_set_history (PiscesPromptPane    *pane,
                                PiscesPromptHistory *history)
{
  pisces_prompt_field_set_history (PISCES_PROMPT_FIELD (pane->prompt_field),
                                   history);
}

void
pisces_prompt_pane_set_styles (PiscesPromptPane *pane,
                               PiscesStyles     *styles)
{
  g_set_object (&pane->styles, styles);
  pisces_prompt_field_set_styles (PISCES_PROMPT_FIELD (pane->prompt_field),
                                  styles);
}

/**
 * pisces_prompt_pane_set_word_check:
 * @check: must be fast, as it is called shortly after each change.
 */
void
pisces_prompt_pane_set_word_check (PiscesPromptPane *pane,
                                   PiscesWordCheck   check,
                                   gpointer          user_data)
{
  pisces_prompt_field_set_word_check (PISCES_PROMPT_FIELD (pane->prompt_field),
                                      check, user_data);
}

void
pisces_prompt_pane_check_words (PiscesPromptPane *pane)
{
  pisces_prompt_field_check_words (PISCES_PROMPT_FIELD (pane->prompt_field));
}

/**
 * pisces_prompt_pane_set_picture_size:
 * @width: width of what the model draws, in pixels; 0 if it is not known.
 */
void
pisces_prompt_pane_set_picture_size (PiscesPromptPane *pane,
                                     gint              width,
                                     gint              height)
{
  pane->own_width  = width;
  pane->own_height = height;
  show_size (pane);
}

/**
 * pisces_prompt_pane_fit_place:
 * @width: width of the next picture, so that it fits its place; 0: the model's own.
 * @height: the same.
 */
void
pisces_prompt_pane_fit_place (PiscesPromptPane *pane,
                              gint              width,
                              gint              height)
{
  if (width == pane->width && height == pane->height)
    return;

  pane->width  = width;
  pane->height = height;
  show_size (pane);
  pisces_live_row_wait (PISCES_LIVE_ROW (pane->live_row));
}

/**
 * pisces_prompt_pane_set_editing:
 * @fills: whether the next pictures fill a selection.
 * @changes: whether they change a layer.
 *
 * In both cases the prompt may be empty, and there are more settings.
 */
void
pisces_prompt_pane_set_editing (PiscesPromptPane *pane,
                                gboolean          fills,
                                gboolean          changes)
{
  pane->edits = fills || changes;
  show_size (pane);
  gtk_widget_set_visible (pane->fill_settings, fills);
  gtk_widget_set_visible (pane->change_strength, changes);
  pisces_prompt_field_set_hint (
    PISCES_PROMPT_FIELD (pane->prompt_field),
    fills ? _("Say what the selection should show, or nothing to take away what is "
              "there.") :
    changes ? _("Say what the layer should show, or nothing to draw it anew as it is.") :
              NULL);
}

/* Returns how much of a layer is changed, 0 to 1.  */
gdouble
pisces_prompt_pane_get_strength (PiscesPromptPane *pane)
{
  return pisces_strength_field_get_value (PISCES_STRENGTH_FIELD (pane->change_strength));
}

/* Returns: (transfer none): how a selection is filled.  */
PiscesFillSettings *
pisces_prompt_pane_get_fill_settings (PiscesPromptPane *pane)
{
  return PISCES_FILL_SETTINGS (pane->fill_settings);
}

/* Returns: (transfer none): the switch that lets the prompt be drawn while it is
 *   written.  */
PiscesLiveRow *
pisces_prompt_pane_get_live_row (PiscesPromptPane *pane)
{
  return PISCES_LIVE_ROW (pane->live_row);
}

/**
 * pisces_prompt_pane_use_seed:
 *
 * Sets @seed and turns off the choice of a new seed for each picture, so that
 * the user sees that it is kept.
 */
void
pisces_prompt_pane_use_seed (PiscesPromptPane *pane,
                             guint32           seed)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pane->new_seed), FALSE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (pane->seed), seed);
  gtk_expander_set_expanded (GTK_EXPANDER (pane->advanced), TRUE);
}

void
pisces_prompt_pane_get_settings (PiscesPromptPane *pane,
                                 GKeyFile         *settings)
{
  PiscesPromptField *field  = PISCES_PROMPT_FIELD (pane->prompt_field);
  g_autofree gchar  *prompt = pisces_prompt_field_get_text (field);
  const gchar       *draft  = pisces_prompt_field_get_draft (field);
  const gchar       *style  = pisces_prompt_field_get_style (field);

  g_key_file_set_string (settings, GROUP, "prompt", prompt);
  g_key_file_set_string (settings, GROUP, "draft", draft ? draft : "");
  g_key_file_set_string (settings, GROUP, "style", style ? style : "");
  g_key_file_set_string (settings, GROUP, "negative-prompt",
                         gtk_entry_get_text (GTK_ENTRY (pane->negative_prompt)));
  get_plan_settings (pane, settings);
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
  pisces_fill_settings_get_settings (pisces_prompt_pane_get_fill_settings (pane), settings);
  pisces_strength_field_get_settings (PISCES_STRENGTH_FIELD (pane->change_strength), settings,
                                      "change-strength");
  pisces_live_row_get_settings (PISCES_LIVE_ROW (pane->live_row), settings);
}

/**
 * pisces_prompt_pane_set_settings:
 *
 * A value that is missing in @settings, or is no number, changes nothing.  A
 * number out of range becomes the nearest allowed one.
 */
void
pisces_prompt_pane_set_settings (PiscesPromptPane *pane,
                                 GKeyFile         *settings)
{
  PiscesPromptField *field    = PISCES_PROMPT_FIELD (pane->prompt_field);
  g_autofree gchar  *prompt   = NULL;
  g_autofree gchar  *draft    = NULL;
  g_autofree gchar  *style    = NULL;
  g_autofree gchar  *negative = NULL;
  g_autoptr (GError) error    = NULL;
  gboolean           advanced;

  pane->filling = TRUE;

  draft  = g_key_file_get_string (settings, GROUP, "draft", NULL);
  prompt = g_key_file_get_string (settings, GROUP, "prompt", NULL);
  style  = g_key_file_get_string (settings, GROUP, "style", NULL);
  if (draft && *draft)
    pisces_prompt_field_set_text (field, draft);
  if (prompt && draft && *draft)
    pisces_prompt_field_replace_text (field, prompt);
  else if (prompt)
    pisces_prompt_field_set_text (field, prompt);
  if (style)
    pisces_prompt_field_set_style (field, *style ? style : NULL);
  set_plan_settings (pane, settings);

  negative = g_key_file_get_string (settings, GROUP, "negative-prompt", NULL);
  if (negative)
    gtk_entry_set_text (GTK_ENTRY (pane->negative_prompt), negative);

  pisces_ui_load_number (settings, GROUP, "seed", pane->seed);
  pisces_ui_load_number (settings, GROUP, "count", pane->count);
  pisces_ui_load_number (settings, GROUP, "guidance", pane->guidance);
  pisces_ui_load_number (settings, GROUP, "steps", pane->steps);
  pisces_ui_load_toggle (settings, GROUP, "new-seed", pane->new_seed);
  pisces_ui_load_toggle (settings, GROUP, "model-settings", pane->model_settings);
  pisces_fill_settings_set_settings (pisces_prompt_pane_get_fill_settings (pane), settings);
  pisces_strength_field_set_settings (PISCES_STRENGTH_FIELD (pane->change_strength), settings,
                                      "change-strength");
  pisces_live_row_set_settings (PISCES_LIVE_ROW (pane->live_row), settings);

  advanced = g_key_file_get_boolean (settings, GROUP, "advanced", &error);
  if (! error)
    gtk_expander_set_expanded (GTK_EXPANDER (pane->advanced), advanced);

  pane->filling = FALSE;
}

static void
pisces_prompt_pane_dispose (GObject *object)
{
  PiscesPromptPane *pane = PISCES_PROMPT_PANE (object);

  pisces_prompt_pane_stop_planning (pane);
  g_clear_pointer (&pane->styles_dialog, gtk_widget_destroy);
  g_clear_object (&pane->planning);
  g_clear_object (&pane->styles);
  g_clear_pointer (&pane->planned_prompt, g_free);

  G_OBJECT_CLASS (pisces_prompt_pane_parent_class)->dispose (object);
}

/* Stores only a plan that the user wrote or asked for; other plans are stored
 * with their pictures.
 */
static void
get_plan_settings (PiscesPromptPane *pane,
                   GKeyFile         *settings)
{
  PiscesPlanField  *field = PISCES_PLAN_FIELD (pane->plan_field);
  g_autofree gchar *plan  = pisces_plan_field_get_text (field);
  gboolean          held  = pisces_plan_field_is_held (field);

  g_key_file_set_string (settings, GROUP, "plan", held ? plan : "");
  g_key_file_set_string (settings, GROUP, "plan-prompt",
                         held ? pisces_plan_field_get_prompt (field) : "");
  g_key_file_set_boolean (settings, GROUP, "plan-open",
                          pisces_plan_field_get_open (field));
}

static void
set_plan_settings (PiscesPromptPane *pane,
                   GKeyFile         *settings)
{
  PiscesPlanField  *field  = PISCES_PLAN_FIELD (pane->plan_field);
  g_autofree gchar *plan   = NULL;
  g_autofree gchar *prompt = NULL;

  if (g_key_file_has_key (settings, GROUP, "plan-open", NULL))
    pisces_plan_field_set_open (field, g_key_file_get_boolean (settings, GROUP,
                                                               "plan-open",
                                                               NULL));

  plan   = g_key_file_get_string (settings, GROUP, "plan", NULL);
  prompt = g_key_file_get_string (settings, GROUP, "plan-prompt", NULL);

  if (plan && prompt && *plan)
    pisces_plan_field_hold (field, plan, prompt);
}

static void
on_draw_plan (PiscesPromptPane *pane)
{
  pane->draws_plan = TRUE;
  g_signal_emit (pane, signals[START], 0);
  pane->draws_plan = FALSE;
}

static void
on_write_plan (PiscesPromptPane *pane,
               gboolean          another)
{
  g_autofree gchar                 *prompt  = NULL;
  g_autoptr (PiscesGenerateRequest) request = NULL;

  prompt = pisces_prompt_field_make_prompt (
    PISCES_PROMPT_FIELD (pane->prompt_field));
  if (*prompt == '\0' || pane->planning)
    return;

  request = pisces_prompt_request_new (pane, prompt);
  if (another)
    request->seed = g_random_int ();

  pane->planning       = g_cancellable_new ();
  pane->planned_prompt = g_steal_pointer (&prompt);
  pisces_plan_field_begin (PISCES_PLAN_FIELD (pane->plan_field));

  g_signal_emit (pane, signals[PLAN_REQUESTED], 0, request, pane->planning);
}

static void
on_edit_styles (PiscesPromptPane *pane)
{
  if (! pane->styles_dialog)
    {
      GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (pane));

      pane->styles_dialog =
        pisces_styles_dialog_new (GTK_IS_WINDOW (window) ?
                                  GTK_WINDOW (window) : NULL, pane->styles);
      g_signal_connect (pane->styles_dialog, "destroy",
                        G_CALLBACK (gtk_widget_destroyed),
                        &pane->styles_dialog);
    }
  gtk_window_present (GTK_WINDOW (pane->styles_dialog));
}

static void
on_copy_seed (PiscesPromptPane *pane)
{
  gtk_spin_button_update (GTK_SPIN_BUTTON (pane->seed));
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (pane),
                                                    GDK_SELECTION_CLIPBOARD),
                          gtk_entry_get_text (GTK_ENTRY (pane->seed)), -1);
}

static void
prompt_pane_on_message (PiscesPromptPane *pane,
                        const gchar      *sentence)
{
  g_signal_emit (pane, signals[MESSAGE], 0, sentence);
}

static void
show_size (PiscesPromptPane *pane)
{
  const gboolean    fits = pane->width > 0 && ! pane->edits;
  g_autofree gchar *text = NULL;

  if (fits)
    /* Translators: a width and a height in pixels.  */
    text = g_strdup_printf (_("%d × %d pixels are drawn, to fit the place."),
                            pane->width, pane->height);
  else
    text = g_strdup_printf (_("This model draws %d × %d pixels."),
                            pane->own_width, pane->own_height);

  gtk_label_set_text (GTK_LABEL (pane->picture_size), text);
  gtk_widget_set_visible (pane->picture_size, fits || pane->own_width > 0);
}

static void
on_prompt_changed (PiscesPromptPane *pane)
{
  g_autofree gchar *prompt = NULL;

  prompt = pisces_prompt_field_make_prompt (
    PISCES_PROMPT_FIELD (pane->prompt_field));
  pisces_plan_field_set_prompt (PISCES_PLAN_FIELD (pane->plan_field), prompt);
  prompt_pane_on_changed (pane);
}

static void
prompt_pane_on_changed (PiscesPromptPane *pane)
{
  if (! pane->filling)
    g_signal_emit (pane, signals[CHANGED], 0);
}

static void
on_dice (PiscesPromptPane *pane)
{
  pisces_prompt_request_draw_seed (pane);
}

static void
prompt_pane_on_strength (PiscesPromptPane *pane)
{
  show_strength (pane);
  prompt_pane_on_changed (pane);
}

/* Says what the strength means.  */
static void
show_strength (PiscesPromptPane *pane)
{
  gdouble strength = pisces_prompt_pane_get_strength (pane);

  pisces_strength_field_set_words (
    PISCES_STRENGTH_FIELD (pane->change_strength),
    _("How much of the layer is changed, from 0, nothing, to 1, all"),
    strength <= 0.0 ? _("Nothing would change.") :
    strength >= 1.0 ? _("The model does not look at the layer.") :
                      _("The new picture begins with the layer."));
}
