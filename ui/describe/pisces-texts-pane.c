/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-texts-pane.c: the short and the long text of an image.  The two
 * fields show one language; the texts of the others wait in a list, edited or
 * as they are in the image, and are saved with it.
 *
 * Longer than 500 lines, as both texts, their languages and the saving share
 * one state.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-drafts-popover.h"
#include "ui/describe/pisces-texts-pane.h"
#include "ui/widgets/pisces-doubt-question.h"
#include "ui/widgets/pisces-language-combo.h"
#include "ui/widgets/pisces-text-field.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

/* Screen readers read an alternative text without a pause: the usual advice is
 * 125 characters, and some cut off what is longer than 250.
 */
#define SHORT_TARGET 125
#define SHORT_LIMIT  250

enum
{
  CHANGED,
  REWRITE_REQUESTED,
  SAVE_REQUESTED,
  DECORATIVE_REQUESTED,
  USE_AS_PROMPT,
  USE_DRAFT,
  DELETE_DRAFT,
  N_SIGNALS
};

struct _PiscesTextsPane
{
  GtkBox     parent_instance;

  GtkWidget *language;
  GtkWidget *decorative;
  GtkWidget *short_field;
  GtkWidget *long_field;
  GtkWidget *keywords;
  GtkWidget *saved;
  GtkWidget *kept;
  GtkWidget *popover;
  GtkWidget *use_as_prompt;
  GtkWidget *save;

  GtkWidget *question;    /* whether to save; NULL while it is not asked    */
  GPtrArray *texts;       /* PiscesAltText; the fields may be newer         */
  GPtrArray *in_image;    /* PiscesAltText, as the image has them           */
  gchar     *shown;       /* the language that the fields show              */
  gboolean   filling;     /* whether the program changes the widgets        */
  gboolean   can_save;    /* whether the image is open                      */
  gboolean   can_rewrite; /* whether it also has pixels to describe         */
  gboolean   running;
};

static void            pisces_texts_pane_dispose  (GObject         *object);
static void            pisces_texts_pane_finalize (GObject         *object);
static PiscesAltText * keep_shown                 (PiscesTextsPane *pane);
static void            show_language              (PiscesTextsPane *pane);
static void            fill_languages             (PiscesTextsPane *pane);
static void            mark_changed               (PiscesTextsPane *pane);
static void            texts_pane_update          (PiscesTextsPane *pane);
static void            texts_pane_on_language     (PiscesTextsPane *pane);
static void            on_decorative              (PiscesTextsPane *pane);
static void            on_rewrite_short           (PiscesTextsPane *pane,
                                                   gint             change);
static void            on_rewrite_long            (PiscesTextsPane *pane,
                                                   gint             change);
static void            texts_pane_on_save         (PiscesTextsPane *pane);
static void            on_doubt_answer            (PiscesTextsPane *pane,
                                                   gint             response);
static void            texts_pane_save            (PiscesTextsPane *pane);
static void            on_use_as_prompt           (PiscesTextsPane *pane);
static void            on_use_draft               (PiscesTextsPane  *pane,
                                                   gpointer          draft);
static void            on_delete_draft            (PiscesTextsPane  *pane,
                                                   gpointer          draft);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesTextsPane, pisces_texts_pane, GTK_TYPE_BOX)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesTextsPane, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_texts_pane_class_init (PiscesTextsPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose  = pisces_texts_pane_dispose;
  G_OBJECT_CLASS (class)->finalize = pisces_texts_pane_finalize;

  signals[CHANGED]              = SIGNAL ("changed", 0);
  signals[REWRITE_REQUESTED]    = SIGNAL ("rewrite-requested",
                                          2, G_TYPE_UINT, G_TYPE_INT);
  signals[SAVE_REQUESTED]       = SIGNAL ("save-requested",
                                          1, G_TYPE_PTR_ARRAY);
  signals[DECORATIVE_REQUESTED] = SIGNAL ("decorative-requested",
                                          1, G_TYPE_BOOLEAN);
  signals[USE_AS_PROMPT]        = SIGNAL ("use-as-prompt", 1, G_TYPE_STRING);
  signals[USE_DRAFT]            = SIGNAL ("use-draft", 1, G_TYPE_POINTER);
  signals[DELETE_DRAFT]         = SIGNAL ("delete-draft", 1, G_TYPE_POINTER);

  g_type_ensure (PISCES_TYPE_KEYWORDS_FIELD);
  g_type_ensure (PISCES_TYPE_TEXT_FIELD);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-texts-pane.ui");
  BIND (language);
  BIND (decorative);
  BIND (short_field);
  BIND (long_field);
  BIND (keywords);
  BIND (saved);
  BIND (kept);
  BIND (use_as_prompt);
  BIND (save);
  CALLBACK (mark_changed);
  CALLBACK (texts_pane_on_language);
  CALLBACK (on_decorative);
  CALLBACK (on_rewrite_short);
  CALLBACK (on_rewrite_long);
  CALLBACK (texts_pane_on_save);
  CALLBACK (on_use_as_prompt);
}

