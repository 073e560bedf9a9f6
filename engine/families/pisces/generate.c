/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate.c: turns words into a picture.  The language model writes a plan and
 * then predicts the visual vectors one after another, each of which is its next
 * input.  The diffusion decoder draws from the vectors.
 *
 * Pisces, arXiv 2506.10395.  The loop is that of Emu2 (arXiv 2312.13286), with a
 * cache.  The plan is text, so that it can be shown, edited and given back.  The
 * same seed and plan always give the same picture.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/pisces/model.h"
#include "engine/model/blank.h"

/* The progress of one picture, as parts of its time, after the plan and after the
 * vectors.  These are estimates.  */
#define PLANNED   0.10
#define IMAGINED  0.25
#define DRAWN     0.95

/* Shares that come from a user may not add up to exactly 1.  */
#define WEIGHT_SLACK 1e-6

/* What all pictures of a request have in common.  */
typedef struct
{
  const PiscesGenerateRequest *request;
  gchar                       *prompt;
  gchar                       *negative_prompt;  /* NULL: none              */
  gchar                       *plan;             /* NULL: write one         */
  guint                        n_references;     /* those with a share      */
  gdouble                      words_share;      /* 1 - the references'     */
  PiscesTensor                 references;       /* their weighted sum      */
  PiscesTensor                 null_vectors;
  const PiscesGround          *ground;           /* what is drawn into; or NULL */
  PiscesTensor                 ground_vectors;   /* only if there is a ground   */
  gchar                       *around;           /* a plan of what is around it */
  gboolean                     has_words;
} Subject;

typedef struct
{
  PiscesJob *job;
  guint      index;
  gdouble    start;          /* where it starts in the job        */
  gdouble    share;
} Drawing;


static gdouble   guidance_scale_of (PiscesModel                 *model,
                                    const PiscesGenerateRequest *request);
static gdouble   temperature_of   (PiscesModel                  *model,
                                   const PiscesGenerateRequest  *request);
static gboolean  check_request    (PiscesModel                  *model,
                                   const PiscesGenerateRequest  *request,
                                   GError                      **error);
static gboolean  check_references (PiscesModel                  *model,
                                   const PiscesGenerateRequest  *request,
                                   GError                      **error);
static gboolean  subject_init     (Subject                      *subject,
                                   PiscesModel                  *model,
                                   const PiscesGenerateRequest  *request,
                                   PiscesJob                    *job,
                                   GError                      **error);
static gboolean  refused          (const gchar                  *refusal,
                                   GError                      **error);
static void      subject_clear    (Subject                      *subject);
static void      imagine_null     (PiscesModel                  *model,
                                   Subject                      *subject);
static gboolean  draw_one         (PiscesModel                  *model,
                                   const Subject                *subject,
                                   Drawing                      *drawing,
                                   GPtrArray                    *pictures,
                                   GError                      **error);
static gchar   * write_plan       (PiscesModel                  *model,
                                   const gchar                  *prompt,
                                   guint32                       seed,
                                   gdouble                       temperature,
                                   Drawing                      *drawing);
static void      report           (Drawing                      *drawing,
                                   PiscesStage                   stage,
                                   gdouble                       fraction,
                                   const gchar                  *text,
                                   PiscesImage                  *preview,
                                   PiscesPicture                *picture);
static void      on_plan_token    (const gchar                  *text,
                                   gdouble                       fraction,
                                   gpointer                      user_data);
static void      on_step          (gint                          step,
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
  PiscesModel *model   = data;
  gsize        start   = pisces_backend_mark (model->backend);
  Subject      subject = { 0 };
  gboolean     drawn;
  g_autoptr (PiscesGround) ground = NULL;

  drawn = check_request (model, request, error) &&
          check_references (model, request, error);
  if (drawn && request->edit)
    drawn = (ground = pisces_ground_new (request->edit, model->settings.sample_size,
                                         model->settings.sample_size, error)) != NULL;
  subject.ground = ground;
  if (drawn)
    pisces_memory_reserve_generate (model, request, ground,
                                    guidance_scale_of (model, request) != 1.0, job);
  drawn = drawn && subject_init (&subject, model, request, job, error);

  for (guint i = 0; drawn && i < request->count; i++)
    {
      gsize   mark    = pisces_backend_mark (model->backend);
      Drawing drawing = { job, i, (gdouble) i / request->count, 1.0 / request->count };

      drawn = draw_one (model, &subject, &drawing, pictures, error);
      pisces_backend_release (model->backend, mark);
    }

  subject_clear (&subject);
  pisces_backend_release (model->backend, start);

  return drawn;
}

/**
 * pisces_family_plan:
 *
 * The family's `plan`.
 */
