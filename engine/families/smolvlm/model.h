/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.h: a loaded model of the family `smolvlm`: SmolVLM2 (arXiv 2504.05299) as
 * published for transformers (`SmolVLMForConditionalGeneration`), and SmolVLM, its
 * forerunner, which has the same parts under the name `idefics3`.  It describes
 * pictures and draws none.
 */

#pragma once

#include "engine/families/family.h"
#include "engine/families/instructions.h"
#include "engine/families/templates.h"
#include "engine/model/tiles.h"
#include "engine/networks/connector.h"
#include "engine/networks/vit.h"

G_BEGIN_DECLS

/* The most rows that the words around a text take, without the image, but with what
 * the user says about it.  */
#define SMOLVLM_TEMPLATE_ROOM (96 + PISCES_MAX_CONTEXT_TOKENS)

/* The most rows that the words around a tile take.  Only some models have a token
 * for its place.  */
#define SMOLVLM_TILE_ROOM 16

typedef struct
{
  PiscesBackend     *backend;
  PiscesTokenizer   *tokenizer;
  GArray            *stop_ids;        /* gint32                             */
  gint               max_positions;   /* of the language model              */
  gint               n_image_rows;    /* that stand for one tile            */
  PiscesPreprocess   preprocess;

  PiscesLlama       *llama;
  PiscesVit         *vision_model;
  PiscesConnector   *connector;

  PiscesWeightFiles *weights;         /* kept if weights are streamed from them, or
                                       * stay in them; else NULL after loading  */
} SmolvlmModel;

gpointer             smolvlm_model_load       (const gchar            *folder,
                                               PiscesBackend          *backend,
                                               PiscesJob              *job,
                                               GError                **error);
gpointer             smolvlm_model_load_remarking
                                              (const gchar            *folder,
                                               PiscesBackend          *backend,
                                               GPtrArray              *remarks,
                                               GError                **error);
void                 smolvlm_model_free       (gpointer                model);
gboolean             smolvlm_model_inspect    (const gchar            *folder,
                                               PiscesModelInfo        *info,
                                               GError                **error);
gpointer             smolvlm_model_load_words (const gchar            *folder,
                                               GError                **error);
PiscesLanguage       smolvlm_model_language   (SmolvlmModel           *model);

/* prompts: the words around the user's text  */

GArray             * smolvlm_prompt_new       (SmolvlmModel           *model,
                                               gint                    n_rows,
                                               gint                    n_columns,
                                               const gchar            *instruction);
gint                 smolvlm_prompt_budget    (SmolvlmModel           *model);
gchar              * smolvlm_prompt_clean_text
                                              (SmolvlmModel           *model,
                                               const gchar            *text,
                                               PiscesJob              *job,
                                               GError                **error);
PiscesPromptCheck  * smolvlm_prompt_check     (gpointer                model,
                                               const gchar            *text);

/* describing  */

gboolean             smolvlm_look             (SmolvlmModel           *model,
                                               const PiscesTiles      *tiles,
                                               PiscesJob              *job,
                                               PiscesTensor           *rows,
                                               GError                **error);
gboolean             smolvlm_describe         (gpointer                model,
                                               const PiscesDescribeRequest
                                                                      *request,
                                               PiscesJob              *job,
                                               PiscesDescribeResult   *result,
                                               GError                **error);
gboolean             smolvlm_score            (gpointer                model,
                                               PiscesImage            *image,
                                               const gchar            *prompt,
                                               PiscesJob              *job,
                                               PiscesScore            *score,
                                               GError                **error);
gboolean             smolvlm_embed            (gpointer                model,
                                               PiscesImage            *image,
                                               PiscesJob              *job,
                                               GArray                 *vector,
                                               GError                **error);

G_END_DECLS