static void
pisces_texts_pane_init (PiscesTextsPane *pane)
{
  PiscesTextField *field;

  pane->texts    = pisces_alt_texts_new ();
  pane->in_image = pisces_alt_texts_new ();
  pane->shown = g_strdup (PISCES_ALT_TEXT_DEFAULT);
  gtk_widget_init_template (GTK_WIDGET (pane));

  field = PISCES_TEXT_FIELD (pane->short_field);
  pisces_text_field_set_words (field, _("Short alt _text"),
                               _("_Copy"), _("Copy the short alt text"),
                               _("_Bring Back My Text"));
  pisces_text_field_set_rewrite (field, _("Re_write"),
                                 _("Rewrite the short alt text"));
  pisces_text_field_set_limits (field, SHORT_TARGET, SHORT_LIMIT);

  field = PISCES_TEXT_FIELD (pane->long_field);
  pisces_text_field_set_words (field, _("_Long description"),
                               _("C_opy"), _("Copy the long description"),
                               _("Bri_ng Back My Text"));
  pisces_text_field_set_rewrite (field, _("_Rewrite"),
                                 _("Rewrite the long description"));

  pane->popover = pisces_drafts_popover_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (pane->kept), pane->popover);
  g_signal_connect_swapped (pane->popover, "use", G_CALLBACK (on_use_draft), pane);
  g_signal_connect_swapped (pane->popover, "delete", G_CALLBACK (on_delete_draft), pane);

  fill_languages (pane);
  texts_pane_update (pane);
}

static void
pisces_texts_pane_dispose (GObject *object)
{
  PiscesTextsPane *pane = PISCES_TEXTS_PANE (object);

  g_clear_pointer (&pane->question, gtk_widget_destroy);

  G_OBJECT_CLASS (pisces_texts_pane_parent_class)->dispose (object);
}

static void
pisces_texts_pane_finalize (GObject *object)
{
  PiscesTextsPane *pane = PISCES_TEXTS_PANE (object);

  g_ptr_array_unref (pane->texts);
  g_ptr_array_unref (pane->in_image);
  g_free (pane->shown);

  G_OBJECT_CLASS (pisces_texts_pane_parent_class)->finalize (object);
}

/**
 * pisces_texts_pane_set_saved_texts:
 * @texts: (element-type PiscesAltText): the texts that the image has;
 *   everything that the pane had before is forgotten.
 * @decorative: whether the image is marked as decoration.
 *
 * Keeps showing the same language if the image has it.  If not, shows the
 * default language, or else the first that the image has.
 */
void
pisces_texts_pane_set_saved_texts (PiscesTextsPane *pane,
                                   GPtrArray       *texts,
                                   gboolean         decorative)
{
  const gchar *language = pane->shown;

  g_ptr_array_unref (pane->texts);
  pane->texts = pisces_alt_texts_copy (texts);
  pisces_texts_pane_set_in_image (pane, texts);

  if (texts->len > 0 && ! pisces_alt_texts_get (pane->texts, language))
    language = ((PiscesAltText *) texts->pdata[0])->language;
  if (! pisces_alt_texts_get (pane->texts, pane->shown) &&
      pisces_alt_texts_get (pane->texts, PISCES_ALT_TEXT_DEFAULT))
    language = PISCES_ALT_TEXT_DEFAULT;
  if (language != pane->shown)
    {
      g_free (pane->shown);
      pane->shown = g_strdup (language);
    }

  pane->filling = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pane->decorative),
                                decorative);
  pane->filling = FALSE;

  fill_languages (pane);
  show_language (pane);
  gtk_label_set_text (GTK_LABEL (pane->saved), "");
}

/**
 * pisces_texts_pane_set_in_image:
 * @texts: (element-type PiscesAltText): the texts that the image has now.
 *   What is in the pane stays, and counts as unsaved where it differs from
 *   them.
 */
void
pisces_texts_pane_set_in_image (PiscesTextsPane *pane,
                                GPtrArray       *texts)
{
  GPtrArray *copy = pisces_alt_texts_copy (texts);

  g_ptr_array_unref (pane->in_image);
  pane->in_image = copy;
}

