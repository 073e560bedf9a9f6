/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-requests.h: a part of pisces.h: what an engine is asked for and what
 * it returns: images, requests, results, the progress of a job, errors.
 *
 * Programs include pisces.h, which includes this.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*  errors  */

#define PISCES_ERROR (pisces_error_quark ())

/**
 * PiscesError:
 * @PISCES_ERROR_FAILED: something else went wrong; the message says what.
 * @PISCES_ERROR_INVALID_REQUEST: the request itself is invalid (not UTF-8, an
 *   empty image, a count of 0).
 * @PISCES_ERROR_MODEL_NOT_FOUND: there is no model folder at the given path.
 * @PISCES_ERROR_MODEL_INVALID: a file of the model is damaged or contradicts
 *   another; the message names the file.
 * @PISCES_ERROR_MODEL_UNSUPPORTED: the model is valid, but of a kind, or with
 *   a setting, that this engine does not support.
 * @PISCES_ERROR_OUT_OF_MEMORY: too little memory; the message has the bytes.
 * @PISCES_ERROR_BACKEND: the device or its library failed.
 *
 * Cancelled jobs end with %G_IO_ERROR_CANCELLED.  Messages are full English
 * sentences that a user can act on.
 */
typedef enum
{
  PISCES_ERROR_FAILED,
  PISCES_ERROR_INVALID_REQUEST,
  PISCES_ERROR_MODEL_NOT_FOUND,
  PISCES_ERROR_MODEL_INVALID,
  PISCES_ERROR_MODEL_UNSUPPORTED,
  PISCES_ERROR_OUT_OF_MEMORY,
  PISCES_ERROR_BACKEND
} PiscesError;

GQuark                  pisces_error_quark           (void);

/*  images  */

/**
 * PiscesImage:
 * @width: in pixels, at least 1.
 * @height: in pixels, at least 1.
 * @pixels: `[height, width, 4]` bytes: sRGB red, green, blue and straight (not
 *   premultiplied) alpha, without padding between rows.
 *
 * Reference counted.  Do not change it after it has been passed to other code.
 */
typedef struct
{
  gint    width;
  gint    height;
  guint8 *pixels;
} PiscesImage;

PiscesImage           * pisces_image_new             (gint                   width,
                                                      gint                   height,
                                                      GError               **error);
PiscesImage           * pisces_image_ref             (PiscesImage           *image);
void                    pisces_image_unref           (PiscesImage           *image);
void                    pisces_image_set_no_memory   (GError               **error,
                                                      gint                   width,
                                                      gint                   height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesImage, pisces_image_unref)

/*  progress  */

/**
 * PiscesStage:
 *
 * What a job is doing.  @PISCES_STAGE_WAITING: other jobs come first.
 */
typedef enum
{
  PISCES_STAGE_WAITING,
  PISCES_STAGE_LOADING,     /* reading the model's files                  */
  PISCES_STAGE_LOOKING,     /* the understanding encoder looks at an image */
  PISCES_STAGE_WRITING,     /* writing a description or an answer          */
  PISCES_STAGE_PLANNING,    /* writing out what will be drawn              */
  PISCES_STAGE_IMAGINING,   /* making the visual vectors                   */
  PISCES_STAGE_DRAWING,     /* denoising                                   */
  PISCES_STAGE_DEVELOPING   /* decoding latents to pixels                  */
} PiscesStage;

typedef struct _PiscesPicture PiscesPicture;

/**
 * PiscesProgress:
 * @stage: what the job is doing.
 * @fraction: how much of the whole job is done, 0 to 1.  It never decreases.
 * @index: which of the requested pictures is being made, or which of the
 *   requested texts is being written, from 0.
 * @text: (nullable): all text of this stage so far: the plan or the
 *   description that is being written.
 * @preview: (nullable): the unfinished picture.
 * @picture: (nullable): a picture that was just finished; it will also be in
 *   the result.
 * @warnings: (nullable) (array zero-terminated=1): the sentences for the user
 *   so far; they will also be in the result.  They already say, before
 *   anything is drawn, which parts of a prompt are ignored.
 * @doubt: (nullable): for a description, as in #PiscesDescribeResult.  It is
 *   known before the first word is written.
 *
 * Valid during the callback only; take references to what you want to keep.
 * After the job's #GCancellable was cancelled, only one report comes for each
 * @picture that had been finished before.
 */
typedef struct
{
  PiscesStage    stage;
  gdouble        fraction;
  guint          index;
  const gchar   *text;
  PiscesImage   *preview;
  PiscesPicture *picture;
  gchar        **warnings;
  const gchar   *doubt;
} PiscesProgress;

