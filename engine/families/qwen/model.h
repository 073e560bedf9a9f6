/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.h: a loaded model of the family `qwen`: Qwen2.5-VL (arXiv 2502.13923) as
 * published for transformers (`Qwen2_5_VLForConditionalGeneration`).  It describes
 * pictures and draws none.
 */

#pragma once

#include "engine/families/asking.h"
#include "engine/families/family.h"
#include "engine/families/instructions.h"
#include "engine/families/templates.h"
#include "engine/model/patches.h"
#include "engine/networks/qwen-vit.h"

G_BEGIN_DECLS

/* The most rows that the words around a text take, without the image, but with what
 * the user says about it.  */
#define QWEN_TEMPLATE_ROOM (96 + PISCES_MAX_CONTEXT_TOKENS)

/* The fewest positions that such a model must have beside a user's text: for a small
 * picture, the words around it, and a description.  */
#define QWEN_LEAST_ROWS 256
#define QWEN_LEAST_ROOM (QWEN_LEAST_ROWS + QWEN_TEMPLATE_ROOM + PISCES_ASKING_MOST_TOKENS)

typedef struct
{
  PiscesBackend     *backend;
  PiscesTokenizer   *tokenizer;
  GArray            *stop_ids;        /* gint32                             */
  gint32             image_id;        /* the token of an image's rows       */
  gdouble            repetition_penalty;
  gint               max_positions;   /* of the language model              */
  PiscesPreprocess   preprocess;

  PiscesLlama       *llama;
  PiscesQwenVit     *visual;

  PiscesWeightFiles *weights;         /* kept if weights are streamed from them, or
                                       * stay in them; else NULL after loading  */
} QwenModel;

gpointer             qwen_model_load          (const gchar            *folder,
                                               PiscesBackend          *backend,
                                               PiscesJob              *job,
                                               GError                **error);
gpointer             qwen_model_load_remarking
                                              (const gchar            *folder,
                                               PiscesBackend          *backend,
                                               GPtrArray              *remarks,
                                               GError                **error);
void                 qwen_model_free          (gpointer                model);
gboolean             qwen_model_inspect       (const gchar            *folder,
                                               PiscesModelInfo        *info,
                                               GError                **error);
gpointer             qwen_model_load_words    (const gchar            *folder,
                                               GError                **error);
PiscesLanguage       qwen_model_language      (QwenModel              *model);

/* prompts: the words around the user's text  */

GArray             * qwen_prompt_new          (QwenModel              *model,
                                               gint                    n_image_rows,
                                               const gchar            *instruction);
gint                 qwen_prompt_budget       (QwenModel              *model);
gchar              * qwen_prompt_clean_text   (QwenModel              *model,
                                               const gchar            *text,
                                               PiscesJob              *job,
                                               GError                **error);
PiscesPromptCheck  * qwen_prompt_check        (gpointer                model,
                                               const gchar            *text);

/* describing  */

gboolean             qwen_look                (QwenModel              *model,
                                               const PiscesPatches    *patches,
                                               PiscesTensor           *rows,
                                               GError                **error);
gboolean             qwen_describe            (gpointer                model,
                                               const PiscesDescribeRequest
                                                                      *request,
                                               PiscesJob              *job,
                                               PiscesDescribeResult   *result,
                                               GError                **error);
gboolean             qwen_score               (gpointer                model,
                                               PiscesImage            *image,
                                               const gchar            *prompt,
                                               PiscesJob              *job,
                                               PiscesScore            *score,
                                               GError                **error);
gboolean             qwen_embed               (gpointer                model,
                                               PiscesImage            *image,
                                               PiscesJob              *job,
                                               GArray                 *vector,
                                               GError                **error);

G_END_DECLS
