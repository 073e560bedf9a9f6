/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.h: a loaded model of the family `pisces`, and what describing and drawing
 * have in common.  models/FORMAT.md describes the files.
 */

#pragma once

#include "engine/families/family.h"
#include "engine/families/ground.h"
#include "engine/families/latents.h"
#include "engine/families/templates.h"
#include "engine/families/writer.h"
#include "engine/model/preprocess.h"
#include "engine/model/tokenizer.h"
#include "engine/networks/llama.h"
#include "engine/networks/projector.h"
#include "engine/networks/unet.h"
#include "engine/networks/vae.h"
#include "engine/networks/vit.h"
#include "engine/samplers/random.h"
#include "engine/samplers/scheduler.h"

G_BEGIN_DECLS

/* A tensor that the autoencoder has if it can encode.  */
#define PISCES_VAE_ENCODER_NAME "encoder.conv_in.weight"

/* A text that has not ended after so many tokens is no longer sensible, and is
 * cut.  */
#define PISCES_MAX_SHORT_TOKENS 64
#define PISCES_MAX_LONG_TOKENS  256

/* In most models a template has at most this many rows besides the texts.  */
#define PISCES_TEMPLATE_ROOM 16

/* The tasks for which a model has a prompt.  */
typedef enum
{
  TEMPLATE_SHORT,
  TEMPLATE_LONG,
  TEMPLATE_QUESTION,
  TEMPLATE_PLAN,
  TEMPLATE_DRAW,
  N_TEMPLATES
} Template;

/* What a user's text is for.  */
typedef enum
{
  TEXT_PROMPT,
  TEXT_PLAN,       /* in which places like x7 are words too         */
  TEXT_QUESTION,
  TEXT_OTHER       /* what to avoid, or to compare with             */
} TextKind;

/* What config.json says besides the configurations of the parts.  */
typedef struct
{
  gint       spatial_merge_size;
  gboolean   gen_vision;              /* a generation encoder    */
  gint       gen_pool_size;
  gint       projection_dim;          /* 0: none                    */
  gint       gen_vector_size;
  gint       num_gen_vectors;         /* m                          */
  gint       vector_grid_size;        /* the side: sqrt (m)         */
  gboolean   gen_vector_norm;
  gboolean   null_from_empty_prompt;
  gint       mask_channels;           /* 0, or 1 + the latent's     */
  gint       paint_channels;
  gint       paint_cell_size;         /* k                          */
  gboolean   vector_positions;
  gint       pixel_shuffle;
  gboolean   alpha;
  gint       sample_size;
  gint       latent_size;
  gboolean   flat_pictures_only;      /* the model describes only these */
  gboolean   known_pictures;          /* what it knows has been measured: doubt.c */
  gdouble    known_flatness;
  gdouble    known_limit;
  gboolean   closed_vocabulary;
  GHashTable *words;                  /* words it knows; NULL: those of one token */
  GHashTable *similar_words;          /* correct words that it does not know; or NULL */
  gint        plan_grid;              /* steps of the places in a plan; 0: none */
  gint        plan_sizes;             /* the number of sizes there */
  gdouble     plan_least_size;        /* a radius, as a part of the picture's side */
  gdouble     plan_size_step;
  gchar      *unknown_word;           /* replaces unknown words; or NULL */
  gchar     **things;                 /* what it can draw; or NULL       */
  GHashTable *thing_words;            /* all words for things; or NULL   */
  GHashTable *negations;              /* words that negate what follows; or NULL */
  GHashTable *negation_ends;          /* words that end a negation; or NULL */
  gint       default_steps;
  gdouble    default_guidance_scale;
  gdouble    default_temperature;
  gchar     *templates[N_TEMPLATES];  /* NULL where there is none   */
  GArray    *stop_ids;                /* gint32                     */
} PiscesSettings;