/**
 * pisces_texts_pane_see_image:
 * @texts: (element-type PiscesAltText): the texts that the image has now; an
 *   undo, or another program, may have changed them.
 */
void
pisces_texts_pane_see_image (PiscesTextsPane *pane,
                             GPtrArray       *texts)
{
  keep_shown (pane);
  if (! pisces_alt_texts_follow (pane->texts, pane->in_image, texts))
    return;

  pisces_texts_pane_set_in_image (pane, texts);
  fill_languages (pane);
  show_language (pane);
  mark_changed (pane);
}

/**
 * pisces_texts_pane_restore:
 * @texts: (element-type PiscesAltText): unsaved texts.  Each replaces the text
 *   that the pane has in its language.
 *
 * Shows one of these languages.
 */
void
pisces_texts_pane_restore (PiscesTextsPane *pane,
                           GPtrArray       *texts)
{
  keep_shown (pane);
  for (guint i = 0; i < texts->len; i++)
    pisces_alt_texts_add_copy (pane->texts, texts->pdata[i]);

  if (texts->len > 0 && ! pisces_alt_texts_get (texts, pane->shown))
    {
      g_free (pane->shown);
      pane->shown = g_strdup (((PiscesAltText *) texts->pdata[0])->language);
    }

  fill_languages (pane);
  show_language (pane);
  gtk_label_set_text (GTK_LABEL (pane->saved), "");
  g_signal_emit (pane, signals[CHANGED], 0);
}

/**
 * pisces_texts_pane_write:
 * @short_text: (nullable): what the model wrote; %NULL leaves the text as it
 *   is.
 * @long_text: (nullable): the same.
 * @doubtful: whether the model says that it does not know such pictures.
 */
void
pisces_texts_pane_write (PiscesTextsPane *pane,
                         const gchar     *short_text,
                         const gchar     *long_text,
                         gboolean         doubtful)
{
  if (short_text)
    pisces_text_field_write (PISCES_TEXT_FIELD (pane->short_field), short_text,
                             doubtful);
  if (long_text)
    pisces_text_field_write (PISCES_TEXT_FIELD (pane->long_field), long_text,
                             doubtful);

  mark_changed (pane);
}

/**
 * pisces_texts_pane_stream:
 * @index: 0: the short text; 1: the long one.
 * @text: the whole text written so far.
 * @doubtful: see pisces_texts_pane_write().
 */
void
pisces_texts_pane_stream (PiscesTextsPane *pane,
                          guint            index,
                          const gchar     *text,
                          gboolean         doubtful)
{
  PiscesTextField *field = PISCES_TEXT_FIELD (index == 0 ? pane->short_field :
                                                           pane->long_field);

  pisces_text_field_stream (field, text);
  pisces_text_field_set_doubtful (field, doubtful);
  mark_changed (pane);
}

void
pisces_texts_pane_end_stream (PiscesTextsPane *pane)
{
  pisces_text_field_end_stream (PISCES_TEXT_FIELD (pane->short_field));
  pisces_text_field_end_stream (PISCES_TEXT_FIELD (pane->long_field));
}

/* The user wants @text added to the long description.  */
void
pisces_texts_pane_append (PiscesTextsPane *pane,
                          const gchar     *text)
{
  pisces_text_field_append (PISCES_TEXT_FIELD (pane->long_field), text);
}

/**
 * pisces_texts_pane_get_text:
 *
 * Returns: (transfer full): the text as the field shows it.
 */
gchar *
pisces_texts_pane_get_text (PiscesTextsPane     *pane,
                            PiscesDescribeFlags  which)
{
  return pisces_text_field_get_text (
    PISCES_TEXT_FIELD (which == PISCES_DESCRIBE_SHORT ? pane->short_field :
                                                        pane->long_field));
}

void
pisces_texts_pane_set_usable (PiscesTextsPane *pane,
                              gboolean         can_save,
                              gboolean         can_rewrite,
                              gboolean         running)
{
  pane->can_save    = can_save;
  pane->can_rewrite = can_rewrite;
  pane->running     = running;
  texts_pane_update (pane);
}

/* The texts of "save-requested" are in the image now.  */
void
pisces_texts_pane_set_saved (PiscesTextsPane *pane)
{
  keep_shown (pane);
  pisces_texts_pane_set_in_image (pane, pane->texts);

  gtk_label_set_text (GTK_LABEL (pane->saved), _("Saved in the image."));
  texts_pane_update (pane);
}

/**
 * pisces_texts_pane_get_unsaved:
 *
 * Returns: (transfer full) (element-type PiscesAltText): the texts that differ
 *   from the image's; an empty one is to be removed from the image.
 */
