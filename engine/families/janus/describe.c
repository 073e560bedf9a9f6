/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: turns a picture into words.  SigLIP's tokens go through the aligner
 * into the language model, which continues with text.
 */

#include <glib/gi18n-lib.h>

#include <math.h>

#include "engine/families/describing.h"
#include "engine/families/looking.h"
#include "engine/families/janus/model.h"

/* A text that has not ended after so many tokens is no longer sensible, and is
 * cut.  */
#define MAX_SHORT_TOKENS   64
#define MAX_LONG_TOKENS   512
#define MAX_ANSWER_TOKENS 256


static void     plan_memory  (JanusModel   *model);
static gdouble  yes_share    (JanusModel   *model,
                              const gfloat *logits);


/*  public functions  */

/**
 * janus_describe:
 *
 * The family's `describe`: writes the short text, the long text and the answer, as
 * far as they were asked for.  The image is encoded once for all of them.
 */
gboolean
janus_describe (gpointer                      data,
                const PiscesDescribeRequest  *request,
                PiscesJob                    *job,
                PiscesDescribeResult         *result,
                GError                      **error)
{
  const struct
  {
    PiscesDescribeFlags   what;
    JanusTemplate         template;
    gint                  max_tokens;
    gchar               **text;
  } texts[] =
  {
    { PISCES_DESCRIBE_SHORT,  JANUS_TEMPLATE_SHORT,    MAX_SHORT_TOKENS,  &result->short_text },
    { PISCES_DESCRIBE_LONG,   JANUS_TEMPLATE_LONG,     MAX_LONG_TOKENS,   &result->long_text },
    { PISCES_DESCRIBE_ANSWER, JANUS_TEMPLATE_QUESTION, MAX_ANSWER_TOKENS, &result->answer },
  };
  JanusModel       *model     = data;
  PiscesBackend    *backend   = model->backend;
  const gsize       mark      = pisces_backend_mark (backend);
  PiscesProgress    looking   = { .stage = PISCES_STAGE_LOOKING };
  g_autofree gchar *question  = NULL;
  gboolean          done      = FALSE;
  PiscesTensor      rows;

  if (! pisces_describing_check (request, TRUE, error))
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
      const gint       room = pisces_tensor_n_rows (rows) + JANUS_TEMPLATE_ROOM +
                              janus_prompt_budget (model) + MAX_LONG_TOKENS;
      PiscesDescribing describing;
      PiscesWriter     writer;

      pisces_describing_init (&describing, job, request, NULL);
      pisces_writer_init (&writer, janus_model_language (model), MIN (model->max_positions, room));
      writer.image_rows = rows;
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        if (request->what & texts[i].what)
          {
            g_autoptr (GArray) prompt = janus_prompt_new (model, texts[i].template, question);

            *texts[i].text = pisces_describing_write (&describing, &writer, prompt,
                                                      MIN (texts[i].max_tokens,
                                                           MIN (model->max_positions, room) -
                                                           (gint) prompt->len));
          }
      done = pisces_backend_finish (backend, error);
      pisces_writer_clear (&writer);
    }
  pisces_backend_release (backend, mark);

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
  const PiscesLlamaConfig           *config   = pisces_llama_get_config (model->llama);
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
      g_autoptr (GArray) told     = janus_prompt_new (model, JANUS_TEMPLATE_SHORT, NULL);
      g_autoptr (GArray) question = janus_prompt_new (model, JANUS_TEMPLATE_SCORE, text);
      g_autofree gfloat *logits   = g_new0 (gfloat, config->vocab_size);
      PiscesDescribing   describing;
      PiscesTensor       state;
      PiscesWriter       writer;

      pisces_describing_init (&describing, job, request, NULL);
      pisces_writer_init (&writer, janus_model_language (model),
                          MIN (model->max_positions,
                               (gint) MAX (told->len + MAX_SHORT_TOKENS, question->len)));
      writer.image_rows = rows;
      score->description = pisces_describing_write (&describing, &writer, told,
                                                    MIN (MAX_SHORT_TOKENS, model->max_positions -
                                                                           (gint) told->len));
      state = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) config->hidden_size);
      pisces_writer_read (&writer, question, state);
      if (pisces_llama_logits (model->llama, state, logits))
        score->match = yes_share (model, logits);
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
  JanusModel            *model   = data;
  PiscesBackend         *backend = model->backend;
  const PiscesVitConfig *config  = pisces_vit_get_config (model->vision_model);
  const gint64           side    = config->grid_size;
  const gint64           width   = config->hidden_size;
  const gsize            mark    = pisces_backend_mark (backend);
  gboolean               done    = FALSE;
  PiscesTensor           tokens, mean;

  if (pisces_looking_encode (backend, model->vision_model, &model->preprocess, image,
                             &tokens, error))
    {
      mean = pisces_backend_alloc (backend, 4, (gint64) 1, (gint64) 1, (gint64) 1, width);
      pisces_average_pool (backend, mean,
                           pisces_tensor_reshape (tokens, 4, (gint64) 1, side, side, width), side);
      g_array_set_size (vector, width);
      pisces_download (backend, (gfloat *) vector->data, mean);
      done = pisces_backend_finish (backend, error);
    }
  pisces_backend_release (backend, mark);

  return done;
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

/* A vocabulary of pieces has each word several times: with and without a capital,
 * and with and without a space before it.  */
static gdouble
yes_share (JanusModel   *model,
           const gfloat *logits)
{
  static const gchar *const words[2][4] =
  {
    { "no",  "No",  "Ġno",  "ĠNo"  },
    { "yes", "Yes", "Ġyes", "ĠYes" },
  };
  const gint n_vocab = pisces_llama_get_config (model->llama)->vocab_size;
  gdouble    sums[2] = { 0.0, 0.0 };
  gdouble    most    = logits[0];

  for (gint i = 1; i < n_vocab; i++)
    most = MAX (most, logits[i]);
  for (guint answer = 0; answer < 2; answer++)
    for (guint i = 0; i < G_N_ELEMENTS (words[0]); i++)
      {
        const gint32 id = pisces_tokenizer_find (model->tokenizer, words[answer][i]);

        if (id >= 0 && id < n_vocab)
          sums[answer] += exp (logits[id] - most);
      }

  return sums[0] + sums[1] > 0.0 ? sums[1] / (sums[0] + sums[1]) : 0.0;
}
