/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prompt.c: makes the rows of the language model's input from a task and the
 * user's words.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/pisces/model.h"
#include "engine/families/text-room.h"

/* A limit that keeps the cache small, even if a model was trained for 128 k
 * positions.  */
#define MAX_TEXT_TOKENS 1024

/* How much is shown of the words that are left out.  */
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
 * @model: a model whose settings and tokenizer are loaded.
 * @error: return location for an error.
 *
 * Checks that each template has its marks and tokens of its own, and stores in
 * @model how many rows of a prompt they take.
 *
 * Returns: whether the templates can be used; if not, @error is set.
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
 * @model: a model whose networks are loaded too.
 * @error: return location for an error.
 *
 * Returns: whether the language model has enough positions for an image and a text,
 *   and for a text, its plan and the vectors, even if each text has only one token;
 *   if not, @error is set.
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
 * @n_image_rows: the number of rows that replace `{image}`.
 * @text: (nullable): the user's words, as pisces_prompt_clean_text() returns them.
 * @plan: (nullable): the plan.
 *
 * If a text cannot be read, the job has failed.
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
 * Returns: how many tokens a user's text may have, and how many a plan, so that
 *   prompt, plan and vectors together fit into the model's positions.
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

  return check ? check : pisces_unread_text_check (text, pisces_prompt_budget (data));
}

/**
 * pisces_prompt_clean_text:
 * @model: the model.
 * @text: what the user wrote.
 * @kind: what the text is for.
 * @job: gets the warnings.
 * @refusal: (out) (optional) (nullable) (transfer full): why no picture can be made
 *   from this text alone.
 * @error: return location for an error.
 *
 * Prepares a user's text for the model: it becomes one line, words that a model
 * with a closed vocabulary does not know are left out, and it is cut if it is too
 * long.  Each change is reported in a warning.
 *
 * Returns: (transfer full) (nullable): the text; %NULL with @error set if it is not
 *   UTF-8, or the tokenizer cannot read it.
 */
gchar *
pisces_prompt_clean_text (PiscesModel  *model,
                          const gchar  *text,
                          TextKind      kind,
                          PiscesJob    *job,
                          gchar       **refusal,
                          GError      **error)
{
  g_autoptr (PiscesPromptCheck)  check = NULL;
  gchar                         *clean = NULL;

  if (! pisces_text_is_valid (text, error))
    return NULL;

  check = check_text (model, text, kind, job->cancellable, &clean, error);
  if (! check)
    return NULL;

  /* A refusal is not a warning, because it ends the job.  */
  if (refusal)
    *refusal = g_steal_pointer (&check->refusal);
  g_clear_pointer (&check->refusal, g_free);
  pisces_prompt_check_warn (check, job->warnings);

  return clean;
}


/*  private functions  */

/* Finds which part of a text the model takes in, and stores in @clean the text to
 * encode.  */
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
  gsize                          n_bytes = 0;
  g_autofree gchar              *line    = pisces_text_as_line (text, &n_bytes);
  g_autofree gchar              *part    = NULL;
  PiscesReading                  reading;

  pisces_reading_init (&reading, model, line, kind, cancellable);
  part              = read_part (&reading, &n_bytes, unknown);
  check->max_tokens = pisces_prompt_budget (model);
  check->n_tokens   = pisces_reading_count (&reading, part);

  if (check->n_tokens > check->max_tokens || line[n_bytes])
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

/* Lists the first few words, and only the beginning of each, because somebody may
 * have typed or pasted thousands of letters.  */
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

/* Returns (transfer full) why a prompt is refused that names no thing the model
 * can draw, or a question that names nothing it knows; NULL if the text is not
 * refused.  */
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

  /* If a model has no list of words, a word is known if it is one token, and the
   * numbers of a plan would seem unknown.  */
  if (! settings->closed_vocabulary || (reading->kind == TEXT_PLAN && ! settings->words))
    part = g_strndup (reading->text, *n_bytes);
  else
    part = pisces_words_keep_known (reading, n_bytes, unknown);

  return g_strstrip (part);
}

/* Counts the tokens of the first bytes of the text.  */
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
