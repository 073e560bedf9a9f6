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
  gint                         width, height;
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


static gint64    cells_of         (PiscesModel                  *model,
                                   gint                          n_pixels);
static gboolean  needs_windows    (PiscesModel                  *model,
                                   const Subject                *subject);
static PiscesWindows *
                 windows_of       (PiscesModel                  *model,
                                   const Subject                *subject,
                                   const gchar                  *plan);
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
static gboolean  imagine          (PiscesModel                  *model,
                                   const Subject                *subject,
                                   const PiscesPicture          *picture,
                                   const PiscesWindows          *windows,
                                   PiscesJob                    *job,
                                   PiscesTensor                  vectors,
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

  drawn = pisces_request_check (model, request, error);
  subject.width  = request->width ? request->width : model->settings.sample_size;
  subject.height = request->height ? request->height : model->settings.sample_size;
  if (drawn && request->edit)
    drawn = (ground = pisces_fill_ground (model, request->edit, subject.width, subject.height,
                                          error)) != NULL;
  subject.ground = ground;
  if (drawn)
    {
      g_autoptr (PiscesWindows) most = windows_of (model, &subject, NULL);

      pisces_memory_reserve_generate (model, request,
                                      &(PiscesShape) { cells_of (model, subject.height),
                                                       cells_of (model, subject.width),
                                                       most, ground },
                                      pisces_request_guidance (model, request) != 1.0, job);
    }
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

  if (! pisces_request_check (model, request, error))
    return NULL;

  prompt = pisces_prompt_clean_text (model, request->prompt, TEXT_PROMPT, job, &refusal, error);
  if (prompt == NULL || refused (refusal, error))
    return NULL;

  plan = write_plan (model, prompt, request->seed,
                     pisces_request_temperature (model, request), &drawing);

  return pisces_backend_finish (model->backend, error) ? g_steal_pointer (&plan) : NULL;
}


/*  private functions  */

static gint64
cells_of (PiscesModel *model,
          gint         n_pixels)
{
  return (gint64) n_pixels * model->settings.latent_size / model->settings.sample_size;
}

static gboolean
needs_windows (PiscesModel   *model,
               const Subject *subject)
{
  return subject->width != subject->height && model->settings.paint_channels > 0;
}

/* Returns what a picture is painted from, if it needs windows; else NULL.  @plan: NULL: as
 * many windows as any plan may need.  */
static PiscesWindows *
windows_of (PiscesModel   *model,
            const Subject *subject,
            const gchar   *plan)
{
  const gint64 height = cells_of (model, subject->height);
  const gint64 width  = cells_of (model, subject->width);

  if (! needs_windows (model, subject))
    return NULL;

  return plan ? pisces_windows_new (&model->settings, plan, height, width)
              : pisces_windows_new_most (&model->settings, height, width);
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
  subject->prompt      = pisces_prompt_clean_text (model, request->prompt, TEXT_PROMPT, job, &refusal, error);
  if (subject->prompt == NULL)
    return FALSE;

  /* If there is a plan, it alone is drawn, so the words cannot be a reason to
   * refuse.  */
  if (! pisces_text_is_blank (request->plan))
    {
      g_clear_pointer (&refusal, g_free);
      subject->plan = pisces_plan_clean (model, request->plan, job, &refusal, error);
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
      else if (pisces_request_guidance (model, request) == 1.0)
        g_ptr_array_add (job->warnings,
                         g_strdup (_("The words to avoid had no effect, because "
                                     "the guidance is 1.")));
    }

  for (guint i = 0; request->references && i < request->references->len; i++)
    {
      const PiscesReference *reference = request->references->pdata[i];

      subject->n_references += reference->weight > 0.0;
    }
  subject->words_share = pisces_imagine_words_share (request->references);
  /* What each window sees of them depends on the plan.  */
  if (subject->n_references > 0 && ! needs_windows (model, subject) &&
      ! pisces_imagine_references (model, request->references, NULL, job,
                                   &subject->references, error))
    return FALSE;

  subject->has_words = subject->words_share < 1.0 ||
                       ! pisces_text_is_blank (request->prompt) ||
                       ! pisces_text_is_blank (request->plan);
  /* A picture with windows only begins with another, so nothing is around a hole.  */
  if (subject->ground && ! needs_windows (model, subject) &&
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
  g_autoptr (PiscesWindows)    windows  = NULL;
  PiscesTensor                 vectors;

  picture->prompt          = g_strdup (request->prompt);
  if (request->negative_prompt && *request->negative_prompt)
    picture->negative_prompt = g_strdup (request->negative_prompt);
  picture->n_references    = subject->n_references;
  pisces_picture_note_edit (picture, request->edit);
  picture->width           = subject->width;
  picture->height          = subject->height;
  picture->seed            = request->seed + drawing->index;
  picture->steps           = request->steps ? request->steps
                                            : (guint) settings->default_steps;
  picture->guidance_scale  = pisces_request_guidance (model, request);
  picture->temperature     = pisces_request_temperature (model, request);

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
  windows = windows_of (model, subject, picture->plan);
  vectors = pisces_backend_alloc (model->backend, 2,
                                  (gint64) settings->num_gen_vectors * (windows ? windows->n : 1),
                                  (gint64) settings->gen_vector_size);
  if (! imagine (model, subject, picture, windows, drawing->job, vectors, error))
    return FALSE;

  picture->image = pisces_decoder_draw (model, vectors, subject->null_vectors,
                                        &(PiscesShape) { cells_of (model, picture->height),
                                                         cells_of (model, picture->width),
                                                         windows, subject->ground },
                                        picture, on_step, drawing,
                                        request->want_previews, error);
  if (picture->image == NULL)
    return FALSE;

  report (drawing, PISCES_STAGE_DEVELOPING, 1.0, picture->plan, NULL, picture);
  g_ptr_array_add (pictures, g_steal_pointer (&picture));

  return TRUE;
}

/* Makes the vectors of the picture or, `[n * m, gen_vector_size]`, of its windows.  A
 * window's plan says all that is in it; the prompt names what is in the others too.  */
static gboolean
imagine (PiscesModel          *model,
         const Subject        *subject,
         const PiscesPicture  *picture,
         const PiscesWindows  *windows,
         PiscesJob            *job,
         PiscesTensor          vectors,
         GError              **error)
{
  const gint64 m          = model->settings.num_gen_vectors;
  PiscesTensor references = subject->references;

  if (windows && subject->n_references > 0 &&
      ! pisces_imagine_references (model, subject->request->references, windows, job,
                                   &references, error))
    return FALSE;

  for (guint i = 0; i < (windows ? windows->n : 1); i++)
    {
      PiscesTensor own = pisces_tensor_rows (vectors, i * m, m);

      if (subject->words_share > 0.0 && (subject->has_words || ! subject->ground_vectors.data))
        pisces_imagine (model, windows ? "" : subject->prompt,
                        windows ? windows->windows[i].plan : picture->plan, own);
      if (subject->n_references > 0)
        pisces_imagine_blend (model, pisces_tensor_rows (references, i * m, m),
                              subject->words_share, own);
    }

  if (subject->ground_vectors.data)
    pisces_imagine_ground (model, subject->ground, subject->has_words,
                           subject->ground_vectors, vectors);

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
