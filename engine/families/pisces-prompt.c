/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a task and the user's words to the rows of the language model's input.
 * A prompt is a list of token ids in which PROMPT_IMAGE_ROW stands for a row
 * that comes from the vision encoder.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/pisces-model.h"

/* More text than this is not looked at: no model's context holds it.  */
#define MAX_TEXT_BYTES (64 * 1024)

/* Keeps the cache small where a model was trained for 128 k positions.  */
#define MAX_TEXT_TOKENS 1024

static void     append_template (PiscesModel  *model,
                                 GArray       *rows,
                                 const gchar  *text);
static void     append_text     (PiscesModel  *model,
                                 GArray       *rows,
                                 const gchar  *text);
static void     drop_unknown    (PiscesModel  *model,
                                 GString      *text,
                                 PiscesJob    *job);
static gboolean cut_to_fit      (PiscesModel  *model,
                                 GString      *text,
                                 PiscesJob    *job,
                                 GError      **error);


/*  public functions  */

/**
 * pisces_prompt_new:
 * @model: the model.
 * @template: the task.
 * @n_image_rows: rows that `{image}` stands for.
 * @text: (nullable): the user's words, as pisces_prompt_clean_text() gave
 *   them.
 * @plan: (nullable): the plan.
 *
 * Special tokens are recognised in the template alone: what the user writes
 * is only ever text.  Where something cannot be read the job has failed.
 *
 * Returns: (transfer full): gint32 rows, at least one.
 */
GArray *
pisces_prompt_new (PiscesModel *model,
                   Template     template,
                   gint         n_image_rows,
                   const gchar *text,
                   const gchar *plan)
{
  GArray      *rows = g_array_new (FALSE, FALSE, sizeof (gint32));
  const gchar *rest = model->settings.templates[template];

  while (*rest)
    {
      gsize             literal = strcspn (rest, "{");
      g_autofree gchar *head    = g_strndup (rest, literal);

      append_template (model, rows, head);
      rest += literal;

      if (g_str_has_prefix (rest, "{image}"))
        {
          gint32 row = PROMPT_IMAGE_ROW;

          for (gint i = 0; i < n_image_rows; i++)
            g_array_append_val (rows, row);
          rest += strlen ("{image}");
        }
      else if (g_str_has_prefix (rest, "{text}"))
        {
          append_text (model, rows, text);
          rest += strlen ("{text}");
        }
      else if (g_str_has_prefix (rest, "{plan}"))
        {
          append_text (model, rows, plan);
          rest += strlen ("{plan}");
        }
      else if (*rest)
        {
          append_template (model, rows, "{");
          rest++;
        }
    }

  if (rows->len == 0)
    {
      const gint32 row = 0;

      pisces_backend_fail (model->backend, PISCES_ERROR_MODEL_INVALID,
                           _("A template of the model is without a token; its config.json "
                             "and tokenizer.json do not belong together."));
      g_array_append_val (rows, row);
    }

  return rows;
}

/**
 * pisces_prompt_budget:
 * @model: the model.
 *
 * Returns: how many tokens a user's text, and how many a plan, may have, so
 *   that prompt, plan and vectors fit into the model's positions together.
 */
gint
pisces_prompt_budget (PiscesModel *model)
{
  gint positions = pisces_llama_get_config (model->llama)->max_positions;

  return CLAMP ((positions - model->settings.num_gen_vectors - PISCES_TEMPLATE_ROOM) / 2,
                1, MAX_TEXT_TOKENS);
}

/**
 * pisces_prompt_clean_text:
 * @model: the model.
 * @text: what the user wrote.
 * @is_plan: whether it is a plan, whose signs are not all words.
 * @job: takes the warnings.
 * @error: return location for an error.
 *
 * Makes a user's text fit for the model: one line, words that a model with a
 * closed vocabulary does not know left out, and cut where it is too long.
 * Each change is told in a warning.
 *
 * Returns: (transfer full) (nullable): the text; %NULL if it is not UTF-8, or
 *   the tokenizer cannot read it.
 */
