/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: turns a picture into words.  The picture is one tile, or several if
 * the model is to look closer; SigLIP's tokens of each go through the connector
 * into the language model, which continues with text.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/asking.h"
#include "engine/families/looking.h"
#include "engine/families/smolvlm/model.h"

/* The part of a job in which the model looks at tiles.  */
#define LOOKING 0.3

/* What a question is about.  */
typedef struct
{
  SmolvlmModel      *model;
  const PiscesTiles *tiles;
} Seen;


static gboolean     cut          (SmolvlmModel  *model,
                                  PiscesTiles   *tiles,
                                  PiscesImage   *image,
                                  gboolean       closer,
                                  const gchar   *question,
                                  PiscesJob     *job,
                                  GError       **error);
static PiscesAsking asking_about (Seen          *seen,
                                  PiscesTensor   rows);
static GArray     * ask          (gpointer       seen,
                                  const gchar   *instruction);
static void         plan_memory  (SmolvlmModel  *model,
                                  gint           n_tiles);
static gint         room_for     (SmolvlmModel  *model,
                                  gint           n_tiles);


/*  public functions  */

/**
 * smolvlm_describe:
 *
 * The family's `describe`: writes the short text, the long text, the answer and the
 * keywords, as far as they were asked for.  The image is encoded once for all of
 * them.
 */
