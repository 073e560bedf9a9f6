/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which of a model's parts write its texts.  In a file of its own, because
 * both loading and prompts need it, and loading needs prompts.
 */

#include "engine/families/pisces/model.h"


/**
 * pisces_model_language:
 * @model: the model.
 *
 * Returns: the parts that write its texts.  The model still owns them.
 */
PiscesLanguage
pisces_model_language (PiscesModel *model)
{
  const PiscesLanguage language =
  {
    .backend   = model->backend,
    .llama     = model->llama,
    .tokenizer = model->tokenizer,
    .stop_ids  = model->settings.stop_ids,
  };

  return language;
}
