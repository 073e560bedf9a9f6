/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.c: the table of functions that the engine may call for a model of the
 * family `janus`.  Each function is in a file of its own.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/janus/model.h"


/* In their own layout the authors publish Python's pickles, which can run any
 * program when they are read.  */
static gboolean
refuse_type (const gchar  *model_type,
             const gchar  *folder,
             GError      **error)
{
  if (strcmp (model_type, "multi_modality") != 0)
    return FALSE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
               _("The model in “%s” is Janus in the files of its authors' own program, which "
                 "this version cannot read. Get the same model as “%s” or “%s”."),
               folder, "deepseek-community/Janus-Pro-1B", "deepseek-community/Janus-Pro-7B");

  return TRUE;
}

const PiscesFamily pisces_family_janus =
{
  .name           = "janus",
  .model_type     = "janus",
  .abilities      =
  {
    .roles                 = PISCES_ROLE_DESCRIBE | PISCES_ROLE_DRAW,
    .writes_plan           = TRUE,
    .takes_plan            = TRUE,
    .takes_negative_prompt = TRUE,
    .answers_questions     = TRUE,
    .follows_context       = TRUE,
    .writes_languages      = TRUE,
    .has_embedding         = TRUE,
    .knows_any_word        = TRUE,
    .fills                 = TRUE,
    .score_way             = PISCES_SCORE_BY_YES,
  },
  .refuse_type    = refuse_type,
  .load           = janus_model_load,
  .load_remarking = janus_model_load_remarking,
  .free           = janus_model_free,
  .inspect        = janus_model_inspect,
  .generate       = janus_generate,
  .plan           = janus_plan,
  .describe       = janus_describe,
  .embed          = janus_embed,
  .score          = janus_score,

  .load_words     = janus_model_load_words,
  .check_prompt   = janus_prompt_check,
};
