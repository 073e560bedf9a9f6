/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prompt.c: puts an instruction about a picture into the form of conversation that
 * SmolVLM was trained with.
 *
 * Source: transformers, SmolVLMProcessor and its chat template.  A tile is
 * announced by its place; the whole picture comes last, or alone.
 */

#include "engine/families/smolvlm/model.h"
#include "engine/families/text-room.h"

/* Tokens that are kept free for a description after the longest question.  */
#define ANSWER_ROOM     512

/* A limit that keeps the cache small.  */
#define MAX_TEXT_TOKENS 1024


/**
 * smolvlm_prompt_new:
 * @model: the model.
 * @n_rows: how many rows of tiles stand for the picture; 0: it is not cut.
 * @n_columns: the same.
 * @instruction: what the model should do.
 *
 * Returns: (transfer full): the prompt as gint32 rows.
 */
GArray *
smolvlm_prompt_new (SmolvlmModel *model,
                    gint          n_rows,
                    gint          n_columns,
                    const gchar  *instruction)
{
  g_autoptr (GString) text = g_string_new ("<|im_start|>User:");

  for (gint row = 1; row <= n_rows; row++)
    {
      for (gint column = 1; column <= n_columns; column++)
        g_string_append_printf (text, "<fake_token_around_image><row_%d_col_%d>{image}",
                                row, column);
      g_string_append_c (text, '\n');
    }
  if (n_rows > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, "<fake_token_around_image><global-img>{image}"
                         "<fake_token_around_image>{text}<end_of_utterance>\nAssistant:");

  return pisces_template_fill (smolvlm_model_language (model), text->str,
                               (PiscesTemplateParts) {
                                 .n_image_rows = model->n_image_rows,
                                 .text         = instruction,
                               });
}

/**
 * smolvlm_prompt_budget:
 * @model: the model; one from smolvlm_model_load_words() is enough.
 *
 * Returns: how many tokens a user's text may have, so that a picture that is not
 *   cut, and the answer about it, still fit into the model's positions.
 */
gint
smolvlm_prompt_budget (SmolvlmModel *model)
{
  return CLAMP (model->max_positions - model->n_image_rows - ANSWER_ROOM - SMOLVLM_TEMPLATE_ROOM,
                1, MAX_TEXT_TOKENS);
}

/**
 * smolvlm_prompt_clean_text:
 * @model: the model.
 * @text: what the user wrote.
 * @job: gets a warning if the text was cut.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the text as the model takes it in; %NULL
 *   with @error set.
 */
gchar *
smolvlm_prompt_clean_text (SmolvlmModel *model,
                           const gchar  *text,
                           PiscesJob    *job,
                           GError      **error)
{
  return pisces_open_text_clean (model->tokenizer, text, smolvlm_prompt_budget (model),
                                 job->cancellable, job->warnings, error);
}

/**
 * smolvlm_prompt_check:
 *
 * The family's `check_prompt`.
 */
PiscesPromptCheck *
smolvlm_prompt_check (gpointer     data,
                      const gchar *text)
{
  SmolvlmModel *model = data;

  return pisces_open_text_judge (model->tokenizer, text, smolvlm_prompt_budget (model));
}
