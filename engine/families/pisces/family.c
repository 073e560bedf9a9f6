/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.c: the table of functions that the engine may call for a model of the
 * family `pisces`.  Each function is in a file of its own.
 */

#include "engine/families/pisces/model.h"

const PiscesFamily pisces_family_pisces =
{
  .name           = "pisces",
  .model_type     = "pisces",
  .abilities      =
  {
    .roles                 = PISCES_ROLE_DESCRIBE | PISCES_ROLE_DRAW,
    .writes_plan           = TRUE,
    .takes_plan            = TRUE,
    .takes_steps           = TRUE,
    .takes_references      = TRUE,
    .takes_negative_prompt = TRUE,
    .answers_questions     = TRUE,
    .has_embedding         = TRUE,
    .knows_any_word        = TRUE,
    .fills                 = TRUE,
    .score_way             = PISCES_SCORE_BY_PLAN,
  },
  .load           = pisces_model_load,
  .load_remarking = pisces_model_load_remarking,
  .free           = pisces_model_free,
  .inspect        = pisces_model_inspect_files,
  .generate       = pisces_family_generate,
  .plan           = pisces_family_plan,
  .describe       = pisces_family_describe,
  .embed          = pisces_family_embed,
  .score          = pisces_family_score,

  .load_words     = pisces_model_load_words,
  .check_prompt   = pisces_prompt_check,
};
