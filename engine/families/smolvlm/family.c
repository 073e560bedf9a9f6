/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * family.c: the table of functions that the engine may call for a model of the
 * family `smolvlm`.  SmolVLM2 and SmolVLM differ only in the name of their type.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/smolvlm/model.h"


static void
refuse_to_draw (GError **error)
{
  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                       _("This model describes pictures and draws none. Choose another one "
                         "for drawing."));
}

static gboolean
generate (gpointer                      model,
          const PiscesGenerateRequest  *request,
          PiscesJob                    *job,
          GPtrArray                    *pictures,
          GError                      **error)
{
  refuse_to_draw (error);

  return FALSE;
}

static gchar *
plan (gpointer                      model,
      const PiscesGenerateRequest  *request,
      PiscesJob                    *job,
      GError                      **error)
{
  refuse_to_draw (error);

  return NULL;
}

const PiscesFamily pisces_family_smolvlm =
{
  .name         = "smolvlm",
  .model_type   = "smolvlm",
  .other_type   = "idefics3",
  .load         = smolvlm_model_load,
  .free         = smolvlm_model_free,
  .inspect      = smolvlm_model_inspect,
  .verify       = smolvlm_model_verify,
  .generate     = generate,
  .plan         = plan,
  .describe     = smolvlm_describe,
  .embed        = smolvlm_embed,
  .score        = smolvlm_score,

  .load_words   = smolvlm_model_load_words,
  .check_prompt = smolvlm_prompt_check,
};
