/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words into a picture: the language model writes a plan, then regresses the
 * visual vectors one after another, each fed back as its next input; the
 * diffusion decoder draws from them.
 *
 * Pisces, arXiv 2506.10395; the loop is the one of Emu2 (arXiv 2312.13286),
 * with a cache.  The plan is text, so that it can be shown, edited and given
 * back; the seed and the plan together fix the picture.
 */

#include <string.h>

#include "engine/families/pisces-model.h"

/* Streams of random numbers of one seed.  */
#define STREAM_PLAN  1

/* How the time of one picture is spent, roughly.  */
#define PLANNED   0.10
#define IMAGINED  0.25
#define DRAWN     0.95

typedef struct
{
  PiscesJob *job;
  guint      index;
  gdouble    start;          /* of this picture, of the whole job */
  gdouble    share;
} Drawing;


static gboolean  check_request  (PiscesModel                  *model,
                                 const PiscesGenerateRequest  *request,
                                 GError                      **error);
static gboolean  draw_one       (PiscesModel                  *model,
                                 const PiscesGenerateRequest  *request,
                                 const gchar                  *prompt,
                                 const gchar                  *plan,
                                 Drawing                      *drawing,
                                 GPtrArray                    *pictures,
                                 GError                      **error);
static gchar   * write_plan     (PiscesModel                  *model,
                                 const gchar                  *prompt,
                                 PiscesPicture                *picture,
                                 Drawing                      *drawing);
static void      imagine        (PiscesModel                  *model,
                                 const gchar                  *prompt,
                                 const gchar                  *plan,
                                 PiscesTensor                  vectors);
static void      report         (Drawing                      *drawing,
                                 PiscesStage                   stage,
                                 gdouble                       fraction,
                                 const gchar                  *text,
                                 PiscesImage                  *preview,
                                 PiscesPicture                *picture);
static void      on_plan_token  (const gchar                  *text,
                                 gdouble                       fraction,
                                 gpointer                      user_data);
static void      on_step        (gint                          step,
                                 gint                          n_steps,
                                 PiscesImage                  *preview,
                                 gpointer                      user_data);


/*  public functions  */

/**
 * pisces_family_generate:
 *
 * The family's `generate`.
 */
gboolean
pisces_family_generate (gpointer                      data,
                        const PiscesGenerateRequest  *request,
                        PiscesJob                    *job,
                        GPtrArray                    *pictures,
                        GError                      **error)
{
  PiscesModel      *model  = data;
  g_autofree gchar *prompt = NULL;
  g_autofree gchar *plan   = NULL;

  if (! check_request (model, request, error))
    return FALSE;

  prompt = pisces_prompt_clean_text (model, request->prompt, FALSE, job, error);
  if (prompt == NULL)
    return FALSE;

  if (request->plan && *request->plan)
    {
      plan = pisces_prompt_clean_text (model, request->plan, TRUE, job, error);
      if (plan == NULL)
        return FALSE;
    }

  for (guint i = 0; i < request->count; i++)
    {
      gsize    mark    = pisces_backend_mark (model->backend);
      Drawing  drawing = { job, i, (gdouble) i / request->count, 1.0 / request->count };
      gboolean drawn   = draw_one (model, request, prompt, plan, &drawing, pictures, error);

      pisces_backend_release (model->backend, mark);
      if (! drawn)
        return FALSE;
    }

  return TRUE;
}


/*  private functions  */

static gboolean
check_request (PiscesModel                  *model,
               const PiscesGenerateRequest  *request,
               GError                      **error)
{
  gint max_steps = pisces_scheduler_max_steps (model->scheduler);

  if (request->count < 1 || request->count > 64)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 "%u pictures were asked for; ask for 1 to 64.", request->count);
  else if (request->steps > (guint) max_steps)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 "%u steps were asked for; this model takes at most %d.",
                 request->steps, max_steps);
  else if (! (request->guidance_scale <= 100.0) || ! (request->temperature <= 10.0))
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                         "The guidance must be at most 100 and the temperature "
                         "at most 10.");
  else
    return TRUE;

  return FALSE;
}