typedef struct
{
  PiscesBackend    *backend;
  PiscesSettings    settings;
  PiscesTokenizer  *tokenizer;
  gint              max_positions;    /* of the language model       */
  gint              template_room;    /* the most rows of a template without image and
                                       * texts  */
  PiscesPreprocess  preprocess;
  PiscesScheduler  *scheduler;

  PiscesLlama      *llama;
  PiscesVit        *vision_tower;
  PiscesProjector  *mm_projector;
  PiscesVit        *gen_vision_tower;  /* NULL where there is none  */
  PiscesProjector  *gen_projector;
  PiscesProjector  *down_projector;
  PiscesUnet       *unet;
  PiscesVae        *vae;
  gboolean          can_fill;          /* the encoder is there too  */

  /* Kept open only if weights are streamed from them; else closed after loading.  */
  PiscesWeightFiles *weights, *unet_weights, *vae_weights;

  /* Weights between the networks; NULL if the model has none.  */
  GPtrArray          *adapter_weights; /* owns them                 */
  const PiscesWeight *visual_projection;
  const PiscesWeight *known_weight;    /* [hidden, hidden] of the eye   */
  const PiscesWeight *known_bias;
  const PiscesWeight *position_embedding;
  const PiscesWeight *paint_weight;
  const PiscesWeight *paint_bias;
  const PiscesWeight *latent_shift;    /* [1, channels]; NULL: 0    */
} PiscesModel;

gpointer     pisces_model_load         (const gchar          *folder,
                                        PiscesBackend        *backend,
                                        PiscesJob            *job,
                                        GError              **error);
gpointer     pisces_model_load_remarking
                                       (const gchar          *folder,
                                        PiscesBackend        *backend,
                                        GPtrArray            *remarks,
                                        GError              **error);
void         pisces_model_free         (gpointer              model);
gboolean     pisces_adapter_load       (PiscesModel          *model,
                                        PiscesWeightFiles    *files,
                                        GError              **error);
gboolean     pisces_model_inspect_files
                                       (const gchar          *folder,
                                        PiscesModelInfo      *info,
                                        GError              **error);
gboolean     pisces_model_check_gen_vision
                                       (PiscesModel          *model,
                                        GError              **error);
PiscesLanguage
             pisces_model_language     (PiscesModel          *model);
PiscesLatents
             pisces_model_latents      (PiscesModel          *model);
gpointer     pisces_model_load_words   (const gchar          *folder,
                                        GError              **error);

gboolean     pisces_settings_read      (PiscesSettings       *settings,
                                        PiscesConfig         *config,
                                        PiscesTokenizer      *tokenizer,
                                        GError              **error);
void         pisces_settings_clear     (PiscesSettings       *settings);

/*  prompts: rows of the language model's input  */

GArray     * pisces_prompt_new         (PiscesModel          *model,
                                        Template              template,
                                        gint                  n_image_rows,
                                        const gchar          *text,
                                        const gchar          *plan);
PiscesPromptCheck *
             pisces_prompt_check       (gpointer              model,
                                        const gchar          *text);
gchar      * pisces_prompt_clean_text  (PiscesModel          *model,
                                        const gchar          *text,
                                        TextKind              kind,
                                        PiscesJob            *job,
                                        gchar               **refusal,
                                        GError              **error);
gint         pisces_prompt_budget      (PiscesModel          *model);
gboolean     pisces_templates_read     (PiscesModel          *model,
                                        GError              **error);
gboolean     pisces_templates_check_room
                                       (PiscesModel          *model,
                                        GError              **error);

/* reading: prepares a user's text for the model  */

typedef struct
{
  PiscesModel  *model;
  const gchar  *text;                 /* one line of valid UTF-8            */
  TextKind      kind;
  GCancellable *cancellable;

  GHashTable   *found;                /* for a closed vocabulary: word -> how it is
                                       * read; NULL if it is not known  */
  gint64        end_us;               /* limit, in processor time of the thread */
  GPtrArray    *mended;               /* gchar *: word as written, as read, and so on */
  gboolean      names_thing;          /* the text names a thing to draw     */
  GError       *error;                /* the first                          */
} PiscesReading;

void         pisces_reading_init       (PiscesReading        *reading,
                                        PiscesModel          *model,
                                        const gchar          *text,
                                        TextKind              kind,
                                        GCancellable         *cancellable);
void         pisces_reading_clear      (PiscesReading        *reading);
gchar      * pisces_reading_normalize  (PiscesReading        *reading,
                                        const gchar          *text);
