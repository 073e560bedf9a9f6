/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces.h: the engine's public contract, and the only engine header that
 * programs outside engine/ include.
 *
 * An engine holds one model, loads it at the first job and keeps it until it
 * has been idle for a while.  Jobs run one after another, first come first
 * served, on one thread of the engine's own:
 *
 *   g_autoptr (PiscesEngine)          engine  = pisces_engine_new (NULL, NULL);
 *   g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
 *   g_autoptr (PiscesGenerateResult)  result  =
 *     pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
 *
 * Its signal "status-changed" comes, in the thread-default main context of
 * pisces_engine_new(), when pisces_engine_get_status() may have news.
 *
 * Every function may be called from any one thread.  The callbacks of
 * asynchronous calls, and all progress, arrive in the thread-default main
 * context of the caller.  Strings are UTF-8.  It is longer than 500 lines, as
 * a contract is read as a whole.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PISCES_VERSION "0.1.0"

/*  errors  */

#define PISCES_ERROR (pisces_error_quark ())

/**
 * PiscesError:
 * @PISCES_ERROR_FAILED: something else went wrong; the message says what.
 * @PISCES_ERROR_INVALID_REQUEST: the request itself cannot be done (not
 *   UTF-8, an empty image, a count of 0).
 * @PISCES_ERROR_MODEL_NOT_FOUND: there is no model folder at the given place.
 * @PISCES_ERROR_MODEL_INVALID: a file of the model is damaged or contradicts
 *   another; the message names the file.
 * @PISCES_ERROR_MODEL_UNSUPPORTED: a sound model of a kind, or with a
 *   setting, that this engine does not know.
 * @PISCES_ERROR_OUT_OF_MEMORY: memory was refused; the message has the bytes.
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
 * @pixels: `[height, width, 4]` bytes: sRGB red, green, blue and straight
 *   (not premultiplied) alpha, without padding between rows.
 *
 * Reference counted; not changed after it has been handed on.
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesImage, pisces_image_unref)

/*  progress  */

/**
 * PiscesStage:
 *
 * What a job is doing.  @PISCES_STAGE_WAITING: other jobs are before it.
 */
typedef enum
{
  PISCES_STAGE_WAITING,
  PISCES_STAGE_LOADING,     /* reading the model's files                  */
  PISCES_STAGE_LOOKING,     /* the understanding encoder looks at an image */
  PISCES_STAGE_WRITING,     /* writing a description or an answer          */
  PISCES_STAGE_PLANNING,    /* writing out what will be drawn              */
  PISCES_STAGE_IMAGINING,   /* regressing the visual vectors               */
  PISCES_STAGE_DRAWING,     /* denoising                                   */
  PISCES_STAGE_DEVELOPING   /* decoding latents to pixels                  */
} PiscesStage;

typedef struct _PiscesPicture PiscesPicture;

/**
 * PiscesProgress:
 * @stage: what is being done.
 * @fraction: how much of the whole job is done, 0 to 1, never falling.
 * @index: which picture of the request is being made, or which of the texts
 *   that were asked for is being written, from 0.
 * @text: (nullable): all text of this stage so far: the plan, or a
 *   description, as it is being written.
 * @preview: (nullable): the unfinished picture.
 * @picture: (nullable): a picture that was finished just now; it will be in
 *   the result too.
 * @warnings: (nullable) (array zero-terminated=1): the sentences for the user
 *   so far, which will be in the result too: what of a prompt is left out is
 *   told before anything is drawn.
 * @doubt: (nullable): of a description: as in #PiscesDescribeResult, and known
 *   before the first word is written.
 *
 * Valid during the callback only; take references to what is to be kept.
 * Once the job's #GCancellable was cancelled no more of it comes, but for each
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
 * @image: a picture that the new one is to be like.
 * @weight: its share, 0 to 1.
 */
typedef struct
{
  PiscesImage *image;
  gdouble      weight;
} PiscesReference;

/* Pictures of one request.  */
#define PISCES_MAX_COUNT 64

