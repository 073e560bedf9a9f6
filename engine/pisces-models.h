/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-models.h: a part of pisces.h: what a model is and can do, and the
 * devices that it can run on.
 *
 * Programs include pisces.h, which includes this.
 */

#pragma once

#include "engine/pisces-requests.h"

G_BEGIN_DECLS

/*  models and devices  */

/**
 * PiscesRole:
 * @PISCES_ROLE_DESCRIBE: writes texts about pictures, answers questions, scores.
 * @PISCES_ROLE_DRAW: makes pictures from words.
 * @PISCES_ROLE_COMPARE: measures how alike two pictures are.  Of #PiscesAbilities,
 *   only models that do nothing else have it; for others see @has_embedding there.
 *
 * What a model does for people.  Values can be combined.  A user chooses one
 * model for each role; it may be the same for more than one.  To compare, none
 * needs to be chosen: then the model that draws does it, or the one that describes.
 */
typedef enum
{
  PISCES_ROLE_DESCRIBE = 1 << 0,
  PISCES_ROLE_DRAW     = 1 << 1,
  PISCES_ROLE_COMPARE  = 1 << 2
} PiscesRole;

#define PISCES_N_ROLES   3
/* The variable of the environment that names the model to compare with.  Programs read
 * it, and the engine does not.  */
#define PISCES_COMPARE_VARIABLE "PISCES_COMPARE_MODEL_DIR"

/* The roles for which a model is always chosen.  */
#define PISCES_ALL_ROLES (PISCES_ROLE_DESCRIBE | PISCES_ROLE_DRAW)

/* The most aspects that PiscesSizes.natural can name.  */
#define PISCES_N_NATURAL 8

/**
 * PiscesSizes:
 * @multiple: both sides are multiples of this.
 * @least: the least of the shorter side.
 * @most_short: the most of the shorter side.
 * @most: the most of the longer side.
 * @narrowest: the least aspect, width / height.
 * @widest: the greatest aspect.
 * @width: the width that the model takes by itself; 0: it does not draw.
 * @height: its height.
 * @natural: aspects that it was trained with, and then zeros.  Others come from
 *   the way it draws, and may be worse.
 *
 * Which sizes of pictures a model draws, in pixels.  See pisces_sizes_choose().
 */
typedef struct
{
  gint    multiple;
  gint    least;
  gint    most_short;
  gint    most;
  gdouble narrowest;
  gdouble widest;
  gint    width;
  gint    height;
  gdouble natural[PISCES_N_NATURAL];
} PiscesSizes;

/**
 * PiscesAbilities:
 * @roles: what the model can do.
 * @writes_plan: it can write out in words what it is going to draw.
 * @takes_plan: it draws from a plan that it is given.
 * @takes_steps: the number of denoising steps can be chosen.
 * @takes_references: it can draw from pictures.
 * @takes_negative_prompt: it can be told what not to draw.
 * @answers_questions: it answers questions about a picture.
 * @looks_closer: it can look at parts of a picture too.
 * @follows_context: when it describes, it follows what a user says about the picture.
 * @writes_languages: it can be asked to write in a language; if not, it writes
 *   English.
 * @has_embedding: it can measure how alike two pictures are, whatever @roles says.
 * @knows_any_word: it accepts all words, not only those of a list.
 * @fills: it can draw into a picture, see #PiscesEdit.
 * @fill_refusal: (nullable): why it cannot, as a sentence, not translated; %NULL if
 *   it can.
 * @score_way: how it scores.
 * @sizes: which sizes of pictures it draws.
 *
 * What a model can do, so that nobody has to know its family.
 */
typedef struct
{
  PiscesRole      roles;
  gboolean        writes_plan;
  gboolean        takes_plan;
  gboolean        takes_steps;
  gboolean        takes_references;
  gboolean        takes_negative_prompt;
  gboolean        answers_questions;
  gboolean        looks_closer;
  gboolean        follows_context;
  gboolean        writes_languages;
  gboolean        has_embedding;
  gboolean        knows_any_word;
  gboolean        fills;
  const gchar    *fill_refusal;
  PiscesScoreWay  score_way;
  PiscesSizes     sizes;
} PiscesAbilities;

/**
 * PiscesModelInfo:
 * @family: `"pisces"`, `"janus"`, ...
 * @name: the name in the model card, or that of the folder.
 * @summary: one sentence: parts, sizes, picture size.
 * @licence: (nullable): the licence in config.json, as an SPDX identifier if
 *   there is one.
 * @n_parameters: the number of parameters of all parts.
 * @n_bytes: the size of the weight files.
 * @memory_bytes: about how much memory the model needs on the CPU, including
 *   its work memory: the value of #PiscesStatus.resident_bytes after it has
 *   drawn, in the largest size that it draws, and described.
 * @describe_bytes: the same, if it only describes; 0: it cannot.
 * @draw_bytes: the same, if it only draws; 0: it cannot.
 * @abilities: what it can do.
 * @picture_width: width of the pictures that it draws by itself, in pixels.
 * @picture_height: their height, in pixels.
 * @remarks: (nullable): what pisces_model_verify() found that does no harm.
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
  guint64  describe_bytes;
  guint64  draw_bytes;
  PiscesAbilities
           abilities;
  gint     picture_width;
  gint     picture_height;
  gchar  **remarks;
} PiscesModelInfo;

/**
 * PiscesDevice:
 * @backend: its name, for pisces_engine_new().
 * @description: what it is, or, if not @available, why it cannot be used.
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
void                    pisces_sizes_set_only        (PiscesSizes           *sizes,
                                                      gint                   width,
                                                      gint                   height);
gboolean                pisces_sizes_is_one          (const PiscesSizes     *sizes);
void                    pisces_sizes_choose          (const PiscesSizes     *sizes,
                                                      gdouble                width,
                                                      gdouble                height,
                                                      gint                  *good_width,
                                                      gint                  *good_height);
guint64                 pisces_sizes_most_pixels     (const PiscesSizes     *sizes);
gboolean                pisces_sizes_check           (const PiscesSizes     *sizes,
                                                      gint                   width,
                                                      gint                   height,
                                                      GError               **error);
gboolean                pisces_sizes_parse           (const gchar           *text,
                                                      gint                  *width,
                                                      gint                  *height);
gboolean                pisces_sizes_parse_aspect    (const gchar           *text,
                                                      gdouble               *across,
                                                      gdouble               *down);
gboolean                pisces_sizes_read            (const PiscesSizes     *sizes,
                                                      const gchar           *text,
                                                      gint                  *width,
                                                      gint                  *height,
                                                      GError               **error);
GPtrArray             * pisces_list_devices          (void);
void                    pisces_device_free           (PiscesDevice          *device);

/*  Whether a backend computes the same as the CPU.  Errors are the largest
 *  difference divided by the largest value; infinite if an op failed, negative
 *  if there was no test case for that type.  */

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
 * @results: (element-type PiscesOpResult): one result for each operation.
 * @complaint: (nullable): the first wrong result, as a sentence.
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