GPtrArray *
pisces_texts_pane_get_unsaved (PiscesTextsPane *pane)
{
  keep_shown (pane);

  return pisces_alt_texts_differ (pane->texts, pane->in_image);
}

/* Returns (transfer none) the language that the fields show.  */
const gchar *
pisces_texts_pane_get_language (PiscesTextsPane *pane)
{
  return pane->shown;
}

/* Returns (transfer none) the field with the image's keywords.  */
PiscesKeywordsField *
pisces_texts_pane_get_keywords (PiscesTextsPane *pane)
{
  return PISCES_KEYWORDS_FIELD (pane->keywords);
}

/* A decorative image is to have no texts at all.  */
gboolean
pisces_texts_pane_get_decorative (PiscesTextsPane *pane)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (pane->decorative));
}

/* Goes back to the texts that the image has.  */
void
pisces_texts_pane_discard (PiscesTextsPane *pane)
{
  g_ptr_array_unref (pane->texts);
  pane->texts = pisces_alt_texts_copy (pane->in_image);
  fill_languages (pane);
  show_language (pane);
  pisces_keywords_field_discard (PISCES_KEYWORDS_FIELD (pane->keywords));
  g_signal_emit (pane, signals[CHANGED], 0);
}

/* Does what the Save button does.  */
void
pisces_texts_pane_save (PiscesTextsPane *pane)
{
  texts_pane_on_save (pane);
}

/**
 * pisces_texts_pane_set_drafts:
 * @drafts: the pane offers the drafts that no window shows.
 */
void
pisces_texts_pane_set_drafts (PiscesTextsPane  *pane,
                              PiscesTextDrafts *drafts)
{
  pisces_drafts_popover_set_drafts (PISCES_DRAFTS_POPOVER (pane->popover), drafts);
}

/* Copies the fields into the list.  */
static PiscesAltText *
keep_shown (PiscesTextsPane *pane)
{
  PiscesTextField  *short_field = PISCES_TEXT_FIELD (pane->short_field);
  PiscesTextField  *long_field  = PISCES_TEXT_FIELD (pane->long_field);
  g_autofree gchar *short_text  = pisces_text_field_get_text (short_field);
  g_autofree gchar *long_text   = pisces_text_field_get_text (long_field);
  PiscesAltText    *text;

  text = pisces_alt_texts_add (pane->texts, pane->shown, short_text, long_text);
  text->short_machine_made = pisces_text_field_get_machine_made (short_field);
  text->long_machine_made  = pisces_text_field_get_machine_made (long_field);
  text->short_doubtful     = pisces_text_field_get_doubtful (short_field);
  text->long_doubtful      = pisces_text_field_get_doubtful (long_field);

  return text;
}

/* Copies the list into the fields.  The undo steps are cleared, because they
 * belong to another language's text.  */
static void
show_language (PiscesTextsPane *pane)
{
  PiscesTextField     *short_field = PISCES_TEXT_FIELD (pane->short_field);
  PiscesTextField     *long_field  = PISCES_TEXT_FIELD (pane->long_field);
  const PiscesAltText *text        = pisces_alt_texts_get (pane->texts, pane->shown);

  pisces_text_field_set_text (short_field, NULL, FALSE);
  pisces_text_field_set_text (long_field,  NULL, FALSE);
  if (text)
    {
      pisces_text_field_set_text (short_field, text->short_text,
                                  text->short_machine_made);
      pisces_text_field_set_text (long_field, text->long_text,
                                  text->long_machine_made);
      pisces_text_field_set_doubtful (short_field, text->short_doubtful);
      pisces_text_field_set_doubtful (long_field, text->long_doubtful);
    }
  pisces_undo_forget (GTK_WIDGET (pane));

  texts_pane_update (pane);
}

static void
fill_languages (PiscesTextsPane *pane)
{
  pane->filling = TRUE;
  pisces_language_combo_fill (GTK_COMBO_BOX_TEXT (pane->language), pane->texts,
                              pane->in_image);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (pane->language), pane->shown);
  pane->filling = FALSE;
}

static void
mark_changed (PiscesTextsPane *pane)
{
  gtk_label_set_text (GTK_LABEL (pane->saved), "");
  texts_pane_update (pane);
  g_signal_emit (pane, signals[CHANGED], 0);
}