/**
 * PiscesGenerateRequest:
 * @prompt: what to draw.
 * @negative_prompt: (nullable): what to stay away from.  Its visual vectors,
 *   regressed from a plan that is written greedily, take the place of the
 *   null vectors in guidance; so it does nothing where the guidance is 1.
 *   %NULL or empty: none.
 * @plan: (nullable): the plan to draw from; %NULL: the model writes it.
 * @references: (nullable) (element-type PiscesReference): pictures to draw
 *   from besides the words; see pisces_generate_request_add_reference().
 * @seed: of the first picture; picture i has seed + i, and the last of these
 *   has to fit into 32 bits too.
 * @count: number of pictures, 1 to %PISCES_MAX_COUNT.
 * @steps: denoising steps; 0: the model's default.
 * @guidance_scale: 1 means none; a negative number: the model's default.
 * @temperature: of the plan's sampling, 0 always takes the likeliest; a
 *   negative number: the model's default.
 * @want_previews: whether progress should carry unfinished pictures.
 */
typedef struct
{
  gchar     *prompt;
  gchar     *negative_prompt;
  gchar     *plan;
  GPtrArray *references;
  guint32    seed;
  guint      count;
  guint      steps;
  gdouble    guidance_scale;
  gdouble    temperature;
  gboolean   want_previews;
} PiscesGenerateRequest;

/**
 * PiscesPromptCheck:
 * @unknown_words: (array zero-terminated=1): the words that the model does not
 *   know and leaves out, as they are written, each once; empty where it knows
 *   all, or where its vocabulary is open.
 * @mended_words: (array zero-terminated=1): words that were read with one letter
 *   mended, each as it is written and then as it is read; an even number.
 * @n_bytes: how much of the text is read: all but the spaces at its end, or
 *   up to the place where it is cut because the model cannot take in more.
 * @left_out: (nullable): the first words behind that place; %NULL: it is not
 *   cut.
 * @n_tokens: what the part that is read has of the @max_tokens that the model
 *   takes: words and signs, or pieces of words.
 * @as_read: (nullable): the part that is read, as the model reads it: without
 *   the signs that it knows nothing of, and without the unknown words, or with
 *   one word that stands for them.  %NULL where the
 *   vocabulary is open.
 * @refusal: (nullable): why a prompt alone gives no picture: it names nothing
 *   that the model can draw; a sentence.
 *
 * What a model makes of a prompt before it draws.
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
 * @image: the picture, with transparency where the model draws it.
 * @prompt: as it was asked for; so too @negative_prompt, %NULL if there was
 *   none.
 * @plan: what the model drew from; empty where the model has no plan, and
 *   where references took all of the prompt's share.
 * @n_references: pictures that it was drawn from, with a weight above 0.
 * @steps: what was used, defaults resolved; so too @guidance_scale and
 *   @temperature.
 * @model_digest: which model drew it, see #PiscesStatus.
 *
 * All that is needed to draw the same bytes again on the same backend, where
 * @n_references is 0; the pictures that it was drawn from are not kept.
 * Reference counted, not changed.
 */
struct _PiscesPicture
{
  PiscesImage *image;
  gchar       *prompt;
  gchar       *negative_prompt;
  gchar       *plan;
  guint        n_references;
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
 * @pictures: (element-type PiscesPicture): count of them.
 * @warnings: %NULL-terminated sentences for the user (words that the model
 *   does not know, a prompt that was cut); empty if there are none.
 * @seconds: how long it took, waiting and loading left out.
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
PiscesPicture         * pisces_picture_new           (void);
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
  PISCES_DESCRIBE_SHORT  = 1 << 0,   /* one sentence of alt text        */
  PISCES_DESCRIBE_LONG   = 1 << 1,   /* an extended description         */
  PISCES_DESCRIBE_ANSWER = 1 << 2    /* an answer to the given question */
} PiscesDescribeFlags;

/**
 * PiscesDescribeRequest:
 * @image: what to describe.
 * @what: which texts are wanted; each is written in the order of the flags.
 * @question: (nullable): for %PISCES_DESCRIBE_ANSWER.
 * @temperature: 0 (the default) always takes the likeliest word.
 * @seed: for a temperature above 0.
 */
typedef struct
{
  PiscesImage         *image;
  PiscesDescribeFlags  what;
  gchar               *question;
  gdouble              temperature;
  guint32              seed;
} PiscesDescribeRequest;

