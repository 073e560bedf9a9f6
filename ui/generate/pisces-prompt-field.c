/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-field.c: where the prompt is written.  The user's text is
 * never lost here: when something else replaces it, Ctrl+Down brings it back.
 *
 * Longer than 500 lines, as the text, the styles and the history of the prompt
 * each need a few short functions.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-history-popover.h"
#include "ui/generate/pisces-prompt-field.h"
#include "ui/generate/pisces-prompt-walk.h"
#include "ui/generate/pisces-word-marks.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

#define WORD_CHECK_DELAY_MS 300

struct _PiscesPromptField
{
  GtkBox               parent_instance;

  GtkWidget           *prompt_view;
  GtkTextBuffer       *prompt_buffer;
  GtkWidget           *prompt_hint;
  GtkWidget           *unknown_words;
  GtkWidget           *style;
  GtkWidget           *history_popover;

  PiscesWordMarks      marks;
  PiscesPromptHistory *history;
  PiscesPromptWalk    *walk;
  PiscesStyles        *styles;
  PiscesWordCheck      word_check;
  gpointer             word_check_data;
  guint                word_source;   /* the timeout that checks the words, or
                                       * 0 */
  gboolean             filling;       /* whether the program changes the
                                       * style                          */
};

static void     pisces_prompt_field_dispose  (GObject           *object);
static void     pisces_prompt_field_finalize (GObject           *object);
static void     fill_walk                    (PiscesPromptField *field);
static void     fill_styles                  (PiscesPromptField *field);
static gint     get_style_index              (PiscesPromptField *field);
static gboolean check_words_now              (gpointer           data);
static void     on_prompt_changed            (PiscesPromptField *field);
static void     on_style_changed             (PiscesPromptField *field);
static void     on_edit_styles               (PiscesPromptField *field);
static gboolean prompt_field_on_key          (PiscesPromptField *field,
                                              GdkEventKey       *event);
static void     on_chosen                    (PiscesPromptField *field,
                                              const gchar       *prompt);
static void     prompt_field_on_message      (PiscesPromptField *field,
                                              const gchar       *sentence);

enum
{
  CHANGED,
  EDIT_STYLES,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesPromptField, pisces_prompt_field, GTK_TYPE_BOX)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesPromptField, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_prompt_field_class_init (PiscesPromptFieldClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose  = pisces_prompt_field_dispose;
  G_OBJECT_CLASS (class)->finalize = pisces_prompt_field_finalize;

  signals[CHANGED]     = SIGNAL ("changed", 0);
  signals[EDIT_STYLES] = SIGNAL ("edit-styles", 0);
  signals[MESSAGE]     = SIGNAL ("message", 1, G_TYPE_STRING);

  g_type_ensure (PISCES_TYPE_HISTORY_POPOVER);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class, PISCES_UI_PATH
                                               "pisces-prompt-field.ui");
  BIND (prompt_view);
  BIND (prompt_buffer);
  BIND (prompt_hint);
  BIND (unknown_words);
  BIND (style);
  BIND (history_popover);
  CALLBACK (on_prompt_changed);
  CALLBACK (on_style_changed);
  CALLBACK (on_edit_styles);
  CALLBACK (prompt_field_on_key);
  CALLBACK (on_chosen);
  CALLBACK (prompt_field_on_message);
}

static void
pisces_prompt_field_init (PiscesPromptField *field)
{
  g_autoptr (PiscesPromptHistory) history = pisces_prompt_history_new (NULL);
  g_autoptr (PiscesStyles)        styles  = pisces_styles_new (NULL);

  field->walk    = pisces_prompt_walk_new ();
  field->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (field));
  pisces_undo_add (field->prompt_view);
  pisces_ui_name_combo (field->style, _("Style"));

  pisces_word_marks_init (&field->marks, field->prompt_buffer,
                          field->unknown_words);
  pisces_prompt_field_set_history (field, history);
  pisces_prompt_field_set_styles (field, styles);
  field->filling = FALSE;
}

/**
 * pisces_prompt_field_set_history:
 * @history: the history to use.  Until this is called, there is one that is
 *   only in memory.
 */
void
pisces_prompt_field_set_history (PiscesPromptField   *field,
                                 PiscesPromptHistory *history)
{
  if (field->history)
    g_signal_handlers_disconnect_by_data (field->history, field);

  g_set_object (&field->history, history);
  g_signal_connect_object (history, "changed", G_CALLBACK (fill_walk), field,
                           G_CONNECT_SWAPPED);
  pisces_history_popover_set_history (
    PISCES_HISTORY_POPOVER (field->history_popover), history);
  fill_walk (field);
}

/**
 * pisces_prompt_field_set_styles:
 * @styles: the styles to use.  Until this is called, there are the built-in
 *   ones.
 */
void
pisces_prompt_field_set_styles (PiscesPromptField *field,
                                PiscesStyles      *styles)
{
  if (field->styles)
    g_signal_handlers_disconnect_by_data (field->styles, field);

  g_set_object (&field->styles, styles);
  g_signal_connect_object (styles, "changed", G_CALLBACK (fill_styles), field,
                           G_CONNECT_SWAPPED);
  fill_styles (field);
}

