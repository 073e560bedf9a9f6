/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-room.c: see text-room.h.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/text-room.h"

/* Text beyond this is ignored, because no model has a context for so much.  */
#define MAX_TEXT_BYTES (64 * 1024)

/* When a text must be cut, a gap between words is searched this far back.  Some
 * languages have no gaps.  */
#define MAX_WORD_BYTES 80

/* How much is shown of the text that is left out.  */
#define N_SHOWN_WORDS  5
#define MAX_SHOWN      60            /* characters */

typedef struct
{
  const PiscesTokenizer  *tokenizer;
  const gchar            *text;
  GCancellable           *cancellable;
  GError                **error;
} Counting;


static gsize end_of_word (const gchar *text,
                          gsize        n_bytes);
static gint  count_plain (gsize        n_bytes,
                          gpointer     user_data);


/*  public functions  */

/**
 * pisces_text_is_valid:
 * @text: what the user wrote.
 * @error: return location for an error.
 *
 * Returns: whether the text is UTF-8; if not, @error is set.
 */
gboolean
pisces_text_is_valid (const gchar  *text,
                      GError      **error)
{
  if (g_utf8_validate (text, -1, NULL))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("The text is not valid UTF-8. Save or type it again "
                         "as UTF-8."));
  return FALSE;
}

/**
 * pisces_text_as_line:
 * @text: valid UTF-8.
 * @n_bytes: (out): how much of the line is looked at; the rest is too long for
 *   any model.
 *
 * Returns: (transfer full): the text as one line, without white space at its end.
 */
gchar *
pisces_text_as_line (const gchar *text,
                     gsize       *n_bytes)
{
  gchar *line = g_strchomp (g_strdup (text));

  g_strdelimit (line, "\r\n\t", ' ');
  *n_bytes = strlen (line);
  if (*n_bytes > MAX_TEXT_BYTES)
    *n_bytes = g_utf8_find_prev_char (line, line + MAX_TEXT_BYTES) - line;

  return line;
}

/**
 * pisces_text_find_end:
 * @text: the text.
 * @n_bytes: only so many bytes of it may be used.
 * @max_tokens: the most tokens that the beginning may have.
 * @count: counts the tokens of the first bytes of @text.
 * @user_data: for @count.
 *
 * Returns: the number of bytes of the longest beginning that has at most
 *   @max_tokens tokens.  It ends after a whole word, unless there is no gap between
 *   words near its end.
 */
gsize
pisces_text_find_end (const gchar     *text,
                      gsize            n_bytes,
                      gint             max_tokens,
                      PiscesCountFunc  count,
                      gpointer         user_data)
{
  gsize fits = 0;
  gsize over = n_bytes;

  if (count (n_bytes, user_data) <= max_tokens)
    return end_of_word (text, n_bytes);

  while (TRUE)
    {
      gsize middle = fits + (over - fits) / 2;
      gint  n;

      while (middle > fits && (text[middle] & 0xc0) == 0x80)
        middle--;
      if (middle == fits)
        middle = g_utf8_next_char (text + fits) - text;
      if (middle >= over)
        return end_of_word (text, fits);

      n = count (middle, user_data);
      if (n < 0)
        return end_of_word (text, fits);
      if (n <= max_tokens)
        fits = middle;
      else
        over = middle;
    }
}

/**
 * pisces_text_first_words:
 * @text: the part of a text that is left out.
 *
 * Returns: (transfer full): its first words, to be shown to the user.
 */
gchar *
pisces_text_first_words (const gchar *text)
{
  g_auto (GStrv)    words  = NULL;
  g_autofree gchar *shown  = NULL;
  gboolean          is_all = TRUE;

  while (*text == ' ')
    text++;

  words = g_strsplit (text, " ", N_SHOWN_WORDS + 1);
  if (g_strv_length (words) > N_SHOWN_WORDS)
    {
      is_all = FALSE;
      g_clear_pointer (&words[N_SHOWN_WORDS], g_free);
    }
  shown = g_strjoinv (" ", words);

  if (g_utf8_strlen (shown, -1) > MAX_SHOWN)
    {
      *g_utf8_offset_to_pointer (shown, MAX_SHOWN) = '\0';
      is_all = FALSE;
    }

  return g_strconcat (g_strchomp (shown), is_all ? "" : "…", NULL);
}

/**
 * pisces_unread_text_check:
 * @text: a text that the tokenizer cannot read.
 * @max_tokens: the most tokens that the model can take in.
 *
 * Returns: (transfer full): a check that complains about nothing, because the job
 *   will report that the text cannot be read.
 */
PiscesPromptCheck *
pisces_unread_text_check (const gchar *text,
                          gint         max_tokens)
{
  PiscesPromptCheck *check = g_new0 (PiscesPromptCheck, 1);

  check->unknown_words = g_new0 (gchar *, 1);
  check->mended_words  = g_new0 (gchar *, 1);
  check->n_bytes       = strlen (text);
  check->max_tokens    = max_tokens;

  return check;
}

/**
 * pisces_prompt_check_warn:
 * @check: what the model takes in of a text.
 * @warnings: (element-type utf8): the check's sentences are appended.
 */