/**
 * PiscesDescribeResult:
 * @short_text: (nullable): %NULL if it was not asked for; so too @long_text
 *   and @answer.
 * @doubt: (nullable): a sentence that says why the texts are probably wrong,
 *   where the model knows that the picture is none of those that it knows.  A
 *   text with a doubt should not be saved unless a person says so.
 * @warnings: %NULL-terminated sentences for the user, @doubt among them.
 * @seconds: how long it took, waiting and loading left out.
 */
typedef struct
{
  gchar    *short_text;
  gchar    *long_text;
  gchar    *answer;
  gchar    *doubt;
  gchar   **warnings;
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

/*  checking  */

/**
 * PiscesScore:
 * @match: how well the picture shows what the prompt asks for, 0 to 1; see
 *   pisces_engine_score_async() for what it is made of.
 * @description: what the model itself sees in the picture.
 */
typedef struct
{
  gdouble  match;
  gchar   *description;
} PiscesScore;

void                    pisces_score_free            (PiscesScore           *score);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesScore, pisces_score_free)

/*  the engine  */

#define PISCES_TYPE_ENGINE (pisces_engine_get_type ())
G_DECLARE_FINAL_TYPE (PiscesEngine, pisces_engine, PISCES, ENGINE, GObject)

/**
 * PiscesStatus:
 * @loaded: whether a model is resident now.
 * @model_folder: the folder that is loaded, or else will be.
 * @model_name: (nullable): its name, once it has been loaded.
 * @model_digest: (nullable): SHA-256, in hexadecimal, over the model's
 *   configuration files and over the headers, sizes and sampled contents of
 *   its weight files.
 * @backend: (nullable): `"cpu"`, `"cuda"`, ... once loaded.
 * @backend_reason: (nullable): why this backend was taken, a sentence.
 * @resident_bytes: memory that the engine holds for the model and its work.
 * @device_free_bytes: memory of the device that was free after the last job;
 *   0 where the backend does not say.
 * @loaded_since: Unix time in seconds, 0 if nothing is loaded.
 * @load_seconds: how long the last load took.
 * @n_loads: how often a model was loaded in this process.
 * @n_jobs: jobs done, failed or cancelled so far.
 * @n_waiting: jobs that wait; @busy: whether one runs.
 */
typedef struct
{
  gboolean  loaded;
  gchar    *model_folder;
  gchar    *model_name;
  gchar    *model_digest;
  gchar    *backend;
  gchar    *backend_reason;
  guint64   resident_bytes;
  guint64   device_free_bytes;
  gint64    loaded_since;
  gdouble   load_seconds;
  guint     n_loads;
  guint     n_jobs;
  guint     n_waiting;
  gboolean  busy;
} PiscesStatus;

void                    pisces_status_free           (PiscesStatus          *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesStatus, pisces_status_free)

PiscesEngine          * pisces_engine_new            (const gchar           *model_folder,
                                                      const gchar           *backend);
void                    pisces_engine_set_idle_timeout
                                                     (PiscesEngine          *engine,
                                                      guint                  seconds);
guint                   pisces_engine_get_idle_timeout
                                                     (PiscesEngine          *engine);
void                    pisces_engine_set_niceness   (PiscesEngine          *engine,
                                                      gint                   niceness);
void                    pisces_engine_set_memory_budget
                                                     (PiscesEngine          *engine,
                                                      guint64                bytes);
PiscesStatus          * pisces_engine_get_status     (PiscesEngine          *engine);