gboolean
smolvlm_describe (gpointer                      data,
                  const PiscesDescribeRequest  *request,
                  PiscesJob                    *job,
                  PiscesDescribeResult         *result,
                  GError                      **error)
{
  SmolvlmModel        *model    = data;
  PiscesBackend       *backend  = model->backend;
  const gsize          mark     = pisces_backend_mark (backend);
  g_auto (PiscesTiles) tiles    = { 0 };
  g_autofree gchar    *question = NULL;
  g_autofree gchar    *context  = NULL;
  gboolean             done     = FALSE;
  PiscesTensor         rows;

  if (! pisces_asking_read (request, model->tokenizer, smolvlm_prompt_budget (model), job,
                            &question, &context, error) ||
      ! cut (model, &tiles, request->image, request->look_closer, question, job, error))
    return FALSE;

  plan_memory (model, tiles.n_tiles);
  if (smolvlm_look (model, &tiles, job, &rows, error))
    {
      Seen               seen   = { model, &tiles };
      const PiscesAsking asking = asking_about (&seen, rows);

      done = pisces_asking_describe (&asking, request, job, question, context, result, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * smolvlm_score:
 *
 * The family's `score`: the share of "yes"; see pisces_asking_score().
 */
gboolean
smolvlm_score (gpointer       data,
               PiscesImage   *image,
               const gchar   *prompt,
               PiscesJob     *job,
               PiscesScore   *score,
               GError       **error)
{
  SmolvlmModel        *model   = data;
  PiscesBackend       *backend = model->backend;
  const gsize          mark    = pisces_backend_mark (backend);
  g_auto (PiscesTiles) tiles   = { 0 };
  g_autofree gchar    *text    = smolvlm_prompt_clean_text (model, prompt, job, error);
  gboolean             done    = FALSE;
  PiscesTensor         rows;

  if (text == NULL || ! cut (model, &tiles, image, FALSE, NULL, job, error))
    return FALSE;

  plan_memory (model, tiles.n_tiles);
  if (smolvlm_look (model, &tiles, job, &rows, error))
    {
      Seen               seen   = { model, &tiles };
      const PiscesAsking asking = asking_about (&seen, rows);

      done = pisces_asking_score (&asking, image, text, job, score, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * smolvlm_embed:
 *
 * The family's `embed`: the mean of the vision encoder's tokens for the whole
 * picture.
 */
gboolean
smolvlm_embed (gpointer      data,
               PiscesImage  *image,
               PiscesJob    *job,
               GArray       *vector,
               GError      **error)
{
  SmolvlmModel *model = data;

  return pisces_looking_embed (model->backend, model->vision_model, &model->preprocess, image,
                               vector, error);
}

/**
 * smolvlm_look:
 * @model: the model.
 * @tiles: a picture, cut as its settings say.
 * @job: gets a report before each tile.
 * @rows: (out): `[n_tiles * n_image_rows, hidden]` in the arena: the rows that stand
 *   for the tiles in a prompt.
 * @error: return location for an error.
 *
 * The tiles are encoded one after the other, as this needs the memory of one.
 *
 * Returns: whether there was memory for the pixels; if not, @error is set.
 */
gboolean
smolvlm_look (SmolvlmModel       *model,
              const PiscesTiles  *tiles,
              PiscesJob          *job,
              PiscesTensor       *rows,
              GError            **error)
{
  PiscesBackend     *backend = model->backend;
  const gint64       n       = model->n_image_rows;
  const gint64       hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  g_autofree gfloat *values  = g_try_new (gfloat, (gsize) tiles->size * tiles->size * 3);

  if (values == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for a picture of %d × %d pixels.",
                   tiles->size, tiles->size);
      return FALSE;
    }

  *rows = pisces_backend_alloc (backend, 2, n * tiles->n_tiles, hidden);
  for (gint i = 0; i < tiles->n_tiles && ! pisces_backend_is_failed (backend); i++)
    {
      const gsize          mark    = pisces_backend_mark (backend);
      const PiscesProgress looking = { .stage    = PISCES_STAGE_LOOKING,
                                       .fraction = LOOKING * i / tiles->n_tiles };

      job->report (job, &looking);
      pisces_tiles_get (tiles, &model->preprocess, i, values);
      pisces_connector_forward (model->connector, pisces_tensor_rows (*rows, i * n, n),
                                pisces_looking_run (backend, model->vision_model, values));
      pisces_backend_release (backend, mark);
    }

  return TRUE;
}


/*  private functions  */

/* Cuts the picture; but not if its tiles and the question, which may be NULL, would
 * leave no room for an answer.  */
static gboolean
cut (SmolvlmModel  *model,
     PiscesTiles   *tiles,
     PiscesImage   *image,
     gboolean       closer,
     const gchar   *question,
     PiscesJob     *job,
     GError       **error)
{
  g_autoptr (GArray) longest = NULL;
  gint               n_rows  = 0, n_columns = 0;

  if (closer)
    pisces_tiles_count (&model->preprocess, image->width, image->height, &n_rows, &n_columns);
  longest = smolvlm_prompt_new (model, n_rows, n_columns, question);
  if (n_rows > 0 &&
      (gint) longest->len + SMOLVLM_TEMPLATE_ROOM + PISCES_ASKING_MOST_TOKENS > model->max_positions)
    {
      closer = FALSE;
      g_ptr_array_add (job->warnings,
                       g_strdup (_("This model has no room to look at the picture closer, so it "
                                   "looked at it as a whole.")));
    }

  return pisces_tiles_cut (tiles, &model->preprocess, image, closer, error);
}

static PiscesAsking
asking_about (Seen         *seen,
              PiscesTensor  rows)
{
  const PiscesAsking asking =
  {
    .language   = smolvlm_model_language (seen->model),
    .ask        = ask,
    .data       = seen,
    .image_rows = rows,
    .room       = room_for (seen->model, seen->tiles->n_tiles),
  };

  return asking;
}

static GArray *
ask (gpointer     data,
     const gchar *instruction)
{
  const Seen *seen = data;

  return smolvlm_prompt_new (seen->model, seen->tiles->n_rows, seen->tiles->n_columns, instruction);
}

/* Reserves the memory for a description before it begins.  */
static void
plan_memory (SmolvlmModel *model,
             gint          n_tiles)
{
  PiscesBackend *backend = model->backend;
  const gint64   n       = model->n_image_rows;
  const gint64   hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  PiscesTensor   rows;
  gsize          mark;

  pisces_backend_plan_begin (backend);
  rows = pisces_backend_alloc (backend, 2, n * n_tiles, hidden);
  mark = pisces_backend_mark (backend);
  pisces_connector_forward (model->connector, pisces_tensor_rows (rows, 0, n),
                            pisces_looking_plan (backend, model->vision_model));
  pisces_backend_release (backend, mark);
  pisces_writer_plan (smolvlm_model_language (model),
                      room_for (model, n_tiles) - PISCES_ASKING_MOST_TOKENS, PISCES_ASKING_MOST_TOKENS);
  pisces_backend_reserve (backend, pisces_backend_plan_end (backend));
}

/* How many positions a prompt and a text about so many tiles may have together.  */
static gint
room_for (SmolvlmModel *model,
          gint          n_tiles)
{
  return MIN (model->max_positions,
              n_tiles * (model->n_image_rows + SMOLVLM_TILE_ROOM) + SMOLVLM_TEMPLATE_ROOM +
              smolvlm_prompt_budget (model) + PISCES_ASKING_MOST_TOKENS);
}
