/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The conversation that Janus-Pro was trained in, around what the user wrote.
 *
 * Source: deepseek-ai/Janus, conversation.py ("deepseek"), and its demos: the
 * system's sentence stands before a question about a picture, and is left out
 * before a prompt to draw.
 */

#include "engine/families/janus/model.h"
#include "engine/families/text-room.h"

/* Room for a description behind the longest question.  */
#define ANSWER_ROOM     512

/* Keeps the cache small: nobody writes prompts of 16 k tokens.  */
#define MAX_TEXT_TOKENS 1024

/* The most that the words around a text take.  */
#define TEMPLATE_ROOM   96

#define BEGIN  "<｜begin▁of▁sentence｜>"
#define SYSTEM "You are a helpful language and vision assistant. You are able to understand " \
               "the visual content that the user provides, and assist the user with a variety " \
               "of tasks using natural language.\n\n"
#define ASKED(question) \
  BEGIN SYSTEM "<|User|>: <begin_of_image>{image}<end_of_image>\n" question "\n\n<|Assistant|>:"

static const gchar *const templates[] =
{
  [JANUS_TEMPLATE_SHORT] =
    ASKED ("Write alternative text for this image: one short sentence of at most 20 words that "
           "says what can be seen."),
  [JANUS_TEMPLATE_LONG] =
    ASKED ("Describe this image in detail."),
  [JANUS_TEMPLATE_QUESTION] =
    ASKED ("{text}"),
  [JANUS_TEMPLATE_SCORE] =
    ASKED ("Does this image show \"{text}\"? Answer with yes or no."),
  [JANUS_TEMPLATE_DRAW] =
    BEGIN "<|User|>: {text}\n\n<|Assistant|>:<begin_of_image>",
};


/**
 * janus_prompt_new:
 * @model: the model.
 * @template: the task.
 * @text: (nullable): the user's words, clean.
 *
 * Returns: (transfer full): gint32 rows.
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
 * @model: the model; its words are enough.
 *
 * Returns: how many tokens a user's text may have, so that a picture, or a
 *   look at one and the answer, still fit into the model's positions.
 */
gint
janus_prompt_budget (JanusModel *model)
{
  const gint codes = model->grid_size * model->grid_size;

  return CLAMP (model->max_positions - codes - ANSWER_ROOM - TEMPLATE_ROOM, 1, MAX_TEXT_TOKENS);
}

/**
 * janus_prompt_clean_text:
 * @model: the model.
 * @text: what the user wrote.
 * @job: is warned where the text was cut.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the text as the model takes it in.
 */
gchar *
janus_prompt_clean_text (JanusModel   *model,
                         const gchar  *text,
                         PiscesJob    *job,
                         GError      **error)
{
  g_autoptr (PiscesPromptCheck)  check     = NULL;
  g_auto (GStrv)                 sentences = NULL;
  gchar                         *clean     = NULL;

  check = pisces_open_text_check (model->tokenizer, text, janus_prompt_budget (model),
                                  job->cancellable, &clean, error);
  if (check == NULL)
    return NULL;

  sentences = pisces_prompt_check_get_sentences (check);
  for (guint i = 0; sentences[i]; i++)
    g_ptr_array_add (job->warnings, g_strdup (sentences[i]));

  return clean;
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
  JanusModel        *model = data;
  g_autofree gchar  *valid = g_utf8_make_valid (text, -1);
  g_autofree gchar  *clean = NULL;
  PiscesPromptCheck *check;

  check = pisces_open_text_check (model->tokenizer, valid, janus_prompt_budget (model), NULL,
                                  &clean, NULL);

  /* That the text cannot be read, a job tells.  */
  if (check == NULL)
    {
      check = g_new0 (PiscesPromptCheck, 1);
      check->unknown_words = g_new0 (gchar *, 1);
      check->mended_words  = g_new0 (gchar *, 1);
      check->n_bytes       = strlen (text);
      check->max_tokens    = janus_prompt_budget (model);
    }

  return check;
}