typedef void         (* PiscesProgressFunc)          (const PiscesProgress  *progress,
                                                      gpointer               user_data);

/*  generating  */

/**
 * PiscesReference:
 * @image: a picture that the new one should resemble.
 * @weight: its share of the result, 0 to 1.
 */
typedef struct
{
  PiscesImage *image;
  gdouble      weight;
} PiscesReference;

/**
 * PiscesRectangle:
 * @x: the left border, in pixels; it may be below 0.
 * @y: the upper border.
 * @width: in pixels, at least 1.
 * @height: in pixels, at least 1.
 */
typedef struct
{
  gint x, y;
  gint width, height;
} PiscesRectangle;

/**
 * PiscesEdit:
 * @image: the picture that is drawn into, of any size; it is scaled to the size of
 *   the model's pictures, so it should have their proportions.
 * @mask: (nullable): `[height, width]` bytes: 255 where it is drawn anew, 0 where
 *   it is kept, and values between for soft edges; %NULL: drawn anew everywhere.
 * @strength: how much is drawn anew, 0 to 1. 1: what is under the mask is not seen
 *   by the model; less: the new picture begins with it.
 * @varies: whether the result stands for itself, and has no place in @image.
 * @shown: the part of @image in which there is a picture; its width is 0: all of it.
 *   See pisces_generate_request_set_shown().
 * @begun_with: (nullable): the name by which its keeper knows the picture of the model's
 *   that the new one begins with; %NULL: none.  See
 *   pisces_generate_request_set_begun_with().
 *
 * A picture of which a part is drawn anew, so that it fits the rest; or one that another
 * begins with.
 */
typedef struct
{
  PiscesImage     *image;
  GBytes          *mask;
  gdouble          strength;
  gboolean         varies;
  PiscesRectangle  shown;
  gchar           *begun_with;
} PiscesEdit;

/* The most pictures that one request can ask for.  */
#define PISCES_MAX_COUNT 64

/**
 * PiscesGenerateRequest:
 * @prompt: what to draw.
 * @negative_prompt: (nullable): what not to draw.  The model writes a plan for
 *   it (with temperature 0) and makes visual vectors from that; they replace
 *   the null vectors in guidance.  So it has no effect if the guidance is 1.
 *   %NULL or empty: none.
 * @plan: (nullable): the plan to draw from; %NULL: the model writes it.
 * @references: (nullable) (element-type PiscesReference): pictures to draw
 *   from with the words; see pisces_generate_request_add_reference().
 * @edit: (nullable): the picture that is drawn into; %NULL: a new one is drawn.
 *   Then an empty prompt means "as if there had been nothing under the mask".
 *   See pisces_generate_request_set_edit().
 * @width: of the pictures, in pixels; one that the model takes, see #PiscesSizes.
 *   0, as is @height then: the model's own.  A picture that is drawn into has the
 *   model's own size.
 * @height: the same.
 * @seed: of the first picture; picture i has seed + i, all of 32 bits.
 * @count: number of pictures, 1 to %PISCES_MAX_COUNT.
 * @steps: denoising steps; 0: the model's default.
 * @guidance_scale: 1 means none; a negative number: the model's default.
 * @temperature: for sampling the plan. 0 always takes the most likely token; a
 *   negative number means the model's default.
 * @want_previews: whether progress reports should contain unfinished pictures.
 */
typedef struct
{
  gchar      *prompt;
  gchar      *negative_prompt;
  gchar      *plan;
  GPtrArray  *references;
  PiscesEdit *edit;
  gint        width;
  gint        height;
  guint32     seed;
  guint       count;
  guint       steps;
  gdouble     guidance_scale;
  gdouble     temperature;
  gboolean    want_previews;
} PiscesGenerateRequest;

/**
 * PiscesPromptCheck:
 * @unknown_words: (array zero-terminated=1): the words that the model does not
 *   know and ignores, as they are written, each once.  Empty if it knows all
 *   of them, or if it accepts any word.
 * @mended_words: (array zero-terminated=1): words in which one wrong letter
 *   was corrected: each as it is written, followed by the corrected word.
 * @n_bytes: how many bytes of the text are read: all except the spaces at its
 *   end, or up to where it is cut because it is too long for the model.
 * @left_out: (nullable): the first words after that place; %NULL if it is not
 *   cut.
 * @n_tokens: how many tokens (words and punctuation, or pieces of words) the
 *   part that is read has.  The model takes at most @max_tokens.
 * @as_read: (nullable): the part that is read, as the model sees it: without
 *   punctuation that it does not know, and with unknown words left out or
 *   replaced by a placeholder. %NULL if the model accepts any word.
 * @refusal: (nullable): why this prompt alone gives no picture, because it
 *   names nothing that the model can draw; a sentence.
 *
 * How a model understands a prompt, before it draws.
 */