gchar *
pisces_prompt_clean_text (PiscesModel  *model,
                          const gchar  *text,
                          gboolean      is_plan,
                          PiscesJob    *job,
                          GError      **error)
{
  g_autoptr (GString) clean  = NULL;
  gsize               length = strlen (text);

  if (! g_utf8_validate (text, length, NULL))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The text is not valid UTF-8. Save or type it again "
                             "as UTF-8."));
      return NULL;
    }

  if (length > MAX_TEXT_BYTES)
    length = g_utf8_find_prev_char (text, text + MAX_TEXT_BYTES) - text;
  clean = g_string_new_len (text, length);
  if (length < strlen (text))
    g_ptr_array_add (job->warnings,
                     g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                   "Only the first %u byte of the text "
                                                   "was looked at.",
                                                   "Only the first %u bytes of the text "
                                                   "were looked at.",
                                                   length), (guint) length));

  g_strdelimit (clean->str, "\r\n\t", ' ');
  if (model->settings.closed_vocabulary && ! is_plan)
    drop_unknown (model, clean, job);
  if (! cut_to_fit (model, clean, job, error))
    return NULL;
  g_strstrip (clean->str);

  return g_strdup (clean->str);
}


/*  private functions  */

static void
append_template (PiscesModel *model,
                 GArray      *rows,
                 const gchar *text)
{
  g_autoptr (GError) error = NULL;

  if (! pisces_tokenizer_encode (model->tokenizer, text, rows,
                                 model->backend->cancellable, &error))
    pisces_backend_take_error (model->backend, g_steal_pointer (&error));
}

static void
append_text (PiscesModel *model,
             GArray      *rows,
             const gchar *text)
{
  g_autoptr (GError) error = NULL;

  if (text && *text &&
      ! pisces_tokenizer_encode_plain (model->tokenizer, text, rows,
                                       model->backend->cancellable, &error))
    pisces_backend_take_error (model->backend, g_steal_pointer (&error));
}

/* Everywhere it stands by itself, not inside another word.  */
static void
remove_word (GString     *text,
             const gchar *word)
{
  g_autofree gchar   *quoted  = g_regex_escape_string (word, -1);
  g_autofree gchar   *pattern = g_strdup_printf ("(?<![\\p{L}\\p{N}])%s(?![\\p{L}\\p{N}])", quoted);
  g_autoptr (GRegex)  regex   = g_regex_new (pattern, 0, 0, NULL);
  g_autofree gchar   *kept    = NULL;

  if (regex)
    kept = g_regex_replace_literal (regex, text->str, -1, 0, " ", 0, NULL);
  if (kept)
    g_string_assign (text, kept);
}

static void
drop_unknown (PiscesModel *model,
              GString     *text,
              PiscesJob   *job)
{
  g_auto (GStrv)      unknown = pisces_tokenizer_unknown_words (model->tokenizer, text->str);
  g_autoptr (GString) names   = g_string_new (NULL);
  guint               n       = g_strv_length (unknown);

  if (n == 0)
    return;

  for (guint i = 0; i < n; i++)
    {
      remove_word (text, unknown[i]);
      if (i < 5)
        g_string_append_printf (names, "%s“%s”", i > 0 ? ", " : "", unknown[i]);
    }

  g_ptr_array_add (job->warnings,
                   n > 5 ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                         "This model does not know %u of the "
                                                         "words and left it out: %s and others.",
                                                         "This model does not know %u of the "
                                                         "words and left them out: %s and others.",
                                                         n), n, names->str)
                         /* Translators: words, each in quotation marks, with commas.  */
                         : g_strdup_printf (_("This model does not know these words "
                                              "and left them out: %s."), names->str));
}

static gboolean
cut_to_fit (PiscesModel  *model,
            GString      *text,
            PiscesJob    *job,
            GError      **error)
{
  g_autoptr (GArray) ids    = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autofree gchar  *kept   = NULL;
  guint              budget = pisces_prompt_budget (model);

  if (! pisces_tokenizer_encode_plain (model->tokenizer, text->str, ids,
                                       model->backend->cancellable, error))
    return FALSE;
  if (ids->len <= budget)
    return TRUE;

  kept = pisces_tokenizer_decode (model->tokenizer, (gint32 *) ids->data, budget, TRUE,
                                  model->backend->cancellable, error);
  if (kept == NULL)
    return FALSE;

  g_string_assign (text, kept);
  g_ptr_array_add (job->warnings,
                   g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                 "The text is longer than this model can "
                                                 "take in; only its first %u word or sign "
                                                 "was used.",
                                                 "The text is longer than this model can "
                                                 "take in; only its first %u words or signs "
                                                 "were used.",
                                                 budget), budget));

  return TRUE;
}
