/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.c: the table of functions that the engine may call for a model of the
 * family `qwen`.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/qwen/model.h"


const PiscesFamily pisces_family_qwen =
{
  .name           = "qwen",
  .model_type     = "qwen2_5_vl",
  .abilities      =
  {
    .roles             = PISCES_ROLE_DESCRIBE,
    .answers_questions = TRUE,
    .follows_context   = TRUE,
    .writes_languages  = TRUE,
    .looks_closer      = TRUE,
    .has_embedding     = TRUE,
    .knows_any_word    = TRUE,
    .fill_refusal      = N_("This model only describes, and draws nothing."),
    .score_way         = PISCES_SCORE_BY_YES,
  },
  .load           = qwen_model_load,
  .load_remarking = qwen_model_load_remarking,
  .free           = qwen_model_free,
  .inspect        = qwen_model_inspect,
  .describe       = qwen_describe,
  .embed          = qwen_embed,
  .score          = qwen_score,

  .load_words     = qwen_model_load_words,
  .check_prompt   = qwen_prompt_check,
};
