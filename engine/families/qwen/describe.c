/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: turns a picture into words.  The picture keeps its proportions, and
 * becomes as many rows as its size asks for; the language model continues them with
 * text.
 */

#include "engine/backend/finite.h"
#include "engine/families/qwen/model.h"

/* What a question is about.  */
typedef struct
{
  QwenModel *model;
  gint       n_image_rows;
} Seen;


static gint         most_rows    (QwenModel            *model,
                                  gboolean              closer);
static PiscesAsking asking_about (Seen                 *seen,
                                  const PiscesPatches  *patches,
                                  PiscesTensor          rows);
static GArray     * ask          (gpointer              seen,
                                  const gchar          *instruction);
static PiscesTensor see          (QwenModel            *model,
                                  const PiscesPatches  *patches,
                                  const gfloat         *values);
static void         plan_memory  (QwenModel            *model,
                                  const PiscesPatches  *patches);
static gint         room_for     (QwenModel            *model,
                                  const PiscesPatches  *patches);


/*  public functions  */

/**
 * qwen_describe:
 *
 * The family's `describe`: writes the short text, the long text, the answer and the
 * keywords, as far as they were asked for.  The image is encoded once for all of
 * them.
 */
gboolean
qwen_describe (gpointer                      data,
               const PiscesDescribeRequest  *request,
               PiscesJob                    *job,
               PiscesDescribeResult         *result,
               GError                      **error)
{
  QwenModel              *model    = data;
  PiscesBackend          *backend  = model->backend;
  const gsize             mark     = pisces_backend_mark (backend);
  const PiscesProgress    looking  = { .stage = PISCES_STAGE_LOOKING };
  g_auto (PiscesPatches)  patches  = { 0 };
  g_autofree gchar       *question = NULL;
  g_autofree gchar       *context  = NULL;
  gboolean                done     = FALSE;
  PiscesTensor            rows;

  if (! pisces_asking_read (request, model->tokenizer, qwen_prompt_budget (model), job,
                            &question, &context, error) ||
      ! pisces_patches_cut (&patches, &model->preprocess, request->image,
                            most_rows (model, request->look_closer), error))
    return FALSE;

  job->report (job, &looking);
  plan_memory (model, &patches);
  if (qwen_look (model, &patches, &rows, error))
    {
      Seen               seen   = { model, pisces_patches_n_units (&patches, &model->preprocess) };
      const PiscesAsking asking = asking_about (&seen, &patches, rows);

      done = pisces_asking_describe (&asking, request, job, question, context, result, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * qwen_score:
 *
 * The family's `score`: the share of "yes"; see pisces_asking_score().
 */
gboolean
qwen_score (gpointer       data,
            PiscesImage   *image,
            const gchar   *prompt,
            PiscesJob     *job,
            PiscesScore   *score,
            GError       **error)
{
  QwenModel              *model   = data;
  PiscesBackend          *backend = model->backend;
  const gsize             mark    = pisces_backend_mark (backend);
  g_auto (PiscesPatches)  patches = { 0 };
  g_autofree gchar       *text    = qwen_prompt_clean_text (model, prompt, job, error);
  gboolean                done    = FALSE;
  PiscesTensor            rows;

  if (text == NULL ||
      ! pisces_patches_cut (&patches, &model->preprocess, image, most_rows (model, FALSE), error))
    return FALSE;

  plan_memory (model, &patches);
  if (qwen_look (model, &patches, &rows, error))
    {
      Seen               seen   = { model, pisces_patches_n_units (&patches, &model->preprocess) };
      const PiscesAsking asking = asking_about (&seen, &patches, rows);

      done = pisces_asking_score (&asking, image, text, job, score, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * qwen_embed:
 *
 * The family's `embed`: the mean of the rows that stand for the picture.
 */
gboolean
qwen_embed (gpointer      data,
            PiscesImage  *image,
            PiscesJob    *job,
            GArray       *vector,
            GError      **error)
{
  QwenModel              *model   = data;
  PiscesBackend          *backend = model->backend;
  const gsize             mark    = pisces_backend_mark (backend);
  g_auto (PiscesPatches)  patches = { 0 };
  gboolean                done    = FALSE;
  PiscesTensor            rows;

  if (! pisces_patches_cut (&patches, &model->preprocess, image, most_rows (model, FALSE), error))
    return FALSE;

  if (qwen_look (model, &patches, &rows, error))
    {
      const gint64       n      = pisces_tensor_n_rows (rows);
      const gint64       width  = pisces_tensor_width (rows);
      g_autofree gfloat *values = g_new (gfloat, n * width);

      if (pisces_download_finite (backend, values, rows))
        {
          g_array_set_size (vector, width);
          for (gint64 i = 0; i < width; i++)
            {
              gdouble sum = 0.0;

              for (gint64 row = 0; row < n; row++)
                sum += values[row * width + i];
              g_array_index (vector, gfloat, i) = sum / n;
            }
        }
      done = pisces_backend_finish (backend, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * qwen_look:
 * @model: the model.
 * @patches: a picture, cut as the model's settings say.
 * @rows: (out): `[units, hidden]` in the arena: the rows that stand for the picture in
 *   a prompt.
 * @error: return location for an error.
 *
 * Returns: whether there was memory for the pixels; if not, @error is set.
 */
gboolean
qwen_look (QwenModel            *model,
           const PiscesPatches  *patches,
           PiscesTensor         *rows,
           GError              **error)
{
  g_autofree gfloat *values = pisces_patches_get (patches, &model->preprocess, error);

  if (values == NULL)
    return FALSE;

  *rows = see (model, patches, values);

  return TRUE;
}


/*  private functions  */

/* As many as leave room for words.  */
static gint
most_rows (QwenModel *model,
           gboolean   closer)
{
  const gint room = model->max_positions - QWEN_TEMPLATE_ROOM - qwen_prompt_budget (model) -
                    PISCES_ASKING_MOST_TOKENS;

  return MIN (closer ? PISCES_CLOSER_UNITS : PISCES_USUAL_UNITS, MAX (room, 1));
}

static PiscesAsking
asking_about (Seen                *seen,
              const PiscesPatches *patches,
              PiscesTensor         rows)
{
  const PiscesAsking asking =
  {
    .language      = qwen_model_language (seen->model),
    .ask           = ask,
    .data          = seen,
    .image_rows    = rows,
    .image_columns = patches->n_columns / seen->model->preprocess.merge_size,
    .room          = room_for (seen->model, patches),
  };

  return asking;
}

static GArray *
ask (gpointer     data,
     const gchar *instruction)
{
  const Seen *seen = data;

  return qwen_prompt_new (seen->model, seen->n_image_rows, instruction);
}

/* values: of pisces_patches_get(), or NULL if it is only planned.  */
static PiscesTensor
see (QwenModel           *model,
     const PiscesPatches *patches,
     const gfloat        *values)
{
  PiscesBackend *backend = model->backend;
  const gint64   hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  const gint64   side    = model->preprocess.patch_size;
  PiscesTensor   rows    = pisces_backend_alloc (backend, 2,
                                                 pisces_patches_n_units (patches,
                                                                         &model->preprocess),
                                                 hidden);
  const gsize    mark    = pisces_backend_mark (backend);
  PiscesTensor   pixels  = pisces_backend_alloc (backend, 2,
                                                 (gint64) patches->n_rows * patches->n_columns,
                                                 3 * side * side);

  if (values)
    pisces_upload (backend, pixels, values);
  pisces_qwen_vit_forward (model->visual, rows, pixels, patches->n_rows, patches->n_columns);
  pisces_backend_release (backend, mark);

  return rows;
}

/* Reserves the memory for a description before it begins.  */
static void
plan_memory (QwenModel           *model,
             const PiscesPatches *patches)
{
  PiscesBackend *backend = model->backend;

  pisces_backend_plan_begin (backend);
  see (model, patches, NULL);
  pisces_writer_plan (qwen_model_language (model),
                      room_for (model, patches) - PISCES_ASKING_MOST_TOKENS,
                      PISCES_ASKING_MOST_TOKENS);
  pisces_backend_reserve (backend, pisces_backend_plan_end (backend));
}

/* How many positions a prompt and a text about the picture may have together.  */
static gint
room_for (QwenModel           *model,
          const PiscesPatches *patches)
{
  return MIN (model->max_positions,
              pisces_patches_n_units (patches, &model->preprocess) + QWEN_TEMPLATE_ROOM +
              qwen_prompt_budget (model) + PISCES_ASKING_MOST_TOKENS);
}
