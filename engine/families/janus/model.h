/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.h: a loaded model of the family `janus`: Janus-Pro (arXiv 2501.17811) as
 * published for transformers (`JanusForConditionalGeneration`).  One language
 * model looks at pictures through SigLIP's vision encoder, and draws by writing
 * the codes of a picture, which a VQ decoder turns into pixels.
 */

#pragma once

#include "engine/families/family.h"
#include "engine/families/instructions.h"
#include "engine/families/templates.h"
#include "engine/model/preprocess.h"
#include "engine/networks/projector.h"
#include "engine/networks/vit.h"
#include "engine/networks/vq.h"

G_BEGIN_DECLS

/* The most rows that the words around a text take, without the image, but with what
 * the user says about it.  */
#define JANUS_TEMPLATE_ROOM (112 + PISCES_MAX_CONTEXT_TOKENS)

/* The language model's tokens that prompts are built with.  */
typedef struct
{
  gint32 begin;                       /* of a text                          */
  gint32 begin_image;
  gint32 pad;                         /* replaces the words in the row without a prompt */
} JanusTokens;

typedef struct
{
  PiscesBackend     *backend;
  PiscesTokenizer   *tokenizer;
  JanusTokens        tokens;
  GArray            *stop_ids;        /* gint32                             */
  gint               max_positions;   /* of the language model              */
  gint               grid_size;       /* codes along a side                 */
  PiscesPreprocess   preprocess;

  PiscesLlama       *llama;
  PiscesVit         *vision_model;
  PiscesProjector   *aligner;
  gfloat            *code_embeddings; /* [n_codes, code_size]               */
  PiscesProjector   *code_aligner;
  PiscesProjector   *code_head;
  PiscesVq          *vq;

  PiscesWeightFiles *weights;         /* kept if weights are streamed from them; else
                                       * NULL after loading  */
} JanusModel;

gpointer             janus_model_load         (const gchar            *folder,
                                               PiscesBackend          *backend,
                                               PiscesJob              *job,
                                               GError                **error);
void                 janus_model_free         (gpointer                model);
gboolean             janus_model_inspect      (const gchar            *folder,
                                               PiscesModelInfo        *info,
                                               GError                **error);
gboolean             janus_model_verify       (const gchar            *folder,
                                               PiscesModelInfo        *info,
                                               GError                **error);
gpointer             janus_model_load_words   (const gchar            *folder,
                                               GError                **error);
PiscesLanguage       janus_model_language     (JanusModel             *model);

/* prompts: the words around the user's text  */

typedef enum
{
  JANUS_TEMPLATE_ASK,
  JANUS_TEMPLATE_TALK,
  JANUS_TEMPLATE_DRAW
} JanusTemplate;

GArray             * janus_prompt_new         (JanusModel             *model,
                                               JanusTemplate           template,
                                               const gchar            *text);
gint                 janus_prompt_budget      (JanusModel             *model);
gchar              * janus_prompt_clean_text  (JanusModel             *model,
                                               const gchar            *text,
                                               PiscesJob              *job,
                                               GError                **error);
PiscesPromptCheck  * janus_prompt_check       (gpointer                model,
                                               const gchar            *text);

/* describing and drawing  */

gboolean             janus_look               (JanusModel             *model,
                                               PiscesImage            *image,
                                               PiscesTensor           *rows,
                                               GError                **error);
gboolean             janus_describe           (gpointer                model,
                                               const PiscesDescribeRequest
                                                                      *request,
                                               PiscesJob              *job,
                                               PiscesDescribeResult   *result,
                                               GError                **error);
gboolean             janus_score              (gpointer                model,
                                               PiscesImage            *image,
                                               const gchar            *prompt,
                                               PiscesJob              *job,
                                               PiscesScore            *score,
                                               GError                **error);
gboolean             janus_embed              (gpointer                model,
                                               PiscesImage            *image,
                                               PiscesJob              *job,
                                               GArray                 *vector,
                                               GError                **error);
gboolean             janus_generate           (gpointer                model,
                                               const PiscesGenerateRequest
                                                                      *request,
                                               PiscesJob              *job,
                                               GPtrArray              *pictures,
                                               GError                **error);
gchar              * janus_plan               (gpointer                model,
                                               const PiscesGenerateRequest
                                                                      *request,
                                               PiscesJob              *job,
                                               GError                **error);

G_END_DECLS