static gboolean
draw_one (PiscesModel                  *model,
          const PiscesGenerateRequest  *request,
          const gchar                  *prompt,
          const gchar                  *plan,
          Drawing                      *drawing,
          GPtrArray                    *pictures,
          GError                      **error)
{
  const PiscesSettings      *settings = &model->settings;
  PiscesBackend             *backend  = model->backend;
  g_autoptr (PiscesPicture)  picture  = pisces_picture_new ();
  gint64                     m        = settings->num_gen_vectors;
  gint64                     width    = settings->gen_vector_size;
  PiscesTensor               vectors, null_vectors;

  picture->prompt         = g_strdup (request->prompt);
  picture->seed           = request->seed + drawing->index;
  picture->steps          = request->steps ? request->steps
                                           : (guint) settings->default_steps;
  picture->guidance_scale = request->guidance_scale < 0.0
                              ? settings->default_guidance_scale
                              : request->guidance_scale;
  picture->temperature    = request->temperature < 0.0
                              ? settings->default_temperature
                              : request->temperature;

  vectors      = pisces_backend_alloc (backend, 2, m, width);
  null_vectors = pisces_backend_alloc (backend, 2, m, width);

  picture->plan = plan ? g_strdup (plan)
                       : write_plan (model, prompt, picture, drawing);

  report (drawing, PISCES_STAGE_IMAGINING, PLANNED, picture->plan, NULL, NULL);
  imagine (model, prompt, picture->plan, vectors);
  if (settings->null_from_empty_prompt)
    {
      imagine (model, "", "", null_vectors);
    }
  else
    {
      g_autofree gfloat *zeros = g_new0 (gfloat, m * width);

      pisces_upload (backend, null_vectors, zeros);
    }

  picture->image = pisces_decoder_draw (model, vectors, null_vectors, picture,
                                        on_step, drawing,
                                        request->want_previews, error);
  if (picture->image == NULL)
    return FALSE;

  report (drawing, PISCES_STAGE_DEVELOPING, 1.0, picture->plan, NULL, picture);
  g_ptr_array_add (pictures, g_steal_pointer (&picture));

  return TRUE;
}

static gchar *
write_plan (PiscesModel   *model,
            const gchar   *prompt,
            PiscesPicture *picture,
            Drawing       *drawing)
{
  g_autoptr (GArray) rows = NULL;
  gsize              mark;
  gint               max_tokens = pisces_prompt_budget (model);
  gchar             *plan;
  PiscesRandom       random;
  PiscesWriter       writer;

  if (model->settings.templates[TEMPLATE_PLAN] == NULL)
    return g_strdup ("");

  report (drawing, PISCES_STAGE_PLANNING, 0.0, "", NULL, NULL);
  mark = pisces_backend_mark (model->backend);
  rows = pisces_prompt_new (model, TEMPLATE_PLAN, 0, prompt, NULL);
  pisces_random_init (&random, picture->seed, STREAM_PLAN);
  pisces_writer_init (&writer, model, rows->len + max_tokens);
  plan = pisces_writer_write (&writer, rows, max_tokens, picture->temperature,
                              &random, on_plan_token, drawing);
  pisces_writer_clear (&writer);
  pisces_backend_release (model->backend, mark);

  return plan;
}

/* vectors: [m, gen_vector_size].  The state at the prompt's last token gives
 * the first vector; each vector, projected back, is the next input.  */
static void
imagine (PiscesModel  *model,
         const gchar  *prompt,
         const gchar  *plan,
         PiscesTensor  vectors)
{
  PiscesBackend     *backend = model->backend;
  gint64             m       = model->settings.num_gen_vectors;
  gint64             hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  gsize              mark    = pisces_backend_mark (backend);
  g_autoptr (GArray) rows    = pisces_prompt_new (model, TEMPLATE_DRAW, 0, prompt, plan);
  PiscesTensor       state   = pisces_backend_alloc (backend, 2, (gint64) 1, hidden);
  PiscesTensor       x       = pisces_backend_alloc (backend, 2, (gint64) 1, hidden);
  PiscesWriter       writer;

  pisces_writer_init (&writer, model, rows->len + m);
  pisces_writer_read (&writer, rows, state);
  for (gint64 i = 0; i < m; i++)
    {
      PiscesTensor vector = pisces_tensor_rows (vectors, i, 1);

      pisces_projector_forward (model->down_projector, vector, state);
      if (i + 1 < m)
        {
          pisces_projector_forward (model->gen_projector, x, vector);
          pisces_llama_forward (model->llama, writer.cache, state, x);
        }
    }
  pisces_writer_clear (&writer);
  pisces_backend_release (backend, mark);
}

static void
report (Drawing       *drawing,
        PiscesStage    stage,
        gdouble        fraction,
        const gchar   *text,
        PiscesImage   *preview,
        PiscesPicture *picture)
{
  PiscesProgress progress =
  {
    .stage    = stage,
    .fraction = drawing->start + drawing->share * fraction,
    .index    = drawing->index,
    .text     = text,
    .preview  = preview,
    .picture  = picture,
  };

  drawing->job->report (drawing->job, &progress);
}

static void
on_plan_token (const gchar *text,
               gdouble      fraction,
               gpointer     user_data)
{
  report (user_data, PISCES_STAGE_PLANNING, PLANNED * fraction, text, NULL, NULL);
}

static void
on_step (gint         step,
         gint         n_steps,
         PiscesImage *preview,
         gpointer     user_data)
{
  report (user_data,
          step < n_steps ? PISCES_STAGE_DRAWING : PISCES_STAGE_DEVELOPING,
          IMAGINED + (DRAWN - IMAGINED) * step / n_steps, NULL, preview, NULL);
}
