/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.c: the table of functions that the engine may call for a model of the
 * family `sd3`.  Each function is in a file of its own.
 */

#include "engine/families/sd3/model.h"

const PiscesFamily pisces_family_sd3 =
{
  .name           = "sd3",
  .model_type     = "StableDiffusion3Pipeline",
  .abilities      =
  {
    .roles                 = PISCES_ROLE_DRAW,
    .takes_steps           = TRUE,
    .takes_negative_prompt = TRUE,
    .knows_any_word        = TRUE,
    .fills                 = TRUE,
    .score_way             = PISCES_SCORE_NONE,
  },
  .load           = sd3_model_load,
  .load_remarking = sd3_model_load_remarking,
  .free           = sd3_model_free,
  .inspect        = sd3_model_inspect,
  .generate       = sd3_generate,

  .load_words     = sd3_model_load_words,
  .check_prompt   = sd3_prompt_check,
};
