/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-text-field.c: one text about an image, written by the model or by a
 * person, with its length and a copy button.  A note says that the model wrote
 * the text, until a person changes it.  If the model replaces a text that a
 * person wrote, that one can be brought back.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-text-field.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

struct _PiscesTextField
{
  GtkBox         parent_instance;

  GtkWidget     *label;
  GtkWidget     *warning;
  GtkWidget     *count;
  GtkWidget     *view;
  GtkWidget     *note;
  GtkWidget     *bring_back;
  GtkWidget     *rewrite;
  GtkWidget     *copy;
  GtkTextBuffer *buffer;

  guint          target;         /* in characters; 0: none                  */
  guint          limit;          /* a warning is shown above this; 0: none  */
  gboolean       machine_made;
  gboolean       doubtful;       /* whether the model doubts its text       */
  gboolean       writing;        /* whether the program changes the text */
  gchar         *earlier;        /* (nullable): by a person, since replaced */
  gboolean       earlier_machine_made;
};

static void    pisces_text_field_finalize (GObject         *object);
static void    keep_what_a_person_wrote   (PiscesTextField *field);
static void    put_text                   (PiscesTextField *field,
                                           const gchar     *text);
static void    text_field_update          (PiscesTextField *field);
static gchar * count_to_words             (PiscesTextField *field,
                                           guint            n_characters);
static void    text_field_on_changed      (PiscesTextField *field);
static void    on_bring_back              (PiscesTextField *field);
static void    on_copy                    (PiscesTextField *field);

static void    on_rewrite                 (GSimpleAction   *action,
                                           GVariant        *parameter,
                                           gpointer         data);

static const GActionEntry actions[] =
{
  { "shorter", on_rewrite },
  { "longer",  on_rewrite },
  { "again",   on_rewrite },
};

static guint changed;
static guint rewrite_requested;

G_DEFINE_FINAL_TYPE (PiscesTextField, pisces_text_field, GTK_TYPE_BOX)

static void
pisces_text_field_class_init (PiscesTextFieldClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = pisces_text_field_finalize;

  changed =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  rewrite_requested =
    g_signal_new ("rewrite-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_INT);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-text-field.ui");
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, label);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, warning);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, count);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, view);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, note);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField,
                                        bring_back);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, rewrite);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, copy);
  gtk_widget_class_bind_template_child (widget_class, PiscesTextField, buffer);
  gtk_widget_class_bind_template_callback (widget_class, text_field_on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_bring_back);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
}

static void
pisces_text_field_init (PiscesTextField *field)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  gtk_widget_init_template (GTK_WIDGET (field));
  pisces_undo_add (field->view);

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions,
                                   G_N_ELEMENTS (actions), field);
  gtk_widget_insert_action_group (GTK_WIDGET (field), "field",
                                  G_ACTION_GROUP (group));

  text_field_update (field);
}

/**
 * pisces_text_field_set_words:
 * @label: what the text is, with a mnemonic.
 * @copy_label: the text of the copy button, with a mnemonic.
 * @copy_name: what a screen reader says for that button.
 * @bring_back_label: the text of the button that brings an earlier text back,
 *   with a mnemonic.
 */
void
pisces_text_field_set_words (PiscesTextField *field,
                             const gchar     *label,
                             const gchar     *copy_label,
                             const gchar     *copy_name,
                             const gchar     *bring_back_label)
{
  gtk_label_set_text_with_mnemonic (GTK_LABEL (field->label), label);
  gtk_button_set_label (GTK_BUTTON (field->copy), copy_label);
  gtk_button_set_label (GTK_BUTTON (field->bring_back), bring_back_label);
  pisces_ui_set_name (field->copy, copy_name);
  pisces_ui_set_name (field->view, gtk_label_get_text (GTK_LABEL (field->label)));
}

/**
 * pisces_text_field_set_rewrite:
 * @label: the text of the menu that asks the model for another text, with a
 *   mnemonic.
 * @name: what a screen reader says for it.
 */
