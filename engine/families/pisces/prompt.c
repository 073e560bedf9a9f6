/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a task and the user's words to the rows of the language model's input.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/pisces/model.h"
#include "engine/families/text-room.h"

/* More text than this is not looked at: no model's context holds it.  */
#define MAX_TEXT_BYTES (64 * 1024)

/* Keeps the cache small where a model was trained for 128 k positions.  */
#define MAX_TEXT_TOKENS 1024

/* Of the words that are left out, so many are shown.  */
#define N_SHOWN_WORDS  5
#define MAX_SHOWN      60            /* characters */


static PiscesPromptCheck * check_text      (PiscesModel   *model,
                                            const gchar   *text,
                                            TextKind       kind,
                                            GCancellable  *cancellable,
                                            gchar        **clean,
                                            GError       **error);
static gchar             * read_part       (PiscesReading *reading,
                                            gsize         *n_bytes,
                                            GPtrArray     *unknown);
static gint                count_part      (gsize          n_bytes,
                                            gpointer       user_data);
static gchar             * write_refusal   (PiscesModel   *model,
                                            TextKind       kind,
                                            GPtrArray     *unknown);


/*  public functions  */

/**
 * pisces_templates_read:
 * @model: whose settings and tokenizer are there.
 * @error: return location for an error.
 *
 * Whether each template has its marks and gives tokens by itself.  Notes how
 * many rows they take of a prompt.
 *
 * Returns: whether they can be used.
 */
gboolean
pisces_templates_read (PiscesModel  *model,
                       GError      **error)
{
  model->template_room = PISCES_TEMPLATE_ROOM;
  for (gint i = 0; i < N_TEMPLATES; i++)
    {
      const gchar *text     = model->settings.templates[i];
      gint         n_tokens = 0;

      if (text == NULL)
        continue;

      if (! pisces_template_check (model->tokenizer, text,
                                   i != TEMPLATE_PLAN && i != TEMPLATE_DRAW,
                                   &n_tokens, error))
        return FALSE;
      model->template_room = MAX (model->template_room, n_tokens);
    }

  return TRUE;
}

/**
 * pisces_templates_check_room:
 * @model: whose networks are there too.
 * @error: return location for an error.
 *
 * Returns: whether the language model has positions for an image and a text,
 *   and for a text, its plan and the vectors, if only of a token each.
 */
gboolean
pisces_templates_check_room (PiscesModel  *model,
                             GError      **error)
{
  const gint side   = pisces_vit_get_config (model->vision_tower)->grid_size /
                      model->settings.spatial_merge_size;
  const gint needed = model->template_room + 2 +
                      MAX (side * side, model->settings.num_gen_vectors);

  if (needed <= model->max_positions)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               g_dngettext (GETTEXT_PACKAGE,
                            "The model's prompts take %d position, but its language model "
                            "has only %d: “max_position_embeddings” in its config.json does "
                            "not belong to the rest.",
                            "The model's prompts take %d positions, but its language model "
                            "has only %d: “max_position_embeddings” in its config.json does "
                            "not belong to the rest.", needed),
               needed, model->max_positions);
  return FALSE;
}

/**
 * pisces_prompt_new:
 * @model: the model.
 * @template: the task.
 * @n_image_rows: rows that `{image}` stands for.
 * @text: (nullable): the user's words, as pisces_prompt_clean_text() gave
 *   them.
 * @plan: (nullable): the plan.
 *
 * Where something cannot be read the job has failed.
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
  return pisces_template_fill (pisces_model_language (model),
                               model->settings.templates[template],
                               (PiscesTemplateParts) {
                                 .n_image_rows = n_image_rows,
                                 .text         = text,
                                 .plan         = plan,
                               });
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
  return CLAMP ((model->max_positions - model->settings.num_gen_vectors -
                 model->template_room) / 2, 1, MAX_TEXT_TOKENS);
}

/**
 * pisces_prompt_check:
 *
 * The family's `check_prompt`.
 */
PiscesPromptCheck *
pisces_prompt_check (gpointer     data,
                     const gchar *text)
{
  g_autofree gchar  *valid = g_utf8_make_valid (text, -1);
  g_autofree gchar  *clean = NULL;
  PiscesPromptCheck *check = check_text (data, valid, TEXT_PROMPT, NULL, &clean, NULL);

  /* That the text cannot be read, a job tells.  */
  if (! check)
    {
      check = g_new0 (PiscesPromptCheck, 1);
      check->unknown_words = g_new0 (gchar *, 1);
      check->mended_words  = g_new0 (gchar *, 1);
      check->n_bytes       = strlen (text);
      check->max_tokens    = pisces_prompt_budget (data);
    }

  return check;
}

/**
 * pisces_prompt_clean_text:
 * @model: the model.
 * @text: what the user wrote.
 * @kind: what it is.
 * @job: takes the warnings.
 * @refusal: (out) (optional) (nullable): why this text alone gives no picture.
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
                          TextKind      kind,
                          PiscesJob    *job,
                          gchar       **refusal,
                          GError      **error)
{
  g_autoptr (PiscesPromptCheck)  check     = NULL;
  g_auto (GStrv)                 sentences = NULL;
  gchar                         *clean     = NULL;

  if (! g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The text is not valid UTF-8. Save or type it again "
                             "as UTF-8."));
      return NULL;
    }

  check = check_text (model, text, kind, job->cancellable, &clean, error);
  if (! check)
    return NULL;

  /* A refusal ends the job; it is never a warning.  */
  if (refusal)
    *refusal = g_steal_pointer (&check->refusal);
  g_clear_pointer (&check->refusal, g_free);
  sentences = pisces_prompt_check_get_sentences (check);
  for (guint i = 0; sentences[i]; i++)
    g_ptr_array_add (job->warnings, g_strdup (sentences[i]));

  return clean;
}