guint        pisces_reading_count      (PiscesReading        *reading,
                                        const gchar          *text);
gchar      * pisces_words_keep_known   (PiscesReading        *reading,
                                        gsize                *n_bytes,
                                        GPtrArray            *unknown);
gboolean     pisces_words_name_thing   (PiscesModel          *model,
                                        const gchar          *text,
                                        GCancellable         *cancellable);
gchar     ** pisces_keywords_find      (PiscesModel          *model,
                                        const gchar          *text);
const gchar *
             pisces_spelling_mend      (GHashTable           *words,
                                        GHashTable           *things,
                                        const gchar          *written);

/*  plan-places: where a plan says that things are  */

/* x and y are parts of the picture's width and height, the radius of its shorter
 * side.  */
typedef struct
{
  gdouble x, y;
  gdouble radius;
} PiscesPlanPlace;

gchar      * pisces_plan_clean         (PiscesModel          *model,
                                        const gchar          *text,
                                        PiscesJob            *job,
                                        gchar               **refusal,
                                        GError              **error);
gboolean     pisces_plan_read_place    (const PiscesSettings *settings,
                                        const gchar          *part,
                                        PiscesPlanPlace      *place);
gdouble      pisces_plan_radius        (const PiscesSettings *settings,
                                        guint                 size);
void         pisces_plan_append        (GString              *plan,
                                        const gchar          *part);
void         pisces_plan_append_thing  (const PiscesSettings *settings,
                                        GString              *plan,
                                        const gchar          *part,
                                        const PiscesPlanPlace
                                                             *place);

/*  windows: squares that cover a picture that is not square  */

/* A square of the latent's cells with a plan of its own.  */
typedef struct
{
  gint64  top, left;
  gchar  *plan;                   /* what is in it, in its own places       */
} PiscesWindow;

typedef struct
{
  gint64        side;             /* of a window, in cells                  */
  gint64        height, width;    /* of the latent                          */
  guint         n;
  PiscesWindow *windows;
  guint        *owners;           /* [height, width]: the window that each cell is
                                   * painted by                             */
} PiscesWindows;

PiscesWindows *
             pisces_windows_new        (const PiscesSettings *settings,
                                        const gchar          *plan,
                                        gint64                height,
                                        gint64                width);
PiscesWindows *
             pisces_windows_new_most   (const PiscesSettings *settings,
                                        gint64                height,
                                        gint64                width);
void         pisces_windows_free       (PiscesWindows        *windows);
gint64       pisces_windows_find_cell  (const PiscesWindows  *windows,
                                        gint64                cell);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesWindows, pisces_windows_free)

/* The size of a picture, and how it is laid out.  */
typedef struct
{
  gint64              height, width;  /* of the latent, in cells            */
  PiscesWindows      *windows;        /* NULL: the vectors are for all of it */
  const PiscesGround *ground;         /* what is drawn into; NULL: nothing  */
} PiscesShape;

/*  what a picture is drawn from: a plan, and vectors  */

gchar      * pisces_plan_write         (PiscesModel          *model,
                                        const gchar          *prompt,
                                        guint32               seed,
                                        gdouble               temperature,
                                        PiscesTextFunc        func,
                                        gpointer              user_data);
void         pisces_imagine            (PiscesModel          *model,
                                        const gchar          *prompt,
                                        const gchar          *plan,
                                        PiscesTensor          vectors);
gdouble      pisces_imagine_words_share (const GPtrArray     *references);
gboolean     pisces_imagine_references (PiscesModel          *model,
                                        GPtrArray            *references,
                                        const PiscesWindows  *windows,
                                        PiscesJob            *job,
                                        PiscesTensor         *sum,
                                        GError              **error);
void         pisces_imagine_blend      (PiscesModel          *model,
                                        PiscesTensor          references,
                                        gdouble               words_share,
                                        PiscesTensor          vectors);

PiscesGround * pisces_fill_ground      (PiscesModel          *model,
                                        const PiscesEdit     *edit,
                                        gint                  width,
                                        gint                  height,
                                        GError              **error);
gboolean     pisces_fill_look          (PiscesModel          *model,
                                        const PiscesGround   *ground,
                                        PiscesJob            *job,
                                        PiscesTensor         *vectors,
                                        gchar               **around,
                                        GError              **error);
