/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prompt.c: puts the user's text into the form of conversation that Janus-Pro was
 * trained with.
 *
 * Source: deepseek-ai/Janus, conversation.py ("deepseek"), and its demos.  The
 * system's sentence comes before a question about a picture, but not before a
 * prompt to draw.
 */

#include "engine/families/janus/model.h"
#include "engine/families/text-room.h"

/* Tokens that are kept free for a description after the longest question.  */
#define ANSWER_ROOM     512

/* A limit that keeps the cache small.  Nobody writes prompts of 16 k tokens.  */
#define MAX_TEXT_TOKENS 1024

#define BEGIN  "<｜begin▁of▁sentence｜>"
#define SYSTEM "You are a helpful language and vision assistant. You are able to understand " \
               "the visual content that the user provides, and assist the user with a variety " \
               "of tasks using natural language.\n\n"
#define ASKED(question) \
  BEGIN SYSTEM "<|User|>: <begin_of_image>{image}<end_of_image>\n" question "\n\n<|Assistant|>:"

static const gchar *const templates[] =
{
  [JANUS_TEMPLATE_ASK] =
    ASKED ("{text}"),
  [JANUS_TEMPLATE_TALK] =
    BEGIN SYSTEM "<|User|>: {text}\n\n<|Assistant|>:",
  [JANUS_TEMPLATE_DRAW] =
    BEGIN "<|User|>: {text}\n\n<|Assistant|>:<begin_of_image>",
};


/**
 * janus_prompt_new:
 * @model: the model.
 * @template: the task.
 * @text: (nullable): the user's text, as janus_prompt_clean_text() returns it.
 *
 * Returns: (transfer full): the prompt as gint32 rows.
 */
GArray *
janus_prompt_new (JanusModel    *model,
                  JanusTemplate  template,
                  const gchar   *text)
{
  const gint n_image_rows = model->vision_model
                              ? pisces_vit_get_config (model->vision_model)->n_tokens : 0;

  return pisces_template_fill (janus_model_language (model), templates[template],
                               (PiscesTemplateParts) {
                                 .n_image_rows = n_image_rows,
                                 .text         = text,
                               });
}

/**
 * janus_prompt_budget:
 * @model: the model; one from janus_model_load_words() is enough.
 *
 * Returns: how many tokens a user's text may have, so that a picture, or an image
 *   and the answer about it, still fits into the model's positions.
 */
gint
janus_prompt_budget (JanusModel *model)
{
  const gint codes = model->grid_size * model->grid_size;

  return CLAMP (model->max_positions - codes - ANSWER_ROOM - JANUS_TEMPLATE_ROOM, 1, MAX_TEXT_TOKENS);
}

/**
 * janus_prompt_clean_text:
 * @model: the model.
 * @text: what the user wrote.
 * @job: gets a warning if the text was cut.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the text as the model takes it in; %NULL
 *   with @error set.
 */
gchar *
janus_prompt_clean_text (JanusModel  *model,
                         const gchar *text,
                         PiscesJob   *job,
                         GError     **error)
{
  return pisces_open_text_clean (model->tokenizer, text, janus_prompt_budget (model),
                                 job->cancellable, job->warnings, error);
}

/**
 * janus_prompt_check:
 *
 * The family's `check_prompt`.
 */
PiscesPromptCheck *
janus_prompt_check (gpointer     data,
                    const gchar *text)
{
  JanusModel *model = data;

  return pisces_open_text_judge (model->tokenizer, text, janus_prompt_budget (model));
}
