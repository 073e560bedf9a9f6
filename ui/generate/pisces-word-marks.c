/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-word-marks.c: marks in a prompt what the model does not understand:
 * unknown words are underlined, what is too long is struck out, and a line
 * below explains both.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-word-marks.h"
#include "ui/widgets/pisces-ui.h"

static void underline  (GtkTextBuffer           *buffer,
                        GtkTextTag              *tag,
                        const gchar             *word);
static void strike_out (GtkTextBuffer           *buffer,
                        GtkTextTag              *tag,
                        const gchar             *prompt,
                        gsize                    n_bytes);
static void say        (GtkWidget               *label,
                        const PiscesPromptCheck *check);


/*  public functions  */

/**
 * pisces_word_marks_init:
 * @marks: (out): the marks; they are valid as long as the buffer and the label
 *   exist.
 * @buffer: the text buffer of the prompt; two tags are added to it.
 * @label: shows the explanation; it is hidden if there is none.
 */
void
pisces_word_marks_init (PiscesWordMarks *marks,
                        GtkTextBuffer   *buffer,
                        GtkWidget       *label)
{
  marks->buffer   = buffer;
  marks->label    = label;
  marks->unknown  = gtk_text_buffer_create_tag (buffer, "unknown", "underline",
                                                PANGO_UNDERLINE_ERROR, NULL);
  marks->left_out = gtk_text_buffer_create_tag (buffer, "left-out",
                                                "strikethrough", TRUE, NULL);
}

/**
 * pisces_word_marks_show:
 * @prompt: the prompt that @check is about: the text of the buffer, with what
 *   a style has added before and after it.
 * @check: (nullable): how the model understands it; %NULL while that is not
 *   known.
 */
void
pisces_word_marks_show (PiscesWordMarks         *marks,
                        const gchar             *prompt,
                        const PiscesPromptCheck *check)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (marks->buffer, &start, &end);
  gtk_text_buffer_remove_tag (marks->buffer, marks->unknown, &start, &end);
  gtk_text_buffer_remove_tag (marks->buffer, marks->left_out, &start, &end);

  for (guint i = 0; check && check->unknown_words[i]; i++)
    underline (marks->buffer, marks->unknown, check->unknown_words[i]);
  if (check && check->left_out)
    strike_out (marks->buffer, marks->left_out, prompt, check->n_bytes);
  say (marks->label, check);
}


/*  private functions  */

static void
underline (GtkTextBuffer *buffer,
           GtkTextTag    *tag,
           const gchar   *word)
{
  GtkTextIter from, start, end;

  if (*word == '\0')
    return;

  gtk_text_buffer_get_start_iter (buffer, &from);
  while (gtk_text_iter_forward_search (&from, word,
                                       GTK_TEXT_SEARCH_CASE_INSENSITIVE |
                                       GTK_TEXT_SEARCH_TEXT_ONLY,
                                       &start, &end, NULL))
    {
      GtkTextIter after = end;

      if (! gtk_text_iter_inside_word (&start) ||
          (gtk_text_iter_starts_word (&start) && gtk_text_iter_ends_word (&after)))
        gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
      from = end;
    }
}

/* Strikes out what comes after the first @n_bytes of the prompt.  A style may
 * have added words before and after; only the user's own are marked.
 */
static void
strike_out (GtkTextBuffer *buffer,
            GtkTextTag    *tag,
            const gchar   *prompt,
            gsize          n_bytes)
{
  g_autofree gchar *text   = pisces_ui_get_text (buffer);
  g_autofree gchar *words  = g_strstrip (g_strdup (text));
  const gchar      *found  = strstr (prompt, words);
  const gchar      *begin  = strstr (text, words);
  gsize             before = found ? found - prompt : 0;
  gsize             read   = n_bytes > before ? n_bytes - before : 0;
  GtkTextIter       start, end;

  if (read >= strlen (words))
    return;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_iter_set_offset (&start,
                            g_utf8_pointer_to_offset (text, begin + read));
  gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
}

static void
say (GtkWidget               *label,
     const PiscesPromptCheck *check)
{
  g_autoptr (GString) sentences = g_string_new (NULL);
  guint               n         = check ? g_strv_length (check->unknown_words) : 0;

  /* Says nothing while the user has only begun to write: "a red" does not name
   * a thing yet either.  */
  if (n > 0 && check->refusal)
    {
      g_string_append (sentences, check->refusal);
    }
  else if (n > 0)
    {
      /* Translators: between words. */
      g_autofree gchar *list = g_strjoinv (C_("list of words", ", "),
                                           check->unknown_words);

      g_string_append_printf (sentences,
                              g_dngettext (GETTEXT_PACKAGE,
                                           "The model does not know this "
                                           "word and leaves it out: %s",
                                           "The model does not know these "
                                           "words and leaves them out: %s",
                                           n), list);
    }

  if (check && check->left_out)
    {
      if (sentences->len > 0)
        g_string_append_c (sentences, '\n');
      /* Translators: the words with which the rest of the prompt begins.  */
      g_string_append_printf (sentences,
                              _("The prompt is longer than the model can take "
                                "in. Everything from “%s” on is left out."),
                              check->left_out);
    }

  gtk_label_set_text (GTK_LABEL (label), sentences->str);
  gtk_widget_set_visible (label, sentences->len > 0);
}
