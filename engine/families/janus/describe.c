/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: turns a picture into words.  SigLIP's tokens go through the aligner
 * into the language model, which continues with text.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/describing.h"
#include "engine/families/looking.h"
#include "engine/families/janus/model.h"
#include "engine/families/yes-share.h"

/* A text that has not ended after so many tokens is no longer sensible, and is
 * cut.  */
#define MAX_SHORT_TOKENS   64
#define MAX_LONG_TOKENS    512
#define MAX_ANSWER_TOKENS  256
#define MAX_KEYWORD_TOKENS 96


static void     write_texts  (JanusModel                  *model,
                              const PiscesDescribeRequest *request,
                              PiscesJob                   *job,
                              PiscesTensor                 rows,
                              const gchar                 *question,
                              const gchar                 *context,
                              PiscesDescribeResult        *result);
static void     plan_memory  (JanusModel   *model);


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

  if (! pisces_describing_check (request, TRUE, error) ||
      ! pisces_describing_clean_context (request, model->tokenizer,
                                         janus_prompt_budget (model) / 4, job, &context, error))
    return FALSE;
  if (request->what & PISCES_DESCRIBE_ANSWER)
    {
      question = janus_prompt_clean_text (model, request->question, job, error);
      if (question == NULL)
        return FALSE;
    }

  job->report (job, &looking);
  plan_memory (model);
  if (janus_look (model, request->image, &rows, error))
    {
      write_texts (model, request, job, rows, question, context, result);
      done = pisces_backend_finish (backend, error);
    }
  pisces_backend_release (backend, mark);
  if (done)
    pisces_describing_warn_of_no_keywords (result->keywords, job);

  return done;
}

/**
 * janus_score:
 *
 * The family's `score`: the model is asked whether the picture shows what the
 * prompt says, and the score is the share of "yes" among "yes" and "no" (VQAScore,
 * arXiv 2404.01291).
 */
gboolean
janus_score (gpointer       data,
             PiscesImage   *image,
             const gchar   *prompt,
             PiscesJob     *job,
             PiscesScore   *score,
             GError       **error)
{
  JanusModel                        *model    = data;
  PiscesBackend                     *backend  = model->backend;
  const gsize                        mark     = pisces_backend_mark (backend);
  g_autoptr (PiscesDescribeRequest)  request  = NULL;
  g_autofree gchar                  *text     = NULL;
  gboolean                           done     = FALSE;
  PiscesTensor                       rows;

  text = janus_prompt_clean_text (model, prompt, job, error);
  if (text == NULL)
    return FALSE;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  plan_memory (model);
  if (janus_look (model, image, &rows, error))
    {
      g_autofree gchar  *asked    = pisces_instruction_describe (PISCES_DESCRIBE_SHORT, NULL, NULL,
                                                                 NULL);
      g_autoptr (GArray) told     = janus_prompt_new (model, JANUS_TEMPLATE_ASK, asked);
      g_autoptr (GArray) question = janus_prompt_new (model, JANUS_TEMPLATE_SCORE, text);
      PiscesDescribing   describing;
      PiscesWriter       writer;

      pisces_describing_init (&describing, job, request, NULL);
      pisces_writer_init (&writer, janus_model_language (model),
                          MIN (model->max_positions,
                               (gint) MAX (told->len + MAX_SHORT_TOKENS, question->len)));
      writer.image_rows = rows;
      score->description = pisces_describing_write (&describing, &writer, told,
                                                    MIN (MAX_SHORT_TOKENS, model->max_positions -
                                                                           (gint) told->len));
      pisces_yes_share (&writer, question, &score->match);
      done = pisces_backend_finish (backend, error);
      pisces_writer_clear (&writer);
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

  return pisces_looking_embed (model->backend, model->vision_model, &model->preprocess, image,
                               vector, error);
}

/**
 * janus_look:
 * @model: the model.
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

static void
write_texts (JanusModel                   *model,
             const PiscesDescribeRequest  *request,
             PiscesJob                    *job,
             PiscesTensor                  rows,
             const gchar                  *question,
             const gchar                  *context,
             PiscesDescribeResult         *result)
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
  const gint       room = MIN (model->max_positions,
                               pisces_tensor_n_rows (rows) + JANUS_TEMPLATE_ROOM +
                               janus_prompt_budget (model) + MAX_LONG_TOKENS);
  PiscesDescribing describing;
  PiscesWriter     writer;

  pisces_describing_init (&describing, job, request, NULL);
  pisces_writer_init (&writer, janus_model_language (model), room);
  writer.image_rows = rows;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (request->what & texts[i].what)
      {
        g_autofree gchar  *asked  = pisces_instruction_describe (texts[i].what, question,
                                                                 request->language, context);
        g_autoptr (GArray) prompt = janus_prompt_new (model, JANUS_TEMPLATE_ASK, asked);
        const gint         most   = MIN (texts[i].max_tokens, room - (gint) prompt->len);

        if (texts[i].text)
          *texts[i].text = pisces_describing_write (&describing, &writer, prompt, most);
        else
          result->keywords = pisces_describing_write_keywords (&describing, &writer, prompt, most);
      }
  pisces_writer_clear (&writer);
}

/* Reserves the memory for a description before it begins.  */
static void
plan_memory (JanusModel *model)
{
  PiscesBackend         *backend = model->backend;
  const PiscesVitConfig *see     = pisces_vit_get_config (model->vision_model);
  const gint64           hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  PiscesTensor           rows;
  gsize                  mark;

  pisces_backend_plan_begin (backend);
  rows = pisces_backend_alloc (backend, 2, (gint64) see->n_tokens, hidden);
  mark = pisces_backend_mark (backend);
  pisces_projector_forward (model->aligner, rows, pisces_looking_plan (backend, model->vision_model));
  pisces_backend_release (backend, mark);
  pisces_writer_plan (janus_model_language (model),
                      see->n_tokens + JANUS_TEMPLATE_ROOM + janus_prompt_budget (model),
                      MAX_LONG_TOKENS);
  pisces_backend_reserve (backend, pisces_backend_plan_end (backend));
}
