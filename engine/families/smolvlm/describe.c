/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: turns a picture into words.  The picture is one tile, or several if
 * the model is to look closer; SigLIP's tokens of each go through the connector
 * into the language model, which continues with text.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/describing.h"
#include "engine/families/instructions.h"
#include "engine/families/looking.h"
#include "engine/families/smolvlm/model.h"
#include "engine/families/yes-share.h"

/* A text that has not ended after so many tokens is no longer sensible, and is
 * cut.  */
#define MAX_SHORT_TOKENS   64
#define MAX_LONG_TOKENS    512
#define MAX_ANSWER_TOKENS  256
#define MAX_KEYWORD_TOKENS 96

/* The part of a job in which the model looks at tiles.  */
#define LOOKING 0.3


static gboolean cut         (SmolvlmModel       *model,
                             PiscesTiles        *tiles,
                             PiscesImage        *image,
                             gboolean            closer,
                             const gchar        *question,
                             PiscesJob          *job,
                             GError            **error);
static void     plan_memory (SmolvlmModel       *model,
                             gint                n_tiles);
static gint     room_for    (SmolvlmModel       *model,
                             gint                n_tiles);


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
  const struct
  {
    PiscesDescribeFlags   what;
    gint                  max_tokens;
    gchar               **text;
  } texts[] =
  {
    { PISCES_DESCRIBE_SHORT,    MAX_SHORT_TOKENS,   &result->short_text },
    { PISCES_DESCRIBE_LONG,     MAX_LONG_TOKENS,    &result->long_text  },
    { PISCES_DESCRIBE_ANSWER,   MAX_ANSWER_TOKENS,  &result->answer     },
    { PISCES_DESCRIBE_KEYWORDS, MAX_KEYWORD_TOKENS, NULL                },
  };
  SmolvlmModel        *model    = data;
  PiscesBackend       *backend  = model->backend;
  const gsize          mark     = pisces_backend_mark (backend);
  g_auto (PiscesTiles) tiles    = { 0 };
  g_autofree gchar    *question = NULL;
  g_autofree gchar    *context  = NULL;
  gboolean             done     = FALSE;
  PiscesTensor         rows;

  if (! pisces_describing_check (request, TRUE, error) ||
      ! pisces_describing_clean_context (request, model->tokenizer,
                                         smolvlm_prompt_budget (model) / 4, job, &context, error))
    return FALSE;
  if (request->what & PISCES_DESCRIBE_ANSWER)
    {
      question = smolvlm_prompt_clean_text (model, request->question, job, error);
      if (question == NULL)
        return FALSE;
    }

  if (! cut (model, &tiles, request->image, request->look_closer, question, job, error))
    return FALSE;
  plan_memory (model, tiles.n_tiles);
  if (smolvlm_look (model, &tiles, job, &rows, error))
    {
      const gint       room = room_for (model, tiles.n_tiles);
      PiscesDescribing describing;
      PiscesWriter     writer;

      pisces_describing_init (&describing, job, request, NULL);
      pisces_writer_init (&writer, smolvlm_model_language (model), room);
      writer.image_rows = rows;
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        if (request->what & texts[i].what)
          {
            g_autofree gchar  *asked  = pisces_instruction_describe (texts[i].what, question,
                                                                     request->language, context);
            g_autoptr (GArray) prompt = smolvlm_prompt_new (model, tiles.n_rows, tiles.n_columns,
                                                            asked);
            const gint         most   = MIN (texts[i].max_tokens, room - (gint) prompt->len);

            if (texts[i].text)
              *texts[i].text = pisces_describing_write (&describing, &writer, prompt, most);
            else
              result->keywords = pisces_describing_write_keywords (&describing, &writer, prompt,
                                                                   most);
          }
      done = pisces_backend_finish (backend, error);
      pisces_writer_clear (&writer);
    }
  pisces_backend_release (backend, mark);
  if (done)
    pisces_describing_warn_of_no_keywords (result->keywords, job);

  return done;
}

/**
 * smolvlm_score:
 *
 * The family's `score`: the share of "yes" (VQAScore, arXiv 2404.01291).
 */
gboolean
smolvlm_score (gpointer       data,
               PiscesImage   *image,
               const gchar   *prompt,
               PiscesJob     *job,
               PiscesScore   *score,
               GError       **error)
{
  SmolvlmModel                      *model   = data;
  PiscesBackend                     *backend = model->backend;
  const gsize                        mark    = pisces_backend_mark (backend);
  g_auto (PiscesTiles)               tiles   = { 0 };
  g_autoptr (PiscesDescribeRequest)  request = NULL;
  g_autofree gchar                  *text    = NULL;
  gboolean                           done    = FALSE;
  PiscesTensor                       rows;

  text = smolvlm_prompt_clean_text (model, prompt, job, error);
  if (text == NULL || ! cut (model, &tiles, image, FALSE, NULL, job, error))
    return FALSE;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  plan_memory (model, tiles.n_tiles);
  if (smolvlm_look (model, &tiles, job, &rows, error))
    {
      g_autofree gchar  *asked    = g_strdup_printf ("Does this image show \"%s\"? Answer with "
                                                     "yes or no.", text);
      g_autofree gchar  *brief    = pisces_instruction_describe (PISCES_DESCRIBE_SHORT, NULL, NULL,
                                                                 NULL);
      g_autoptr (GArray) told     = smolvlm_prompt_new (model, 0, 0, brief);
      g_autoptr (GArray) question = smolvlm_prompt_new (model, 0, 0, asked);
      PiscesDescribing   describing;
      PiscesWriter       writer;

      pisces_describing_init (&describing, job, request, NULL);
      pisces_writer_init (&writer, smolvlm_model_language (model), room_for (model, tiles.n_tiles));
      writer.image_rows  = rows;
      score->description = pisces_describing_write (&describing, &writer, told, MAX_SHORT_TOKENS);
      pisces_yes_share (&writer, question, &score->match);
      done = pisces_backend_finish (backend, error);
      pisces_writer_clear (&writer);
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
      (gint) longest->len + SMOLVLM_TEMPLATE_ROOM + MAX_LONG_TOKENS > model->max_positions)
    {
      closer = FALSE;
      g_ptr_array_add (job->warnings,
                       g_strdup (_("This model has no room to look at the picture closer, so it "
                                   "looked at it as a whole.")));
    }

  return pisces_tiles_cut (tiles, &model->preprocess, image, closer, error);
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
                      room_for (model, n_tiles) - MAX_LONG_TOKENS, MAX_LONG_TOKENS);
  pisces_backend_reserve (backend, pisces_backend_plan_end (backend));
}

/* How many positions a prompt and a text about so many tiles may have together.  */
static gint
room_for (SmolvlmModel *model,
          gint          n_tiles)
{
  return MIN (model->max_positions,
              n_tiles * (model->n_image_rows + SMOLVLM_TILE_ROOM) + SMOLVLM_TEMPLATE_ROOM +
              smolvlm_prompt_budget (model) + MAX_LONG_TOKENS);
}