gboolean                pisces_engine_load           (PiscesEngine          *engine,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_load_async     (PiscesEngine          *engine,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gboolean                pisces_engine_load_finish    (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

void                    pisces_engine_unload         (PiscesEngine          *engine);
void                    pisces_engine_set_model      (PiscesEngine          *engine,
                                                      const gchar           *model_folder,
                                                      const gchar           *backend);
PiscesPromptCheck     * pisces_engine_check_prompt   (PiscesEngine          *engine,
                                                      const gchar           *text);

PiscesGenerateResult  * pisces_engine_generate       (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_generate_async (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
PiscesGenerateResult  * pisces_engine_generate_finish
                                                     (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

gchar                 * pisces_engine_plan           (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_plan_async     (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gchar                 * pisces_engine_plan_finish    (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

PiscesDescribeResult  * pisces_engine_describe       (PiscesEngine          *engine,
                                                      const PiscesDescribeRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_describe_async (PiscesEngine          *engine,
                                                      const PiscesDescribeRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
PiscesDescribeResult  * pisces_engine_describe_finish
                                                     (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

PiscesScore           * pisces_engine_score          (PiscesEngine          *engine,
                                                      PiscesImage           *image,
                                                      const gchar           *prompt,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_score_async    (PiscesEngine          *engine,
                                                      PiscesImage           *image,
                                                      const gchar           *prompt,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
PiscesScore           * pisces_engine_score_finish   (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

gboolean                pisces_engine_compare        (PiscesEngine          *engine,
                                                      PiscesImage           *first,
                                                      PiscesImage           *second,
                                                      gdouble               *likeness,
                                                      GCancellable          *cancellable,
                                                      GError               **error);

void                    pisces_engine_compare_async  (PiscesEngine          *engine,
                                                      PiscesImage           *first,
                                                      PiscesImage           *second,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gboolean                pisces_engine_compare_finish (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      gdouble               *likeness,
                                                      GError               **error);

/*  models and devices  */

/**
 * PiscesModelInfo:
 * @family: `"pisces"`, `"janus"`, ...
 * @name: the folder's name, or what its card calls it.
 * @summary: one sentence: parts, sizes, picture size.
 * @licence: (nullable): as config.json names it, an SPDX identifier where
 *   there is one.
 * @n_parameters: of all parts.
 * @n_bytes: of the weight files.
 * @memory_bytes: about what the model needs on the CPU while it is resident,
 *   with its work memory: what #PiscesStatus.resident_bytes is once it has
 *   drawn and described.
 * @picture_width: of what it draws, in pixels; so too @picture_height.
 * @remarks: (nullable): sentences about what was found and does no harm, of
 *   pisces_model_verify().
 */
typedef struct
{
  gchar   *family;
  gchar   *name;
  gchar   *summary;
  gchar   *licence;
  guint64  n_parameters;
  guint64  n_bytes;
  guint64  memory_bytes;
  gint     picture_width;
  gint     picture_height;
  gchar  **remarks;
} PiscesModelInfo;

/**
 * PiscesDevice:
 * @backend: the name to give to pisces_engine_new().
 * @description: what it is, or, where not @available, why it cannot be used.
 */
typedef struct
{
  gchar    *backend;
  gchar    *description;
  gboolean  available;
} PiscesDevice;

gchar                 * pisces_default_model_folder  (void);
gboolean                pisces_model_type_is_supported
                                                     (const gchar           *model_type);
PiscesModelInfo       * pisces_model_inspect         (const gchar           *model_folder,
                                                      GError               **error);
PiscesModelInfo       * pisces_model_verify          (const gchar           *model_folder,
                                                      GError               **error);
PiscesImage           * pisces_model_view            (const gchar           *model_folder,
                                                      PiscesImage           *image,
                                                      GError               **error);
void                    pisces_model_info_free       (PiscesModelInfo       *info);
gboolean                pisces_quantise_model        (const gchar           *folder,
                                                      const gchar           *out,
                                                      const gchar           *type,
                                                      guint                 *n_quantised,
                                                      GError               **error);
GPtrArray             * pisces_list_devices          (void);
void                    pisces_device_free           (PiscesDevice          *device);

/*  Whether a backend computes what the CPU does.  Errors are the largest
 *  difference over the largest value; infinite where an op failed, negative
 *  where there was no case of that type.  */

#define PISCES_N_CHECKED_TYPES 5       /* float32, float16, bfloat16, q8_0, q4_0 */

typedef struct
{
  const gchar *op;
  guint        n_cases;
  guint        n_wrong;
  gdouble      worst[PISCES_N_CHECKED_TYPES];
} PiscesOpResult;

/**
 * PiscesOpReport:
 * @results: (element-type PiscesOpResult): one for each op.
 * @complaint: (nullable): the first mistake, a sentence.
 */
typedef struct
{
  gchar   *device;
  GArray  *results;
  guint    n_cases;
  guint    n_wrong;
  gdouble  worst[PISCES_N_CHECKED_TYPES];
  gchar   *complaint;
} PiscesOpReport;

PiscesOpReport        * pisces_check_ops             (const gchar           *backend_name,
                                                      GError               **error);
void                    pisces_op_report_free        (PiscesOpReport        *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesModelInfo, pisces_model_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesDevice,    pisces_device_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesOpReport,  pisces_op_report_free)

G_END_DECLS
