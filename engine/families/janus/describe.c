/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: turns a picture into words.  SigLIP's tokens go through the aligner
 * into the language model, which continues with text.
 */

#include "engine/families/asking.h"
#include "engine/families/janus/model.h"
#include "engine/families/looking.h"


static PiscesAsking asking_about (JanusModel   *model,
                                  PiscesTensor  rows);
static GArray     * ask          (gpointer      model,
                                  const gchar  *instruction);
static void         plan_memory  (JanusModel   *model);
static gint         room_of      (JanusModel   *model);


/*  public functions  */

/**
 * janus_describe:
 *
 * The family's `describe`: writes the short text, the long text, the answer and the
 * keywords, as far as they were asked for.  The image is encoded once for all of
 * them.
 */
gboolean
janus_describe (gpointer                      data,
                const PiscesDescribeRequest  *request,
                PiscesJob                    *job,
                PiscesDescribeResult         *result,
                GError                      **error)
{
  JanusModel       *model    = data;
  PiscesBackend    *backend  = model->backend;
  const gsize       mark     = pisces_backend_mark (backend);
  PiscesProgress    looking  = { .stage = PISCES_STAGE_LOOKING };
  g_autofree gchar *question = NULL;
  g_autofree gchar *context  = NULL;
  gboolean          done     = FALSE;
  PiscesTensor      rows;

  if (! pisces_asking_read (request, model->tokenizer, janus_prompt_budget (model), job, &question,
                            &context, error) ||
      ! janus_parts_need (model, JANUS_PART_SEE | JANUS_PART_WRITE, error))
    return FALSE;

  job->report (job, &looking);
  plan_memory (model);
  if (janus_look (model, request->image, &rows, error))
    {
      const PiscesAsking asking = asking_about (model, rows);

      done = pisces_asking_describe (&asking, request, job, question, context, result, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * janus_score:
 *
 * The family's `score`: the share of "yes"; see pisces_asking_score().
 */
gboolean
janus_score (gpointer       data,
             PiscesImage   *image,
             const gchar   *prompt,
             PiscesJob     *job,
             PiscesScore   *score,
             GError       **error)
{
  JanusModel       *model   = data;
  PiscesBackend    *backend = model->backend;
  const gsize       mark    = pisces_backend_mark (backend);
  g_autofree gchar *text    = janus_prompt_clean_text (model, prompt, job, error);
  gboolean          done    = FALSE;
  PiscesTensor      rows;

  if (text == NULL || ! janus_parts_need (model, JANUS_PART_SEE | JANUS_PART_WRITE, error))
    return FALSE;

  plan_memory (model);
  if (janus_look (model, image, &rows, error))
    {
      const PiscesAsking asking = asking_about (model, rows);

      done = pisces_asking_score (&asking, image, text, job, score, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * janus_embed:
 *
 * The family's `embed`: the mean of the vision encoder's tokens.
 */
gboolean
janus_embed (gpointer      data,
             PiscesImage  *image,
             PiscesJob    *job,
             GArray       *vector,
             GError      **error)
{
  JanusModel *model = data;

  return janus_parts_need (model, JANUS_PART_SEE, error) &&
         pisces_looking_embed (model->backend, model->vision_model, &model->preprocess, image,
                               vector, error);
}

/**
 * janus_look:
 * @model: the model, with its eye.
 * @image: the image to encode.
 * @rows: (out): `[n, hidden]` in the arena: the rows that stand for the image in a
 *   prompt.
 * @error: return location for an error.
 *
 * Returns: whether the image could be encoded; if not, @error is set.
 */
gboolean
janus_look (JanusModel    *model,
            PiscesImage   *image,
            PiscesTensor  *rows,
            GError       **error)
{
  PiscesBackend *backend = model->backend;
  const gint64   n       = pisces_vit_get_config (model->vision_model)->n_tokens;
  const gint64   hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  PiscesTensor   tokens;
  gsize          mark;

  *rows = pisces_backend_alloc (backend, 2, n, hidden);
  mark  = pisces_backend_mark (backend);
  if (! pisces_looking_encode (backend, model->vision_model, &model->preprocess, image,
                               &tokens, error))
    return FALSE;

  pisces_projector_forward (model->aligner, *rows, tokens);
  pisces_backend_release (backend, mark);

  return TRUE;
}


/*  private functions  */

static PiscesAsking
asking_about (JanusModel   *model,
              PiscesTensor  rows)
{
  const PiscesAsking asking =
  {
    .language   = janus_model_language (model),
    .ask        = ask,
    .data       = model,
    .image_rows = rows,
    .room       = room_of (model),
  };

  return asking;
}

static GArray *
ask (gpointer     model,
     const gchar *instruction)
{
  return janus_prompt_new (model, JANUS_TEMPLATE_ASK, instruction);
}

/* Reserves the memory for a description before it begins.  */
static void
plan_memory (JanusModel *model)
{
  PiscesBackend *backend = model->backend;
  const gint64   n       = pisces_vit_get_config (model->vision_model)->n_tokens;
  const gint64   hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  PiscesTensor   rows;
  gsize          mark;

  pisces_backend_plan_begin (backend);
  rows = pisces_backend_alloc (backend, 2, n, hidden);
  mark = pisces_backend_mark (backend);
  pisces_projector_forward (model->aligner, rows, pisces_looking_plan (backend, model->vision_model));
  pisces_backend_release (backend, mark);
  pisces_writer_plan (janus_model_language (model), room_of (model) - PISCES_ASKING_MOST_TOKENS,
                      PISCES_ASKING_MOST_TOKENS);
  pisces_backend_reserve (backend, pisces_backend_plan_end (backend));
}

/* How many positions a conversation and a text about a picture may have together.  */
static gint
room_of (JanusModel *model)
{
  return MIN (model->max_positions,
              pisces_vit_get_config (model->vision_model)->n_tokens + JANUS_TEMPLATE_ROOM +
              janus_prompt_budget (model) + PISCES_ASKING_MOST_TOKENS);
}
