/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.h: a loaded model of the family `janus`: Janus-Pro (arXiv 2501.17811) as
 * published for transformers (`JanusForConditionalGeneration`).  One language
 * model looks at pictures through SigLIP's vision encoder, and draws by writing
 * the codes of a picture, which a VQ decoder turns into pixels.
 */

#pragma once

#include "engine/families/family.h"
#include "engine/families/ground.h"
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

/* What only some jobs need.  */
typedef enum
{
  JANUS_PART_SEE   = 1 << 0,          /* to look at a picture               */
  JANUS_PART_WRITE = 1 << 1,          /* to write text                      */
  JANUS_PART_DRAW  = 1 << 2,          /* to write and decode a picture's codes */
  JANUS_PART_FILL  = 1 << 3           /* to turn a picture into codes       */
} JanusParts;

/* Those that every model has.  */
#define JANUS_ALL_PARTS (JANUS_PART_SEE | JANUS_PART_WRITE | JANUS_PART_DRAW)

/* Ports of the model may leave the VQ encoder out, which only drawing into a picture
 * needs.  */
#define JANUS_ENCODER_WEIGHT "model.vqmodel.encoder.conv_in.weight"

typedef struct
{
  gchar             *folder;
  PiscesConfig      *config;
  PiscesConfig      *preprocess_config;
  PiscesWeightFiles *weights;
} JanusFiles;

typedef struct
{
  PiscesBackend     *backend;
  PiscesTokenizer   *tokenizer;
  JanusTokens        tokens;
  GArray            *stop_ids;        /* gint32                             */
  gint               max_positions;   /* of the language model              */
  gint               image_size;      /* pixels along a side                */
  gint               grid_size;       /* codes along a side                 */
  gint               see_depth;       /* layers of the aligner              */
  gint               code_depth;      /* layers of the code_aligner         */
  PiscesPreprocess   preprocess;

  PiscesLlama       *llama;
  PiscesVit         *vision_model;
  PiscesProjector   *aligner;
  gfloat            *code_embeddings; /* [n_codes, code_size]               */
  PiscesProjector   *code_aligner;
  PiscesProjector   *code_head;
  PiscesVq          *vq;
  PiscesVqEncoder   *vq_encoder;

  JanusParts         own_parts;       /* that its files have                */
  JanusParts         parts;           /* that are loaded                    */
  JanusFiles         files;           /* open until all parts are loaded, or
                                       * longer if weights stay in them     */
} JanusModel;

/* parts: the networks, and the files that they are read from  */

gboolean             janus_files_open         (JanusFiles             *files,
                                               const gchar            *folder,
                                               GError                **error);
void                 janus_files_close        (JanusFiles             *files);
gboolean             janus_parts_begin        (JanusModel             *model,
                                               GError                **error);
gboolean             janus_parts_need         (JanusModel             *model,
                                               JanusParts              parts,
                                               GError                **error);

/* the model  */

gpointer             janus_model_load         (const gchar            *folder,
                                               PiscesBackend          *backend,
                                               PiscesJob              *job,
                                               GError                **error);
gpointer             janus_model_load_remarking
                                              (const gchar            *folder,
                                               PiscesBackend          *backend,
                                               GPtrArray              *remarks,
                                               GError                **error);
void                 janus_model_free         (gpointer                model);
gboolean             janus_model_inspect      (const gchar            *folder,
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
gboolean             janus_fill_look          (JanusModel             *model,
                                               const PiscesGround     *ground,
                                               gint32                 *codes);
gint                 janus_fill_choose        (JanusModel             *model,
                                               const PiscesGround     *ground,
                                               guint32                 seed,
                                               gboolean               *is_free);
gchar              * janus_plan               (gpointer                model,
                                               const PiscesGenerateRequest
                                                                      *request,
                                               PiscesJob              *job,
                                               GError                **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JanusFiles, janus_files_close)

G_END_DECLS
