/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: turns a picture into words, or into vectors in the generation
 * encoder's space.
 *
 * Pisces, arXiv 2506.10395: the understanding encoder's tokens go through a
 * projector into the language model, which continues with text.  The generation
 * encoder is a separate one, and its tokens are pooled into a few vectors.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/backend/finite.h"
#include "engine/families/describing.h"
#include "engine/families/looking.h"
#include "engine/families/pisces/model.h"

/* A text that has not ended after so many tokens is no longer sensible, and is
 * cut.  */
#define MAX_ANSWER_TOKENS  48


static gchar * write_briefly (PiscesModel                 *model,
                              PiscesWriter                *writer);
static void    write_texts   (PiscesModel                 *model,
                              const PiscesDescribeRequest *request,
                              PiscesJob                   *job,
                              PiscesTensor                 rows,
                              const gchar                 *question,
                              PiscesDescribeResult        *result);


/*  public functions  */

/**
 * pisces_family_describe:
 *
 * The family's `describe`: writes the short text, the long text and the answer, as
 * far as they were asked for, and finds keywords.  The image is encoded once for
 * all of them.
 */
gboolean
pisces_family_describe (gpointer                      data,
                        const PiscesDescribeRequest  *request,
                        PiscesJob                    *job,
                        PiscesDescribeResult         *result,
                        GError                      **error)
{
  PiscesModel       *model    = data;
  PiscesBackend     *backend  = model->backend;
  gsize              mark     = pisces_backend_mark (backend);
  PiscesProgress     looking  = { .stage = PISCES_STAGE_LOOKING };
  g_autofree gchar  *question = NULL;
  g_autofree gchar  *refusal  = NULL;
  PiscesTensor       rows;
  gdouble            distance;
  gboolean           done     = FALSE;

  if (! pisces_describing_check (request, model->settings.templates[TEMPLATE_QUESTION] != NULL,
                                 error))
    return FALSE;

  if (request->what & PISCES_DESCRIBE_ANSWER)
    {
      question = pisces_prompt_clean_text (model, request->question, TEXT_QUESTION,
                                           job, &refusal, error);
      if (question && refusal)
        g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST, refusal);
      if (question == NULL || refusal)
        return FALSE;
    }

  job->report (job, &looking);
  pisces_memory_reserve_describe (model);
  if (pisces_look (model, request->image, &rows, &distance, error) &&
      pisces_doubt_picture (model, request->image, distance, job, result, error))
    {
      write_texts (model, request, job, rows, question, result);
      done = pisces_backend_finish (backend, error);
    }
  pisces_backend_release (backend, mark);
  if (done)
    {
      pisces_doubt_words (model, job, result);
      pisces_describing_warn_of_no_keywords (result->keywords, job);
    }

  return done;
}

/**
 * pisces_describe_briefly:
 * @model: the model.
 * @image: the image to describe.
 * @error: return location for an error.
 *
 * Writes the short text for the model itself, which reads it as it was written.
 *
 * Returns: (transfer full) (nullable): the likeliest text; %NULL with @error set if
 *   the image could not be encoded.
 */
gchar *
pisces_describe_briefly (PiscesModel  *model,
                         PiscesImage  *image,
                         GError      **error)
{
  const gsize   mark = pisces_backend_mark (model->backend);
  gchar        *text = NULL;
  PiscesWriter  writer;
  PiscesTensor  rows;
  gdouble       distance;

  if (pisces_look (model, image, &rows, &distance, error))
    {
      pisces_writer_init (&writer, pisces_model_language (model),
                          MIN (model->max_positions, pisces_tensor_n_rows (rows) +
                                                     model->template_room +
                                                     PISCES_MAX_SHORT_TOKENS));
      writer.image_rows = rows;
      text = write_briefly (model, &writer);
      pisces_writer_clear (&writer);
    }
  pisces_backend_release (model->backend, mark);

  return text;
}

/**
 * pisces_family_embed:
 *
 * The family's `embed`: appends the m vectors of the image, one after another.
 * They are the vectors that the language model would have to predict in order to
 * draw this image.
 */
