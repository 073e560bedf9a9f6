/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.c: the table of functions that the engine may call for a model of the
 * family `janus`.  Each function is in a file of its own.
 */

#include "engine/families/janus/model.h"

const PiscesFamily pisces_family_janus =
{
  .name         = "janus",
  .model_type   = "janus",
  .load         = janus_model_load,
  .free         = janus_model_free,
  .inspect      = janus_model_inspect,
  .verify       = janus_model_verify,
  .generate     = janus_generate,
  .plan         = janus_plan,
  .describe     = janus_describe,
  .embed        = janus_embed,
  .score        = janus_score,

  .load_words   = janus_model_load_words,
  .check_prompt = janus_prompt_check,
};