/*  private functions  */

/* What the model takes in of a text, and, in @clean, what is to be encoded.  */
static PiscesPromptCheck *
check_text (PiscesModel   *model,
            const gchar   *text,
            TextKind       kind,
            GCancellable  *cancellable,
            gchar        **clean,
            GError       **error)
{
  g_autoptr (PiscesPromptCheck)  check   = g_new0 (PiscesPromptCheck, 1);
  g_autoptr (GPtrArray)          unknown = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  g_autofree gchar              *line    = g_strchomp (g_strdup (text));
  g_autofree gchar              *part    = NULL;
  gsize                          length  = strlen (line);
  gsize                          n_bytes = length;
  PiscesReading                  reading;

  g_strdelimit (line, "\r\n\t", ' ');
  if (length > MAX_TEXT_BYTES)
    n_bytes = g_utf8_find_prev_char (line, line + MAX_TEXT_BYTES) - line;

  pisces_reading_init (&reading, model, line, kind, cancellable);
  part              = read_part (&reading, &n_bytes, unknown);
  check->max_tokens = pisces_prompt_budget (model);
  check->n_tokens   = pisces_reading_count (&reading, part);

  if (check->n_tokens > check->max_tokens || n_bytes < length)
    {
      n_bytes = pisces_text_find_end (line, n_bytes, check->max_tokens, count_part, &reading);

      g_free (part);
      g_ptr_array_set_size (unknown, 0);
      part            = read_part (&reading, &n_bytes, unknown);
      check->n_tokens = pisces_reading_count (&reading, part);
      check->left_out = pisces_text_first_words (line + n_bytes);
    }

  if (*line && ! reading.names_thing && model->settings.things)
    check->refusal = write_refusal (model, kind, unknown);
  check->n_bytes       = n_bytes;
  check->unknown_words = g_strdupv ((gchar **) unknown->pdata);
  check->mended_words  = g_strdupv ((gchar **) reading.mended->pdata);
  if (model->settings.closed_vocabulary)
    check->as_read = g_strstrip (pisces_reading_normalize (&reading, part));

  if (reading.error)
    g_propagate_error (error, g_steal_pointer (&reading.error));
  else
    *clean = g_steal_pointer (&part);
  pisces_reading_clear (&reading);

  return *clean ? g_steal_pointer (&check) : NULL;
}

/* The first few words, and of each its beginning: somebody may have typed, or
 * pasted, thousands of letters.  */
static gchar *
name_words (GPtrArray *words)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < MIN (words->len, N_SHOWN_WORDS); i++)
    {
      const gchar      *word  = words->pdata[i];
      g_autofree gchar *start = g_utf8_substring (word, 0, MIN (g_utf8_strlen (word, -1), MAX_SHOWN));

      g_string_append_printf (names, "%s%s%s", i > 0 ? ", " : "", start,
                              strlen (start) < strlen (word) ? "…" : "");
    }
  if (words->len > N_SHOWN_WORDS)
    g_string_append (names, ", …");

  return g_string_free_and_steal (g_steal_pointer (&names));
}

/* Why a text that names nothing which can be drawn is not, and a question about
 * nothing that is known not answered; NULL: it is.  */
static gchar *
write_refusal (PiscesModel *model,
               TextKind     kind,
               GPtrArray   *unknown)
{
  g_autofree gchar *words  = name_words (unknown);
  g_autofree gchar *things = NULL;

  if (kind == TEXT_QUESTION)
    return unknown->len == 0 ? NULL :
           /* Translators: words that were typed.  */
           g_strdup_printf (_("This model cannot answer that, as it does not know %s."), words);

  things = g_strjoinv (", ", model->settings.things);
  if (unknown->len == 0)
    /* Translators: the names of things.  */
    return g_strdup_printf (_("The text names nothing that this model can draw. It knows: %s."),
                            things);

  /* Translators: words that were typed, and the names of things.  */
  return g_strdup_printf (_("This model can draw nothing of what the text asks for: it does "
                            "not know %s. It knows: %s."), words, things);
}

static gchar *
read_part (PiscesReading *reading,
           gsize         *n_bytes,
           GPtrArray     *unknown)
{
  const PiscesSettings *settings = &reading->model->settings;
  gchar                *part;

  /* Where only the length of a token tells what is known, a plan's numbers
   * would be strange.  */
  if (! settings->closed_vocabulary || (reading->kind == TEXT_PLAN && ! settings->words))
    part = g_strndup (reading->text, *n_bytes);
  else
    part = pisces_words_keep_known (reading, n_bytes, unknown);

  return g_strstrip (part);
}

/* Tokens of the first bytes of the text that is read.  */
static gint
count_part (gsize    n_bytes,
            gpointer user_data)
{
  PiscesReading         *reading = user_data;
  g_autoptr (GPtrArray)  unknown = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar      *part    = read_part (reading, &n_bytes, unknown);
  const guint            n       = pisces_reading_count (reading, part);

  return reading->error ? -1 : (gint) n;
}