gchar *
pisces_family_plan (gpointer                      data,
                    const PiscesGenerateRequest  *request,
                    PiscesJob                    *job,
                    GError                      **error)
{
  PiscesModel      *model   = data;
  Drawing           drawing = { .job = job, .share = 1.0 / PLANNED };
  g_autofree gchar *prompt  = NULL;
  g_autofree gchar *refusal = NULL;
  g_autofree gchar *plan    = NULL;

  if (! check_request (model, request, error))
    return NULL;

  prompt = pisces_prompt_clean_text (model, request->prompt, TEXT_PROMPT, job, &refusal, error);
  if (prompt == NULL || refused (refusal, error))
    return NULL;

  plan = write_plan (model, prompt, request->seed,
                     temperature_of (model, request), &drawing);

  return pisces_backend_finish (model->backend, error) ? g_steal_pointer (&plan) : NULL;
}


/*  private functions  */

static gdouble
guidance_scale_of (PiscesModel                 *model,
                   const PiscesGenerateRequest *request)
{
  return request->guidance_scale < 0.0 ? model->settings.default_guidance_scale
                                       : request->guidance_scale;
}

static gdouble
temperature_of (PiscesModel                 *model,
                const PiscesGenerateRequest *request)
{
  return request->temperature < 0.0 ? model->settings.default_temperature
                                    : request->temperature;
}

static gboolean
check_request (PiscesModel                  *model,
               const PiscesGenerateRequest  *request,
               GError                      **error)
{
  gint max_steps = pisces_scheduler_max_steps (model->scheduler);

  if (! pisces_generate_request_check (request, error))
    return FALSE;

  if (request->steps > (guint) max_steps)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   g_dngettext (GETTEXT_PACKAGE,
                                "%u step was asked for; this model takes at most %d.",
                                "%u steps were asked for; this model takes at most %d.",
                                request->steps), request->steps, max_steps);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_references (PiscesModel                  *model,
                  const PiscesGenerateRequest  *request,
                  GError                      **error)
{
  gdouble sum = 0.0;

  for (guint i = 0; request->references && i < request->references->len; i++)
    {
      const PiscesReference *reference = request->references->pdata[i];

      if (reference->image == NULL || ! (reference->weight >= 0.0))
        {
          g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                               _("A picture to draw from is missing, or its weight "
                                 "is not a number from 0 to 1."));
          return FALSE;
        }
      sum += reference->weight;
    }

  if (! (sum <= 1.0 + WEIGHT_SLACK))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("The weights of the pictures to draw from add up to %g; 1 is the most."), sum);
      return FALSE;
    }

  return request->references == NULL || request->references->len == 0 ||
         pisces_model_check_gen_vision (model, error);
}

/* Prepares both prompts, and all vectors that do not depend on the seed.  */
static gboolean
subject_init (Subject                      *subject,
              PiscesModel                  *model,
              const PiscesGenerateRequest  *request,
              PiscesJob                    *job,
              GError                      **error)
{
  const gchar      *negative = request->negative_prompt;
  g_autofree gchar *refusal  = NULL;

  subject->request     = request;
  subject->words_share = 1.0;
  subject->prompt      = pisces_prompt_clean_text (model, request->prompt, TEXT_PROMPT, job, &refusal, error);
  if (subject->prompt == NULL)
    return FALSE;

  /* If there is a plan, it alone is drawn, so the words cannot be a reason to
   * refuse.  */
  if (! pisces_text_is_blank (request->plan))
    {
      g_clear_pointer (&refusal, g_free);
      subject->plan = pisces_prompt_clean_text (model, request->plan, TEXT_PLAN, job, &refusal, error);
      if (subject->plan == NULL)
        return FALSE;
    }

  if (negative && *negative)
    {
      subject->negative_prompt = pisces_prompt_clean_text (model, negative, TEXT_OTHER, job, NULL, error);
      if (subject->negative_prompt == NULL)
        return FALSE;
      if (*subject->negative_prompt == '\0')
        g_clear_pointer (&subject->negative_prompt, g_free);
      else if (guidance_scale_of (model, request) == 1.0)
        g_ptr_array_add (job->warnings,
                         g_strdup (_("The words to avoid had no effect, because "
                                     "the guidance is 1.")));
    }

  for (guint i = 0; request->references && i < request->references->len; i++)
    {
      const PiscesReference *reference = request->references->pdata[i];

      subject->n_references += reference->weight > 0.0;
    }
  if (! pisces_imagine_references (model, request->references, job, &subject->references,
                                   &subject->words_share, error))
    return FALSE;

  subject->has_words = subject->words_share < 1.0 ||
                       ! pisces_text_is_blank (request->prompt) ||
                       ! pisces_text_is_blank (request->plan);
  if (subject->ground &&
      ! pisces_fill_look (model, subject->ground, job, &subject->ground_vectors,
                          subject->has_words && ! subject->plan ? &subject->around : NULL,
                          error))
    return FALSE;

  /* If pictures have a share, there is something to draw, whatever the words are;
   * and without any words, a picture is drawn on as it is.  */
  if (subject->words_share == 1.0 && (subject->has_words || ! subject->ground) &&
      refused (refusal, error))
    return FALSE;

  imagine_null (model, subject);

  return TRUE;
}