static void
texts_pane_update (PiscesTextsPane *pane)
{
  g_autofree gchar *short_text = pisces_texts_pane_get_text (pane, PISCES_DESCRIBE_SHORT);
  g_autofree gchar *long_text  = pisces_texts_pane_get_text (pane, PISCES_DESCRIBE_LONG);
  gboolean          decorative = pisces_texts_pane_get_decorative (pane);

  gtk_widget_set_sensitive (pane->short_field, ! decorative);
  gtk_widget_set_sensitive (pane->long_field,  ! decorative);
  gtk_widget_set_sensitive (pane->keywords,    ! decorative);
  gtk_widget_set_sensitive (pane->language,    ! decorative && ! pane->running);
  gtk_widget_set_sensitive (pane->decorative,  pane->can_save && ! pane->running);
  gtk_widget_set_sensitive (pane->save,        pane->can_save &&
                                               ! pane->running && ! decorative);
  gtk_widget_set_sensitive (pane->use_as_prompt, *short_text || *long_text);
  pisces_text_field_set_can_rewrite (PISCES_TEXT_FIELD (pane->short_field),
                                     pane->can_rewrite && ! pane->running);
  pisces_text_field_set_can_rewrite (PISCES_TEXT_FIELD (pane->long_field),
                                     pane->can_rewrite && ! pane->running);
}

static void
texts_pane_on_language (PiscesTextsPane *pane)
{
  const gchar *language = gtk_combo_box_get_active_id (GTK_COMBO_BOX (pane->language));

  if (pane->filling || ! language)
    return;

  keep_shown (pane);
  g_free (pane->shown);
  pane->shown = g_strdup (language);
  show_language (pane);
}

static void
on_decorative (PiscesTextsPane *pane)
{
  texts_pane_update (pane);
  if (! pane->filling)
    g_signal_emit (pane, signals[DECORATIVE_REQUESTED], 0,
                   pisces_texts_pane_get_decorative (pane));
}

static void
on_rewrite_short (PiscesTextsPane *pane,
                  gint             change)
{
  g_signal_emit (pane, signals[REWRITE_REQUESTED], 0, (guint) PISCES_DESCRIBE_SHORT, change);
}

static void
on_rewrite_long (PiscesTextsPane *pane,
                 gint             change)
{
  g_signal_emit (pane, signals[REWRITE_REQUESTED], 0, (guint) PISCES_DESCRIBE_LONG, change);
}

/* Texts that the model itself doubts are saved only after a question.  */
static void
texts_pane_on_save (PiscesTextsPane *pane)
{
  g_autoptr (GPtrArray) unsaved    = pisces_texts_pane_get_unsaved (pane);
  guint                 n_doubtful = pisces_alt_texts_count_doubtful (unsaved);

  n_doubtful += pisces_keywords_field_get_doubtful (PISCES_KEYWORDS_FIELD (pane->keywords));
  if (n_doubtful == 0)
    {
      texts_pane_save (pane);
    }
  else if (! pane->question)
    {
      pane->question = pisces_doubt_question_new (
        GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (pane))), n_doubtful, 0);
      g_signal_connect_swapped (pane->question, "response",
                                G_CALLBACK (on_doubt_answer), pane);
      gtk_window_present (GTK_WINDOW (pane->question));
    }
}

static void
on_doubt_answer (PiscesTextsPane *pane,
                 gint             response)
{
  g_clear_pointer (&pane->question, gtk_widget_destroy);

  if (response == PISCES_DOUBT_SAVE_ALL)
    texts_pane_save (pane);
}

/* If nothing has changed, the shown language is saved all the same, so that
 * pressing the button always has an effect that the user sees.  */
static void
texts_pane_save (PiscesTextsPane *pane)
{
  g_autoptr (GPtrArray) unsaved = pisces_texts_pane_get_unsaved (pane);

  if (unsaved->len == 0)
    pisces_alt_texts_add_copy (unsaved, keep_shown (pane));

  g_signal_emit (pane, signals[SAVE_REQUESTED], 0, unsaved);
}

static void
on_use_as_prompt (PiscesTextsPane *pane)
{
  g_autofree gchar *short_text = pisces_texts_pane_get_text (pane, PISCES_DESCRIBE_SHORT);
  g_autofree gchar *long_text  = pisces_texts_pane_get_text (pane, PISCES_DESCRIBE_LONG);

  g_signal_emit (pane, signals[USE_AS_PROMPT], 0, *long_text ? long_text : short_text);
}

static void
on_use_draft (PiscesTextsPane *pane,
              gpointer         draft)
{
  g_signal_emit (pane, signals[USE_DRAFT], 0, draft);
}

static void
on_delete_draft (PiscesTextsPane *pane,
                 gpointer         draft)
{
  g_signal_emit (pane, signals[DELETE_DRAFT], 0, draft);
}