void
pisces_text_field_set_rewrite (PiscesTextField *field,
                               const gchar     *label,
                               const gchar     *name)
{
  gtk_button_set_label (GTK_BUTTON (field->rewrite), label);
  pisces_ui_set_name (field->rewrite, name);
  gtk_widget_set_visible (field->rewrite, TRUE);
}

/**
 * pisces_text_field_set_can_rewrite:
 * @can_rewrite: whether there is a picture, and no job is running.
 */
void
pisces_text_field_set_can_rewrite (PiscesTextField *field,
                                   gboolean         can_rewrite)
{
  gtk_widget_set_sensitive (field->rewrite, can_rewrite);
}

/**
 * pisces_text_field_append:
 * @text: a sentence that the user wants to add to the text.
 */
void
pisces_text_field_append (PiscesTextField *field,
                          const gchar     *text)
{
  g_autofree gchar *present = pisces_text_field_get_text (field);
  g_autofree gchar *both    = NULL;

  both = *present ? g_strconcat (present, " ", text, NULL) : g_strdup (text);
  gtk_text_buffer_set_text (field->buffer, both, -1);
}

/**
 * pisces_text_field_set_limits:
 * @target: how many characters the text should have at most; 0: no target.
 * @limit: above how many characters it is too long; 0: no limit.
 */
void
pisces_text_field_set_limits (PiscesTextField *field,
                              guint            target,
                              guint            limit)
{
  field->target = target;
  field->limit  = limit;
  text_field_update (field);
}

/**
 * pisces_text_field_set_text:
 * @text: (nullable): %NULL means an empty text.
 * @machine_made: whether the model wrote it.  If so, a text by a person that
 *   it replaces can be brought back; if not, all earlier texts are forgotten.
 */
void
pisces_text_field_set_text (PiscesTextField *field,
                            const gchar     *text,
                            gboolean         machine_made)
{
  text = text ? text : "";

  if (machine_made)
    keep_what_a_person_wrote (field);
  else
    g_clear_pointer (&field->earlier, g_free);

  field->machine_made = machine_made && *text;
  field->doubtful     = FALSE;
  put_text (field, text);
}

/**
 * pisces_text_field_write:
 * @text: what the model wrote.
 * @doubtful: see pisces_text_field_set_doubtful().
 */
void
pisces_text_field_write (PiscesTextField *field,
                         const gchar     *text,
                         gboolean         doubtful)
{
  pisces_text_field_set_text (field, text, TRUE);
  pisces_text_field_set_doubtful (field, doubtful);
}

/**
 * pisces_text_field_set_doubtful:
 * @doubtful: whether the text is about a picture of a kind that the model does
 *   not know.  The field says so until a person changes the text or another
 *   text replaces it.
 */
void
pisces_text_field_set_doubtful (PiscesTextField *field,
                                gboolean         doubtful)
{
  field->doubtful = doubtful;
  text_field_update (field);
}

/**
 * pisces_text_field_get_doubtful:
 *
 * Returns: whether the text was written by the model, unchanged by a person,
 *   and is probably wrong.
 */
gboolean
pisces_text_field_get_doubtful (PiscesTextField *field)
{
  return field->doubtful && field->machine_made;
}

/**
 * pisces_text_field_get_text:
 *
 * Returns: (transfer full): the text without spaces at its ends.
 */
gchar *
pisces_text_field_get_text (PiscesTextField *field)
{
  return g_strstrip (pisces_ui_get_text (field->buffer));
}

gboolean
pisces_text_field_get_machine_made (PiscesTextField *field)
{
  return field->machine_made;
}

/**
 * pisces_text_field_stream:
 * @text_so_far: the whole text that the model has written so far.
 *
 * The text cannot be edited until pisces_text_field_end_stream().
 */