void
pisces_prompt_field_set_word_check (PiscesPromptField *field,
                                    PiscesWordCheck    check,
                                    gpointer           user_data)
{
  field->word_check      = check;
  field->word_check_data = user_data;
  pisces_prompt_field_check_words (field);
}

/**
 * pisces_prompt_field_check_words:
 *
 * Checks the words again soon, because the model has changed.
 */
void
pisces_prompt_field_check_words (PiscesPromptField *field)
{
  g_clear_handle_id (&field->word_source, g_source_remove);
  if (field->word_check)
    field->word_source = g_timeout_add (WORD_CHECK_DELAY_MS, check_words_now,
                                        field);
}

/* @hint: (nullable): what to write; %NULL: what you want to see.  */
void
pisces_prompt_field_set_hint (PiscesPromptField *field,
                              const gchar       *hint)
{
  gtk_label_set_text (GTK_LABEL (field->prompt_hint), hint ? hint :
                      _("Say in your own words what you want to see."));
}

void
pisces_prompt_field_focus (PiscesPromptField *field)
{
  gtk_widget_grab_focus (field->prompt_view);
}

/**
 * pisces_prompt_field_get_text:
 *
 * Returns: (transfer full): what the user has written, without the style.
 */
gchar *
pisces_prompt_field_get_text (PiscesPromptField *field)
{
  return pisces_ui_get_text (field->prompt_buffer);
}

void
pisces_prompt_field_set_text (PiscesPromptField *field,
                              const gchar       *text)
{
  gtk_text_buffer_set_text (field->prompt_buffer, text ? text : "", -1);
}

/**
 * pisces_prompt_field_replace_text:
 *
 * Like set_text(), but Ctrl+Down brings the replaced text back.
 */
void
pisces_prompt_field_replace_text (PiscesPromptField *field,
                                  const gchar       *text)
{
  g_autofree gchar *current = pisces_prompt_field_get_text (field);

  if (g_strcmp0 (current, text) == 0)
    return;

  if (*current)
    pisces_prompt_walk_replace (field->walk, current);
  pisces_prompt_field_set_text (field, text);
}

/**
 * pisces_prompt_field_use_prompt:
 * @prompt: the prompt of a picture.  If a style was applied to it, that style
 *   is selected, and the field shows the words that the user wrote.
 */
void
pisces_prompt_field_use_prompt (PiscesPromptField *field,
                                const gchar       *prompt)
{
  guint n    = pisces_styles_get_n (field->styles);
  gint  best = get_style_index (field);
  guint i;

  /* Tries the selected style first: if two styles fit, it is the more likely
   * one.  */
  for (i = 0; i <= n; i++)
    {
      gint              index = i == 0 ? best : (gint) i - 1;
      g_autofree gchar *words = NULL;

      if (index < 0)
        continue;

      words = pisces_style_take_off (
        pisces_styles_get_template (field->styles, index), prompt);
      if (words)
        {
          pisces_prompt_field_set_style (
            field, pisces_styles_get_name (field->styles, index));
          pisces_prompt_field_replace_text (field, words);
          return;
        }
    }

  pisces_prompt_field_set_style (field, NULL);
  pisces_prompt_field_replace_text (field, prompt);
}

/**
 * pisces_prompt_field_make_prompt:
 *
 * Returns: (transfer full): the user's words in the chosen style; empty if
 *   there are none.
 */
gchar *
pisces_prompt_field_make_prompt (PiscesPromptField *field)
{
  g_autofree gchar *text  = g_strstrip (pisces_prompt_field_get_text (field));
  gint              index = get_style_index (field);

  if (*text == '\0' || index < 0)
    return g_steal_pointer (&text);

  return pisces_style_apply (pisces_styles_get_template (field->styles, index),
                             text);
}

/**
 * pisces_prompt_field_used:
 *
 * Adds the text to the history, because a job was requested with it.
 */
void
pisces_prompt_field_used (PiscesPromptField *field)
{
  g_autofree gchar   *text  = pisces_prompt_field_get_text (field);
  g_autoptr (GError)  error = NULL;

  g_strstrip (text);
  pisces_prompt_walk_used (field->walk, text);
  if (! pisces_prompt_history_add (field->history, text, &error))
    prompt_field_on_message (field, error->message);
}

/**
 * pisces_prompt_field_get_draft:
 *
 * Returns: (transfer none) (nullable): the unfinished text of the user, while
 *   an older prompt is shown.
 */
const gchar *
pisces_prompt_field_get_draft (PiscesPromptField *field)
{
  return pisces_prompt_walk_get_draft (field->walk);
}

/**
 * pisces_prompt_field_get_style:
 *
 * Returns: (transfer none) (nullable): the name of the selected style.
 */
const gchar *
pisces_prompt_field_get_style (PiscesPromptField *field)
{
  gint index = get_style_index (field);

  return index < 0 ? NULL : pisces_styles_get_name (field->styles, index);
}

