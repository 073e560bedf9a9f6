/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prompt.c: puts an instruction about a picture into the form of conversation that
 * Qwen2.5-VL was trained with.
 *
 * Source: transformers, Qwen2_5_VLProcessor and the models' chat template.
 */

#include "engine/families/qwen/model.h"
#include "engine/families/text-room.h"

/* A limit that keeps the cache small.  */
#define MAX_TEXT_TOKENS 1024


/**
 * qwen_prompt_new:
 * @model: the model.
 * @n_image_rows: how many rows stand for the picture.
 * @instruction: what the model should do.
 *
 * Returns: (transfer full): the prompt as gint32 rows.
 */
GArray *
qwen_prompt_new (QwenModel   *model,
                 gint         n_image_rows,
                 const gchar *instruction)
{
  static const gchar conversation[] =
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
    "<|im_start|>user\n<|vision_start|>{image}<|vision_end|>{text}<|im_end|>\n"
    "<|im_start|>assistant\n";

  return pisces_template_fill (qwen_model_language (model), conversation,
                               (PiscesTemplateParts) {
                                 .n_image_rows = n_image_rows,
                                 .text         = instruction,
                               });
}

/**
 * qwen_prompt_budget:
 * @model: the model; one from qwen_model_load_words() is enough.
 *
 * Returns: how many tokens a user's text may have, so that a picture, which may have
 *   to be small for this, and the answer about it still fit into the model's positions.
 */
gint
qwen_prompt_budget (QwenModel *model)
{
  return CLAMP (model->max_positions - QWEN_LEAST_ROOM, 1, MAX_TEXT_TOKENS);
}

/**
 * qwen_prompt_clean_text:
 * @model: the model.
 * @text: what the user wrote.
 * @job: gets a warning if the text was cut.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the text as the model takes it in; %NULL
 *   with @error set.
 */
gchar *
qwen_prompt_clean_text (QwenModel    *model,
                        const gchar  *text,
                        PiscesJob    *job,
                        GError      **error)
{
  return pisces_open_text_clean (model->tokenizer, text, qwen_prompt_budget (model),
                                 job->cancellable, job->warnings, error);
}

/**
 * qwen_prompt_check:
 *
 * The family's `check_prompt`.
 */
PiscesPromptCheck *
qwen_prompt_check (gpointer     data,
                   const gchar *text)
{
  QwenModel *model = data;

  return pisces_open_text_judge (model->tokenizer, text, qwen_prompt_budget (model));
}