static gboolean
refused (const gchar  *refusal,
         GError      **error)
{
  if (refusal)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST, refusal);

  return refusal != NULL;
}

static void
subject_clear (Subject *subject)
{
  g_free (subject->prompt);
  g_free (subject->negative_prompt);
  g_free (subject->plan);
  g_free (subject->around);
}

/* Computes the vectors that guidance leads away from.  For the negative prompt
 * the most likely plan is used, so that it is the same for all seeds.  */
static void
imagine_null (PiscesModel *model,
              Subject     *subject)
{
  PiscesBackend *backend = model->backend;
  gint64         m       = model->settings.num_gen_vectors;
  gint64         width   = model->settings.gen_vector_size;

  subject->null_vectors = pisces_backend_alloc (backend, 2, m, width);
  if (subject->negative_prompt)
    {
      g_autofree gchar *plan = write_plan (model, subject->negative_prompt, 0, 0.0, NULL);

      pisces_imagine (model, subject->negative_prompt, plan, subject->null_vectors);
    }
  else if (model->settings.null_from_empty_prompt)
    {
      pisces_imagine (model, "", "", subject->null_vectors);
    }
  else
    {
      g_autofree gfloat *zeros = g_new0 (gfloat, m * width);

      pisces_upload (backend, subject->null_vectors, zeros);
    }
}

static gboolean
draw_one (PiscesModel    *model,
          const Subject  *subject,
          Drawing        *drawing,
          GPtrArray      *pictures,
          GError        **error)
{
  const PiscesSettings        *settings = &model->settings;
  const PiscesGenerateRequest *request  = subject->request;
  g_autoptr (PiscesPicture)    picture  = pisces_picture_new ();
  PiscesTensor                 vectors;

  picture->prompt          = g_strdup (request->prompt);
  if (request->negative_prompt && *request->negative_prompt)
    picture->negative_prompt = g_strdup (request->negative_prompt);
  picture->n_references    = subject->n_references;
  if (request->edit && request->edit->varies)
    picture->n_references = MAX (picture->n_references, 1);
  else
    picture->strength = request->edit ? request->edit->strength : 0.0;
  picture->seed            = request->seed + drawing->index;
  picture->steps           = request->steps ? request->steps
                                            : (guint) settings->default_steps;
  picture->guidance_scale  = guidance_scale_of (model, request);
  picture->temperature     = temperature_of (model, request);

  if (subject->plan)
    picture->plan = g_strdup (subject->plan);
  else if (subject->words_share > 0.0 && subject->has_words)
    picture->plan = write_plan (model, subject->prompt, picture->seed,
                                picture->temperature, drawing);
  else
    picture->plan = g_strdup ("");

  if (subject->around)
    {
      g_autofree gchar *own = g_steal_pointer (&picture->plan);

      picture->plan = pisces_fill_plan (model, subject->ground, own, subject->around);
    }

  report (drawing, PISCES_STAGE_IMAGINING, PLANNED, picture->plan, NULL, NULL);
  vectors = pisces_backend_alloc (model->backend, 2, (gint64) settings->num_gen_vectors,
                                  (gint64) settings->gen_vector_size);
  if (subject->words_share > 0.0 && (subject->has_words || ! subject->ground_vectors.data))
    pisces_imagine (model, subject->prompt, picture->plan, vectors);
  if (picture->n_references > 0)
    pisces_imagine_blend (model, subject->references, subject->words_share, vectors);
  if (subject->ground_vectors.data)
    pisces_imagine_ground (model, subject->ground, subject->has_words,
                           subject->ground_vectors, vectors);

  picture->image = pisces_decoder_draw (model, vectors, subject->null_vectors,
                                        subject->ground, picture,
                                        on_step, drawing,
                                        request->want_previews, error);
  if (picture->image == NULL)
    return FALSE;

  report (drawing, PISCES_STAGE_DEVELOPING, 1.0, picture->plan, NULL, picture);
  g_ptr_array_add (pictures, g_steal_pointer (&picture));

  return TRUE;
}

/* Writes the plan.  @drawing: NULL if there is no progress to report.  */
static gchar *
write_plan (PiscesModel *model,
            const gchar *prompt,
            guint32      seed,
            gdouble      temperature,
            Drawing     *drawing)
{
  if (drawing && model->settings.templates[TEMPLATE_PLAN])
    report (drawing, PISCES_STAGE_PLANNING, 0.0, "", NULL, NULL);

  return pisces_plan_write (model, prompt, seed, temperature,
                            drawing ? on_plan_token : NULL, drawing);
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