typedef struct
{
  gchar **unknown_words;
  gchar **mended_words;
  gsize   n_bytes;
  gchar  *left_out;
  guint   n_tokens;
  guint   max_tokens;
  gchar  *as_read;
  gchar  *refusal;
} PiscesPromptCheck;

/**
 * PiscesPicture:
 * @image: the picture, with transparency if the model draws it.
 * @prompt: as in the request.
 * @negative_prompt: the same; %NULL if there was none.
 * @plan: the plan that it was drawn from.  Empty if the model has no plans, or
 *   if references left no share for the prompt.
 * @n_references: how many pictures with a weight above 0 it was drawn from, or began
 *   with.
 * @strength: how much of a given picture was drawn anew, see #PiscesEdit; 0: it was
 *   not drawn into a picture, though it may have begun with one.
 * @begun_with: (nullable): the name of the picture that it began with, see #PiscesEdit.
 * @begun_strength: how far it could go from that; 0 if there is none.
 * @width: the size in which it was drawn, in pixels; @image may be another by now.
 *   0, as is @height then: not known.
 * @height: the same.
 * @steps: the number that was used, also if it was the default.
 * @guidance_scale: the same.
 * @temperature: the same.
 * @model_digest: the digest of the model that drew it, see #PiscesStatus.
 *
 * A picture and all that is needed to draw the same bytes again on the same
 * backend; but of the pictures that it was drawn from, if any, there is at most the
 * name.
 * Reference counted.  Do not change it.
 */
struct _PiscesPicture
{
  PiscesImage *image;
  gchar       *prompt;
  gchar       *negative_prompt;
  gchar       *plan;
  guint        n_references;
  gdouble      strength;
  gchar       *begun_with;
  gdouble      begun_strength;
  gint         width;
  gint         height;
  guint32      seed;
  guint        steps;
  gdouble      guidance_scale;
  gdouble      temperature;
  gchar       *model_name;
  gchar       *model_digest;
  gchar       *backend;
};

/**
 * PiscesGenerateResult:
 * @pictures: (element-type PiscesPicture): the pictures, as many as requested.
 * @warnings: %NULL-terminated sentences for the user (about words that the
 *   model does not know, or a prompt that was cut).  May be empty.
 * @seconds: how long it took, without waiting and loading.
 */
typedef struct
{
  GPtrArray  *pictures;
  gchar     **warnings;
  gdouble     seconds;
} PiscesGenerateResult;

PiscesGenerateRequest * pisces_generate_request_new  (const gchar           *prompt);
PiscesGenerateRequest * pisces_generate_request_copy (const PiscesGenerateRequest
                                                                            *request);
gboolean                pisces_generate_request_check
                                                     (const PiscesGenerateRequest
                                                                            *request,
                                                      GError               **error);
void                    pisces_generate_request_free (PiscesGenerateRequest *request);
void                    pisces_generate_request_add_reference
                                                     (PiscesGenerateRequest *request,
                                                      PiscesImage           *image,
                                                      gdouble                weight);
void                    pisces_generate_request_set_edit
                                                     (PiscesGenerateRequest *request,
                                                      PiscesImage           *image,
                                                      GBytes                *mask,
                                                      gdouble                strength);
void                    pisces_generate_request_set_shown
                                                     (PiscesGenerateRequest *request,
                                                      const PiscesRectangle *shown);
void                    pisces_generate_request_vary (PiscesGenerateRequest *request,
                                                      PiscesImage           *image,
                                                      gdouble                strength);
void                    pisces_generate_request_set_begun_with
                                                     (PiscesGenerateRequest *request,
                                                      const gchar           *name);
PiscesPicture         * pisces_picture_new           (void);
void                    pisces_picture_note_edit     (PiscesPicture         *picture,
                                                      const PiscesEdit      *edit);
PiscesPicture         * pisces_picture_ref           (PiscesPicture         *picture);
void                    pisces_picture_unref         (PiscesPicture         *picture);
gchar                ** pisces_prompt_check_get_sentences
                                                     (const PiscesPromptCheck
                                                                            *check);
void                    pisces_prompt_check_free     (PiscesPromptCheck     *check);
void                    pisces_generate_result_free  (PiscesGenerateResult  *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesGenerateRequest, pisces_generate_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesPicture,         pisces_picture_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesPromptCheck,     pisces_prompt_check_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesGenerateResult,  pisces_generate_result_free)

/*  describing  */