gchar      * pisces_fill_plan          (PiscesModel          *model,
                                        const PiscesGround   *ground,
                                        const gchar          *plan,
                                        const gchar          *around);
void         pisces_imagine_ground     (PiscesModel          *model,
                                        const PiscesGround   *ground,
                                        gboolean              has_words,
                                        PiscesTensor          ground_vectors,
                                        PiscesTensor          vectors);

/* describing and drawing  */

gboolean     pisces_look               (PiscesModel          *model,
                                        PiscesImage          *image,
                                        PiscesTensor         *rows,
                                        gdouble              *distance,
                                        GError              **error);
gchar      * pisces_describe_briefly   (PiscesModel          *model,
                                        PiscesImage          *image,
                                        GError              **error);

/* doubt: whether a picture is one that the model knows  */

gdouble      pisces_doubt_measure      (PiscesModel          *model,
                                        PiscesTensor          tokens);
gboolean     pisces_doubt_picture      (PiscesModel          *model,
                                        PiscesImage          *image,
                                        gdouble               distance,
                                        PiscesJob            *job,
                                        PiscesDescribeResult *result,
                                        GError              **error);
void         pisces_doubt_words        (PiscesModel          *model,
                                        PiscesJob            *job,
                                        PiscesDescribeResult *result);

gdouble      pisces_request_guidance   (PiscesModel          *model,
                                        const PiscesGenerateRequest
                                                             *request);
gdouble      pisces_request_temperature
                                       (PiscesModel          *model,
                                        const PiscesGenerateRequest
                                                             *request);
gboolean     pisces_request_check      (PiscesModel          *model,
                                        const PiscesGenerateRequest
                                                             *request,
                                        GError              **error);
gboolean     pisces_family_generate    (gpointer              model,
                                        const PiscesGenerateRequest
                                                             *request,
                                        PiscesJob            *job,
                                        GPtrArray            *pictures,
                                        GError              **error);
gchar      * pisces_family_plan        (gpointer              model,
                                        const PiscesGenerateRequest
                                                             *request,
                                        PiscesJob            *job,
                                        GError              **error);
gboolean     pisces_family_describe    (gpointer              model,
                                        const PiscesDescribeRequest
                                                             *request,
                                        PiscesJob            *job,
                                        PiscesDescribeResult *result,
                                        GError              **error);
gboolean     pisces_family_embed       (gpointer              model,
                                        PiscesImage          *image,
                                        PiscesJob            *job,
                                        GArray               *vector,
                                        GError              **error);

gboolean     pisces_family_score       (gpointer              model,
                                        PiscesImage          *image,
                                        const gchar          *prompt,
                                        PiscesJob            *job,
                                        PiscesScore          *score,
                                        GError              **error);

/*  memory for a whole job, taken before it begins  */

void         pisces_memory_reserve_describe
                                       (PiscesModel          *model);
void         pisces_memory_reserve_generate
                                       (PiscesModel          *model,
                                        const PiscesGenerateRequest
                                                             *request,
                                        const PiscesShape    *shape,
                                        gboolean              guided,
                                        PiscesJob            *job);

/*  the diffusion decoder: vectors → picture  */

void          pisces_encode_ground     (PiscesModel          *model,
                                        PiscesTensor          latent,
                                        const PiscesGround   *ground);
void          pisces_encode_mask       (PiscesModel          *model,
                                        PiscesTensor          input,
                                        gint64                first,
                                        const PiscesGround   *ground);
void          pisces_decoder_plan      (PiscesModel          *model,
                                        const PiscesShape    *shape,
                                        gint64                n_batch);
PiscesImage * pisces_decoder_draw      (PiscesModel          *model,
                                        PiscesTensor          vectors,
                                        PiscesTensor          null_vectors,
                                        const PiscesShape    *shape,
                                        const PiscesPicture  *picture,
                                        void               (* on_step) (gint         step,
                                                                        gint         n_steps,
                                                                        PiscesImage *preview,
                                                                        gpointer     user_data),
                                        gpointer              user_data,
                                        gboolean              want_previews,
                                        GError              **error);

G_END_DECLS