gboolean
pisces_family_embed (gpointer      data,
                     PiscesImage  *image,
                     PiscesJob    *job,
                     GArray       *vector,
                     GError      **error)
{
  PiscesModel           *model    = data;
  PiscesBackend         *backend  = model->backend;
  const PiscesSettings  *settings = &model->settings;
  gint64                 m        = settings->num_gen_vectors;
  gint64                 side     = settings->vector_grid_size;
  gsize                  mark     = pisces_backend_mark (backend);
  const PiscesVitConfig *config;
  PiscesTensor           tokens, pooled, vectors;
  gboolean               done     = FALSE;

  if (! pisces_model_check_gen_vision (model, error))
    return FALSE;
  config = pisces_vit_get_config (model->gen_vision_tower);

  if (pisces_looking_encode (backend, model->gen_vision_tower, &model->preprocess, image,
                             &tokens, error))
    {
      pooled  = pisces_backend_alloc (backend, 4, (gint64) 1, side, side,
                                      (gint64) config->hidden_size);
      vectors = pisces_backend_alloc (backend, 2, m, (gint64) settings->gen_vector_size);

      pisces_average_pool (backend, pooled,
                           pisces_tensor_reshape (tokens, 4, (gint64) 1,
                                                  (gint64) config->grid_size,
                                                  (gint64) config->grid_size,
                                                  (gint64) config->hidden_size),
                           settings->gen_pool_size);
      pooled = pisces_tensor_reshape (pooled, 2, m, (gint64) config->hidden_size);
      if (model->visual_projection)
        pisces_linear (backend, vectors, pooled, model->visual_projection, NULL,
                       PISCES_ACT_NONE, FALSE);
      else
        pisces_copy (backend, vectors, pooled);
      if (settings->gen_vector_norm)
        pisces_layer_norm (backend, vectors, vectors, NULL, NULL, 1e-5);

      g_array_set_size (vector, m * settings->gen_vector_size);
      pisces_download_finite (backend, (gfloat *) vector->data, vectors);
      done = pisces_backend_finish (backend, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * pisces_look:
 * @model: the model.
 * @image: the image to encode.
 * @rows: (out): `[n, hidden]` in the arena: the rows that stand for the image in a
 *   prompt.
 * @distance: (out): how far it is from what the model knows; see doubt.c.
 * @error: return location for an error.
 *
 * Returns: whether the image could be encoded; if not, @error is set.
 */
gboolean
pisces_look (PiscesModel   *model,
             PiscesImage   *image,
             PiscesTensor  *rows,
             gdouble       *distance,
             GError       **error)
{
  PiscesBackend         *backend = model->backend;
  const PiscesVitConfig *config  = pisces_vit_get_config (model->vision_tower);
  gint64                 merge   = model->settings.spatial_merge_size;
  gint64                 side    = config->grid_size / merge;
  gint64                 width   = config->hidden_size * merge * merge;
  gint64                 hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  PiscesTensor           tokens, merged;
  gsize                  mark;

  *rows  = pisces_backend_alloc (backend, 2, side * side, hidden);
  mark   = pisces_backend_mark (backend);
  merged = pisces_backend_alloc (backend, 4, (gint64) 1, side, side, width);

  if (! pisces_looking_encode (backend, model->vision_tower, &model->preprocess, image,
                               &tokens, error))
    return FALSE;

  *distance = pisces_doubt_measure (model, tokens);
  tokens = pisces_tensor_reshape (tokens, 4, (gint64) 1,
                                  (gint64) config->grid_size,
                                  (gint64) config->grid_size,
                                  (gint64) config->hidden_size);
  if (merge > 1)
    pisces_fold (backend, merged, tokens, merge);
  else
    merged = tokens;
  pisces_projector_forward (model->mm_projector, *rows,
                            pisces_tensor_reshape (merged, 2, side * side, width));
  pisces_backend_release (backend, mark);

  return TRUE;
}


/*  private functions  */

/* Writes the likeliest short text about the writer's image.  */
static gchar *
write_briefly (PiscesModel  *model,
               PiscesWriter *writer)
{
  g_autoptr (GArray) prompt = pisces_prompt_new (model, TEMPLATE_SHORT,
                                                 pisces_tensor_n_rows (writer->image_rows),
                                                 NULL, NULL);

  return pisces_writer_write (writer, prompt,
                              MIN (PISCES_MAX_SHORT_TOKENS,
                                   model->max_positions - (gint) prompt->len),
                              0.0, NULL, NULL, NULL);
}

/* The keywords come from the short text, which is written for them alone if nobody
 * asked for it.  */
static void
write_texts (PiscesModel                 *model,
             const PiscesDescribeRequest *request,
             PiscesJob                   *job,
             PiscesTensor                 rows,
             const gchar                 *question,
             PiscesDescribeResult        *result)
{
  const struct
  {
    PiscesDescribeFlags   what;
    Template              template;
    gint                  max_tokens;
    gchar               **text;
  } texts[] =
  {
    { PISCES_DESCRIBE_SHORT,  TEMPLATE_SHORT,    PISCES_MAX_SHORT_TOKENS, &result->short_text },
    { PISCES_DESCRIBE_LONG,   TEMPLATE_LONG,     PISCES_MAX_LONG_TOKENS,  &result->long_text  },
    { PISCES_DESCRIBE_ANSWER, TEMPLATE_QUESTION, MAX_ANSWER_TOKENS,       &result->answer     },
  };
  const gint       positions = model->max_positions;
  const gint       n_rows    = pisces_tensor_n_rows (rows);
  PiscesDescribing describing;
  PiscesWriter     writer;

  pisces_describing_init (&describing, job, request, result->doubt);
  pisces_writer_init (&writer, pisces_model_language (model),
                      MIN (positions, n_rows + pisces_prompt_budget (model) +
                                      2 * PISCES_MAX_LONG_TOKENS));
  writer.image_rows = rows;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GArray) prompt = NULL;

      if (! (request->what & texts[i].what))
        continue;

      prompt = pisces_prompt_new (model, texts[i].template, n_rows, question, NULL);
      *texts[i].text = pisces_describing_write (&describing, &writer, prompt,
                                                MIN (texts[i].max_tokens,
                                                     positions - (gint) prompt->len));
    }

  if (request->what & PISCES_DESCRIBE_KEYWORDS)
    {
      g_autofree gchar *text = g_strdup (result->short_text);

      if (! text)
        text = write_briefly (model, &writer);
      result->keywords = pisces_keywords_find (model, text);
    }
  pisces_writer_clear (&writer);
}