typedef enum
{
  PISCES_DESCRIBE_SHORT    = 1 << 0,   /* one sentence of alt text        */
  PISCES_DESCRIBE_LONG     = 1 << 1,   /* an extended description         */
  PISCES_DESCRIBE_ANSWER   = 1 << 2,   /* an answer to the given question */
  PISCES_DESCRIBE_KEYWORDS = 1 << 3    /* words to find the picture by    */
} PiscesDescribeFlags;

/**
 * PiscesDescribeRequest:
 * @image: what to describe.
 * @what: which texts are wanted.  They are written in the order of the flags.
 * @question: (nullable): the question for %PISCES_DESCRIBE_ANSWER.
 * @look_closer: whether the model should look at parts of the picture too, for
 *   small text.  This takes several times as long.  A model that cannot do this
 *   (see #PiscesAbilities) looks at the picture as always, and a warning says so.
 * @language: (nullable): the BCP 47 tag of the language to write in; %NULL: the
 *   model's own.
 * @context: (nullable): what the model should know about the picture, in one
 *   line: where it will be used, or who is in it.
 * @temperature: 0 (the default) always takes the most likely word.
 * @seed: used if the temperature is above 0.
 */
typedef struct
{
  PiscesImage         *image;
  PiscesDescribeFlags  what;
  gchar               *question;
  gboolean             look_closer;
  gchar               *language;
  gchar               *context;
  gdouble              temperature;
  guint32              seed;
} PiscesDescribeRequest;

/**
 * PiscesDescribeResult:
 * @short_text: (nullable): %NULL if it was not requested, or if the model wrote
 *   another text and not a word of this one.  It has at most 125 characters; what
 *   did not fit is in @warnings.
 * @long_text: the same, but of any length.
 * @answer: likewise.
 * @keywords: (nullable) (array zero-terminated=1): each once, the most important
 *   first; %NULL if they were not requested, empty if the model found none.
 * @doubt: (nullable): if the model does not know such pictures, a sentence that
 *   says so.  Then the texts should only be saved if a person agrees.
 * @warnings: %NULL-terminated sentences for the user, including @doubt.
 * @model_name: the name of the model that wrote it.
 * @model_digest: its digest, see #PiscesStatus.
 * @backend: what it ran on.
 * @seconds: how long it took, without waiting and loading.
 */
typedef struct
{
  gchar    *short_text;
  gchar    *long_text;
  gchar    *answer;
  gchar   **keywords;
  gchar    *doubt;
  gchar   **warnings;
  gchar    *model_name;
  gchar    *model_digest;
  gchar    *backend;
  gdouble   seconds;
} PiscesDescribeResult;

PiscesDescribeRequest * pisces_describe_request_new  (PiscesImage           *image,
                                                      PiscesDescribeFlags    what);
PiscesDescribeRequest * pisces_describe_request_copy (const PiscesDescribeRequest
                                                                            *request);
void                    pisces_describe_request_free (PiscesDescribeRequest *request);
void                    pisces_describe_result_free  (PiscesDescribeResult  *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesDescribeRequest, pisces_describe_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesDescribeResult,  pisces_describe_result_free)

const gchar           * pisces_language_tag_get_name (const gchar           *tag);
gboolean                pisces_language_tag_check    (const gchar           *tag,
                                                      GError               **error);
gboolean                pisces_language_tag_is_english
                                                     (const gchar           *tag);

/*  checking  */

/**
 * PiscesScoreWay:
 * @PISCES_SCORE_NONE: it has no score.
 * @PISCES_SCORE_BY_PLAN: by how likely the prompt makes the plan that the model
 *   writes for its own description of the picture.
 * @PISCES_SCORE_BY_VECTORS: by how like the visual vectors of the picture and of
 *   the prompt are.
 * @PISCES_SCORE_BY_YES: by the share of "yes" in its answer to the question
 *   whether the picture shows what the prompt says.
 *
 * How a model measures whether a picture shows what a prompt asks for.
 */
typedef enum
{
  PISCES_SCORE_NONE,
  PISCES_SCORE_BY_PLAN,
  PISCES_SCORE_BY_VECTORS,
  PISCES_SCORE_BY_YES
} PiscesScoreWay;

/**
 * PiscesScore:
 * @match: how well the picture shows what the prompt asks for, 0 to 1;
 *   pisces_engine_score_async() says how it is computed.
 * @description: what the model itself sees in the picture.
 * @model_name: the name of the model that looked.
 * @way: how it was measured.
 */
typedef struct
{
  gdouble         match;
  gchar          *description;
  gchar          *model_name;
  PiscesScoreWay  way;
} PiscesScore;

gboolean                pisces_score_check_prompt    (const gchar           *prompt,
                                                      GError               **error);
void                    pisces_score_free            (PiscesScore           *score);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesScore, pisces_score_free)

G_END_DECLS