/**
 * pisces_prompt_field_set_style:
 * @name: (nullable): the style to select; none if it is %NULL or no longer
 *   exists.
 */
void
pisces_prompt_field_set_style (PiscesPromptField *field,
                               const gchar       *name)
{
  gtk_combo_box_set_active (GTK_COMBO_BOX (field->style),
                            1 + pisces_styles_find (field->styles, name));
}

static void
pisces_prompt_field_dispose (GObject *object)
{
  PiscesPromptField *field = PISCES_PROMPT_FIELD (object);

  g_clear_handle_id (&field->word_source, g_source_remove);
  field->word_check = NULL;
  g_clear_object (&field->history);
  g_clear_object (&field->styles);

  G_OBJECT_CLASS (pisces_prompt_field_parent_class)->dispose (object);
}

static void
pisces_prompt_field_finalize (GObject *object)
{
  pisces_prompt_walk_free (PISCES_PROMPT_FIELD (object)->walk);

  G_OBJECT_CLASS (pisces_prompt_field_parent_class)->finalize (object);
}

static void
fill_walk (PiscesPromptField *field)
{
  guint                    n     = pisces_prompt_history_get_n (field->history);
  g_autofree const gchar **texts = g_new (const gchar *, n + 1);
  guint                    i;

  for (i = 0; i < n; i++)
    texts[i] = pisces_prompt_history_get_prompt (field->history, i);

  pisces_prompt_walk_set_older (field->walk, texts, n);
}

static void
fill_styles (PiscesPromptField *field)
{
  GtkComboBoxText  *combo  = GTK_COMBO_BOX_TEXT (field->style);
  g_autofree gchar *chosen = gtk_combo_box_text_get_active_text (combo);
  gboolean          none   = gtk_combo_box_get_active (GTK_COMBO_BOX (combo)) <= 0;
  guint             i;

  gtk_combo_box_text_remove_all (combo);
  gtk_combo_box_text_append_text (combo, _("No style"));
  for (i = 0; i < pisces_styles_get_n (field->styles); i++)
    gtk_combo_box_text_append_text (combo,
                                    pisces_styles_get_name (field->styles, i));

  pisces_prompt_field_set_style (field, none ? NULL : chosen);
}

static gint
get_style_index (PiscesPromptField *field)
{
  gint index = gtk_combo_box_get_active (GTK_COMBO_BOX (field->style)) - 1;

  return index < (gint) pisces_styles_get_n (field->styles) ? index : -1;
}

static gboolean
check_words_now (gpointer data)
{
  PiscesPromptField             *field  = data;
  g_autofree gchar              *prompt = pisces_prompt_field_make_prompt (field);
  g_autoptr (PiscesPromptCheck)  check  = NULL;

  field->word_source = 0;
  check = field->word_check (prompt, field->word_check_data);

  pisces_word_marks_show (&field->marks, prompt, check);

  return G_SOURCE_REMOVE;
}

static void
on_prompt_changed (PiscesPromptField *field)
{
  gtk_widget_set_visible (field->prompt_hint,
                          gtk_text_buffer_get_char_count (field->prompt_buffer)
                          == 0);
  pisces_prompt_field_check_words (field);
  g_signal_emit (field, signals[CHANGED], 0);
}

static void
on_style_changed (PiscesPromptField *field)
{
  gint index = field->styles ? get_style_index (field) : -1;

  gtk_widget_set_tooltip_text (field->style, index < 0 ?
                               _("A style puts your words into a longer "
                                 "prompt") :
                               pisces_styles_get_template (field->styles,
                                                           index));
  if (! field->filling &&
      gtk_combo_box_get_active (GTK_COMBO_BOX (field->style)) >= 0)
    g_signal_emit (field, signals[CHANGED], 0);
  pisces_prompt_field_check_words (field);
}

static void
on_edit_styles (PiscesPromptField *field)
{
  g_signal_emit (field, signals[EDIT_STYLES], 0);
}

static gboolean
prompt_field_on_key (PiscesPromptField *field,
                     GdkEventKey       *event)
{
  g_autofree gchar *current = NULL;
  const gchar      *text;

  if ((event->state & gtk_accelerator_get_default_mod_mask ()) !=
      GDK_CONTROL_MASK ||
      (event->keyval != GDK_KEY_Up && event->keyval != GDK_KEY_Down))
    return FALSE;

  current = pisces_prompt_field_get_text (field);
  if (event->keyval == GDK_KEY_Up)
    text = pisces_prompt_walk_older (field->walk, current);
  else
    text = pisces_prompt_walk_newer (field->walk, current);

  if (text)
    pisces_prompt_field_set_text (field, text);
  else
    gtk_widget_error_bell (field->prompt_view);

  return TRUE;
}

static void
on_chosen (PiscesPromptField *field,
           const gchar       *prompt)
{
  pisces_prompt_field_replace_text (field, prompt);
  gtk_widget_grab_focus (field->prompt_view);
}

static void
prompt_field_on_message (PiscesPromptField *field,
                         const gchar       *sentence)
{
  g_signal_emit (field, signals[MESSAGE], 0, sentence);
}
