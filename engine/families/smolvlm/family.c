/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.c: the table of functions that the engine may call for a model of the
 * family `smolvlm`.  SmolVLM2 and SmolVLM differ only in the name of their type.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/smolvlm/model.h"


const PiscesFamily pisces_family_smolvlm =
{
  .name           = "smolvlm",
  .model_type     = "smolvlm",
  .other_type     = "idefics3",
  .abilities      =
  {
    .roles             = PISCES_ROLE_DESCRIBE,
    .answers_questions = TRUE,
    .follows_context   = TRUE,
    .looks_closer      = TRUE,
    .has_embedding     = TRUE,
    .knows_any_word    = TRUE,
    .fill_refusal      = N_("This model only describes, and draws nothing."),
    .score_way         = PISCES_SCORE_BY_YES,
  },
  .load           = smolvlm_model_load,
  .load_remarking = smolvlm_model_load_remarking,
  .free           = smolvlm_model_free,
  .inspect        = smolvlm_model_inspect,
  .describe       = smolvlm_describe,
  .embed          = smolvlm_embed,
  .score          = smolvlm_score,

  .load_words     = smolvlm_model_load_words,
  .check_prompt   = smolvlm_prompt_check,
};