void
pisces_prompt_check_warn (const PiscesPromptCheck *check,
                          GPtrArray               *warnings)
{
  g_auto (GStrv) sentences = pisces_prompt_check_get_sentences (check);

  for (guint i = 0; sentences[i]; i++)
    g_ptr_array_add (warnings, g_strdup (sentences[i]));
}

/**
 * pisces_open_text_check:
 * @tokenizer: the tokenizer of a model with an open vocabulary, which accepts any
 *   word.
 * @text: what the user wrote.
 * @max_tokens: the most tokens that the model can take in.
 * @cancellable: (nullable): ends the work when it is cancelled.
 * @clean: (out) (transfer full): the text as one line, without white space at its
 *   ends, and cut if it is too long; %NULL after an error.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): which part of the text the model takes in;
 *   %NULL with @error set if the text is not UTF-8, or the tokenizer cannot read
 *   it.
 */
PiscesPromptCheck *
pisces_open_text_check (const PiscesTokenizer  *tokenizer,
                        const gchar            *text,
                        gint                    max_tokens,
                        GCancellable           *cancellable,
                        gchar                 **clean,
                        GError                **error)
{
  g_autoptr (PiscesPromptCheck) check   = g_new0 (PiscesPromptCheck, 1);
  g_autofree gchar             *line    = NULL;
  g_autoptr (GError)            failure = NULL;
  Counting                      counting;
  gsize                         n_bytes;
  gint                          n_tokens;

  *clean = NULL;
  if (! pisces_text_is_valid (text, error))
    return NULL;

  line     = pisces_text_as_line (text, &n_bytes);
  counting = (Counting) { tokenizer, line, cancellable, &failure };
  n_tokens = count_plain (n_bytes, &counting);
  if (n_tokens > max_tokens || line[n_bytes])
    {
      n_bytes  = pisces_text_find_end (line, n_bytes, max_tokens, count_plain, &counting);
      n_tokens = count_plain (n_bytes, &counting);
      check->left_out = pisces_text_first_words (line + n_bytes);
    }
  if (n_tokens < 0)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  check->n_tokens      = n_tokens;
  check->max_tokens    = max_tokens;
  check->n_bytes       = n_bytes;
  check->unknown_words = g_new0 (gchar *, 1);
  check->mended_words  = g_new0 (gchar *, 1);
  *clean = g_strstrip (g_strndup (line, n_bytes));

  return g_steal_pointer (&check);
}

/**
 * pisces_open_text_clean:
 * @warnings: (element-type utf8): gets a sentence if the text was cut.
 *
 * The same as pisces_open_text_check(), for a job.
 *
 * Returns: (transfer full) (nullable): the text as the model takes it in; %NULL with
 *   @error set.
 */
gchar *
pisces_open_text_clean (const PiscesTokenizer  *tokenizer,
                        const gchar            *text,
                        gint                    max_tokens,
                        GCancellable           *cancellable,
                        GPtrArray              *warnings,
                        GError                **error)
{
  g_autoptr (PiscesPromptCheck)  check = NULL;
  gchar                         *clean = NULL;

  check = pisces_open_text_check (tokenizer, text, max_tokens, cancellable, &clean, error);
  if (check == NULL)
    return NULL;

  pisces_prompt_check_warn (check, warnings);

  return clean;
}

/**
 * pisces_open_text_judge:
 *
 * The same as pisces_open_text_check(), while the user is writing: any text gets a
 * check, and the job will report what is wrong with it.
 */
PiscesPromptCheck *
pisces_open_text_judge (const PiscesTokenizer *tokenizer,
                        const gchar           *text,
                        gint                   max_tokens)
{
  g_autofree gchar  *valid = g_utf8_make_valid (text, -1);
  g_autofree gchar  *clean = NULL;
  PiscesPromptCheck *check;

  check = pisces_open_text_check (tokenizer, valid, max_tokens, NULL, &clean, NULL);

  return check ? check : pisces_unread_text_check (text, max_tokens);
}


/*  private functions  */

/* Returns where the last whole word ends, or the end of the text if there is no
 * gap between words near it.  */
static gsize
end_of_word (const gchar *text,
             gsize        n_bytes)
{
  gsize end = n_bytes;

  while (end > 0 && n_bytes - end < MAX_WORD_BYTES &&
         text[end] != '\0' && text[end] != ' ')
    end--;

  if (end == 0 || (text[end] != '\0' && text[end] != ' '))
    return n_bytes;

  while (end > 0 && text[end - 1] == ' ')
    end--;

  return end;
}

static gint
count_plain (gsize    n_bytes,
             gpointer user_data)
{
  Counting          *counting = user_data;
  g_autofree gchar  *part     = g_strstrip (g_strndup (counting->text, n_bytes));
  g_autoptr (GArray) ids      = g_array_new (FALSE, FALSE, sizeof (gint32));

  if (*counting->error ||
      ! pisces_tokenizer_encode_plain (counting->tokenizer, part, ids, counting->cancellable,
                                       counting->error))
    return -1;

  return ids->len;
}