void
pisces_text_field_stream (PiscesTextField *field,
                          const gchar     *text_so_far)
{
  keep_what_a_person_wrote (field);

  field->machine_made = TRUE;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (field->view), FALSE);
  put_text (field, text_so_far);
}

void
pisces_text_field_end_stream (PiscesTextField *field)
{
  gtk_text_view_set_editable (GTK_TEXT_VIEW (field->view), TRUE);
}

static void
pisces_text_field_finalize (GObject *object)
{
  PiscesTextField *field = PISCES_TEXT_FIELD (object);

  g_free (field->earlier);

  G_OBJECT_CLASS (pisces_text_field_parent_class)->finalize (object);
}

static void
keep_what_a_person_wrote (PiscesTextField *field)
{
  g_autofree gchar *text = pisces_ui_get_text (field->buffer);

  if (field->machine_made || *text == '\0')
    return;

  g_free (field->earlier);
  field->earlier              = g_steal_pointer (&text);
  field->earlier_machine_made = FALSE;
}

static void
put_text (PiscesTextField *field,
          const gchar     *text)
{
  field->writing = TRUE;
  pisces_ui_put_text (field->buffer, text);
  field->writing = FALSE;

  text_field_update (field);
}

static void
text_field_update (PiscesTextField *field)
{
  guint             n     = gtk_text_buffer_get_char_count (field->buffer);
  g_autofree gchar *words = count_to_words (field, n);

  gtk_label_set_text (GTK_LABEL (field->count), words);
  gtk_widget_set_visible (field->warning, field->limit && n > field->limit);
  gtk_widget_set_sensitive (field->copy, n > 0);
  gtk_widget_set_visible (field->bring_back, field->earlier != NULL);

  /* The label is emptied, not hidden, so that nothing moves when the note
   * disappears.  */
  gtk_label_set_text (GTK_LABEL (field->note),
                      pisces_text_field_get_doubtful (field) ?
                      _("Probably wrong: the model does not know pictures "
                        "like this one. Please write the text again.") :
                      field->machine_made ?
                      _("Written by the model, may be wrong. Please check it.") :
                      "");
}

static gchar *
count_to_words (PiscesTextField *field,
                guint            n)
{
  if (field->limit && n > field->limit)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%u character, too long for many "
                                         "screen readers",
                                         "%u characters, too long for many "
                                         "screen readers", n),
                            n);

  if (field->target && n > field->target)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%u character, better at most %u",
                                         "%u characters, better at most %u", n),
                            n, field->target);

  if (field->target)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%u of %u character",
                                         "%u of %u characters", field->target),
                            n, field->target);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%u character", "%u characters", n),
                          n);
}

static void
text_field_on_changed (PiscesTextField *field)
{
  if (field->writing)
    return;

  field->machine_made = FALSE;
  text_field_update (field);
  g_signal_emit (field, changed, 0);
}

/* The two texts are swapped, so that trying this loses nothing.  */
static void
on_bring_back (PiscesTextField *field)
{
  g_autofree gchar *present              = pisces_ui_get_text (field->buffer);
  g_autofree gchar *earlier              = g_steal_pointer (&field->earlier);
  gboolean          present_machine_made = field->machine_made;

  field->machine_made = field->earlier_machine_made;
  put_text (field, earlier);

  field->earlier              = g_steal_pointer (&present);
  field->earlier_machine_made = present_machine_made;
  text_field_update (field);

  g_signal_emit (field, changed, 0);
}

static void
on_copy (PiscesTextField *field)
{
  g_autofree gchar *text = pisces_text_field_get_text (field);

  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (field),
                                                    GDK_SELECTION_CLIPBOARD),
                          text, -1);
}

static void
on_rewrite (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  const gchar *name   = g_action_get_name (G_ACTION (action));
  gint         change = 0;

  if (g_str_equal (name, "shorter"))
    change = -1;
  else if (g_str_equal (name, "longer"))
    change = 1;

  g_signal_emit (data, rewrite_requested, 0, change);
}
